"""One visit to one place: what is common to all of them, whatever protocol they speak."""

import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

from msgspec import Struct

from flows.clock import BERLIN
from flows.collectors.arrivals import Arrival, Came, Ended, Passed, Waits
from flows.collectors.place import ChangedMeanwhileError, Deadline, Fetched, Listed, Listing, Place, PlaceError
from schemas.delivery import Delivery
from schemas.reasons import told
from schemas.sources import Collection as Options
from transforms.workbook.file_names import ignored_because, looks_like_a_copy
from transforms.workbook.limits import MEGABYTE
from transforms.workbook.wholeness import is_whole

R = TypeVar("R")


class Known(Struct, frozen=True):
    """What is remembered of an item: how it looked, since when it looks so, and whether it was taken."""

    mark: str
    since: datetime
    is_taken: bool = False
    is_gone: bool = False
    is_final: bool = False


class Visited(Struct, frozen=True):
    """A source as gathering sees it."""

    name: str
    address: str
    """For the archive's record; without user and password."""
    organisations: tuple[str, ...]
    open_place: Callable[[Deadline], Place]
    known: Mapping[str, Known]


class Visit:
    """A place that is opened when it is needed, and again after each failure that may pass."""

    def __init__(self, open_place: Callable[[Deadline], Place], options: Options, deadline: Deadline) -> None:
        self._open_place = open_place
        self._pauses = options.retry_seconds
        self._deadline = deadline
        self._place: Place | None = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the place."""
        self._close()

    def listed(self) -> Listing:
        """List the place; PlaceError as for `_do`."""
        return self._do(lambda place: place.listed())

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch an item; PlaceError as for `_do`, ChangedMeanwhileError when it is no longer what was listed."""
        return self._do(lambda place: place.fetch(item))

    def _do(self, call: Callable[[Place], R]) -> R:
        """Have something done at the place, with pauses between the tries.

        Raises:
            PlaceError: it cannot be done, be it at once or after the last try.
        """
        for pause in (*self._pauses, None):
            self._deadline.remaining()
            try:
                return call(self._opened())
            except PlaceError as error:
                self._close()
                wait = max(pause or 0, error.after_seconds or 0)
                if not error.is_passing or pause is None or wait >= self._deadline.remaining():
                    raise
                time.sleep(wait)
        raise AssertionError  # the last try has returned or raised

    def _opened(self) -> Place:
        if self._place is None:
            self._place = self._open_place(self._deadline).__enter__()
        return self._place

    def _close(self) -> None:
        place, self._place = self._place, None
        if place is not None:
            with suppress(Exception):  # what it had to give it has given; a lost connection need not be ended well
                place.__exit__(None, None, None)


def gather(source: Visited, options: Options, now: datetime) -> Iterator[Arrival]:
    """Visit a source and hand over what is new there, piece by piece; the last piece is `Ended`, whatever happens.

    An item is taken when it looked the same twice and proves to be whole. Nothing is taken twice that looks as it did.
    """
    deadline = Deadline(options.total_seconds)
    problems: list[str] = []
    listed: frozenset[str] | None = None
    try:
        with Visit(source.open_place, options, deadline) as visit:
            listing = visit.listed()
            problems += listing.problems
            listed = frozenset(item.path for item in listing.items) if not problems else None
            yield from _gone(source, listed)
            candidates = yield from _candidates(source, listing.items, options)
            settled = yield from _settled(source, candidates, visit, options, now)
            for item in settled:
                try:
                    fetched = visit.fetch(item)
                except ChangedMeanwhileError:
                    yield Waits(source.name, item, told("growing"))
                except PlaceError as error:
                    if error.is_passing:
                        raise
                    problems.append(error.problem)
                else:
                    yield _taken(source, item, fetched, options, now)
    except PlaceError as error:
        problems.append(error.problem)
    yield Ended(source.name, listed, " ".join(dict.fromkeys(problems)))


def _gone(source: Visited, listed: Collection[str] | None) -> Iterator[Passed]:
    if listed is not None:
        for path, known in source.known.items():
            if path not in listed and known.is_taken and not known.is_gone and not known.is_final:
                yield Passed(source.name, Listed(path).name, told("gone"))


def _candidates(source: Visited, items: Sequence[Listed], options: Options) -> Generator[Passed, None, list[Listed]]:
    """Leave out what is no delivery, and what was taken already; copies stand behind what they are copies of."""
    candidates: list[Listed] = []
    for item in sorted(items, key=lambda item: (looks_like_a_copy(item.name), item.path)):
        reason = None if item.is_final else ignored_because(item.name)
        if reason is None and item.size is not None and item.size > options.largest_megabytes * MEGABYTE:
            reason = told("too_large", grenze=options.largest_megabytes)
        if reason is not None:
            yield Passed(source.name, item.name, reason)
            continue
        known = source.known.get(item.path)
        if known is None or not known.is_taken or known.mark != item.mark or not (item.stamp or item.is_final):
            candidates.append(item)
    return candidates


def _settled(
    source: Visited, candidates: Sequence[Listed], visit: Visit, options: Options, now: datetime
) -> Generator[Waits, None, list[Listed]]:
    """Keep what looks as it did some time ago; what was never seen before is looked at once more, after a pause."""
    pause = timedelta(seconds=options.settle_seconds)

    def is_at_rest(item: Listed) -> bool:
        known = source.known.get(item.path)
        return item.is_final or (known is not None and known.mark == item.mark and now - known.since >= pause)

    if all(is_at_rest(item) for item in candidates):
        return list(candidates)
    time.sleep(options.settle_seconds)
    again = {item.path: item for item in visit.listed().items}
    settled: list[Listed] = []
    for item in candidates:
        later = again.get(item.path)
        if is_at_rest(item) or (later is not None and later.mark == item.mark):
            settled.append(item)
        elif later is not None:
            yield Waits(source.name, later, told("growing"))
    return settled


def _taken(source: Visited, item: Listed, fetched: Sequence[Fetched], options: Options, now: datetime) -> Came | Waits:
    # An empty file is judged at once: its sender is to know, and it replaces nothing.
    if not item.is_final and not all(is_whole(one.content) for one in fetched if one.content):
        known = source.known.get(item.path)
        since = known.since if known is not None and known.mark == item.mark else now
        if now - since < timedelta(minutes=options.incomplete_minutes):
            clock = since.astimezone(BERLIN).strftime("%d.%m. %H:%M")
            return Waits(source.name, item, told("incomplete", zeit=clock))
        # It will not become whole any more: intake refuses it, which is how its sender gets to know.
    return Came(
        source.name,
        item,
        tuple(_delivery(source, item, one, now) for one in fetched if not one.doubt),
        tuple(one for one in fetched if one.doubt),
    )


def _delivery(source: Visited, item: Listed, fetched: Fetched, now: datetime) -> Delivery:
    organisations = source.organisations if fetched.organisations is None else fetched.organisations
    origin = {"address": source.address, "stamp": item.stamp, **fetched.origin}
    if organisations:
        origin["organisations"] = " ".join(organisations)
    return Delivery(fetched.content, fetched.name, source.name, now, fetched.sender, origin)
