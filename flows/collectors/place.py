"""What every place offers at which files lie: list them, fetch one. What is common to all stands in `gathering`."""

import posixpath
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from msgspec import Struct

from flows.secrets import SecretError, read_secret
from schemas.reasons import told
from schemas.secret import SecretPlace


class PlaceError(Exception):
    """A place cannot be used: in German, with the remedy; no secret and no address with one in it.

    What ``is_passing`` is worth another try: a server that is down, a body cut short. What is not would only lock
    accounts or fill logs. ``after_seconds`` is how long the server asked us to wait.
    """

    def __init__(self, problem: str, *, is_passing: bool = False, after_seconds: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_passing = is_passing
        self.after_seconds = after_seconds


class ChangedMeanwhileError(Exception):
    """A file is no longer what was listed; the next run finds it as it then is."""


class Listed(Struct, frozen=True):
    """One file, or one mail, as a place lists it.

    ``path`` is the place's own name for it, unchanged; ``stamp`` whatever changes when the content does (etag, time
    of the last change). ``is_final``: it cannot grow any more, as a mail cannot.
    """

    path: str
    size: int | None = None
    stamp: str = ""
    is_final: bool = False

    @property
    def name(self) -> str:
        """The bare name, with umlauts in one piece however the place writes them."""
        return unicodedata.normalize("NFC", posixpath.basename(self.path))

    @property
    def mark(self) -> str:
        """Equal marks mean: nothing has changed."""
        return f"{self.size}|{self.stamp}"


class Listing(Struct, frozen=True):
    """What lies at a place, and what of it could not be looked at, each as a sentence."""

    items: tuple[Listed, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file: bytes, name, and what the place knows of its origin.

    ``organisations`` says for whom its sender may hand in, where the place knows; None leaves that to the source.
    ``doubt`` is the key of the text that says why it must not be taken in without a person's word; empty if it may.
    """

    content: bytes = field(repr=False)
    name: str
    sender: str | None = None
    origin: Mapping[str, str] = field(default_factory=dict)
    organisations: tuple[str, ...] | None = None
    doubt: str = ""


class Place(Protocol):
    """Where files lie. Nothing is changed there. Used by one thread, as a context manager."""

    def listed(self) -> Listing:
        """List what lies there now.

        Raises:
            PlaceError: the place cannot be used at all.
        """
        ...

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch one listed item whole: a file, or the attachments of a mail.

        Raises:
            PlaceError: it cannot be fetched.
            ChangedMeanwhileError: it is not any more what was listed.
        """
        ...

    def __enter__(self) -> Self:
        """Connect; PlaceError when that is not possible."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connection."""
        ...


class Deadline:
    """The time that one source has in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds that are left; PlaceError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise overdue(self._seconds)
        return left


def overdue(seconds: float) -> PlaceError:
    """The failure of a source that took longer than it may."""
    return PlaceError(told("overdue", sekunden=f"{seconds:.0f}"))


def secret_of(place: SecretPlace) -> str:
    """Read a secret where die8.toml says that it is; only the call that hands it to the server may hold it."""
    try:
        return read_secret(place).get_secret_value()
    except SecretError as error:
        raise PlaceError(str(error)) from None
