"""Files that fsspec reaches, or what speaks as it does: SFTP, S3-compatible storage, Windows shares."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from msgspec import Struct

from flows.collectors.place import ChangedMeanwhileError, Deadline, Fetched, Listed, Listing, PlaceError
from flows.collectors.troubles import connection_trouble
from flows.collectors.walking import walk
from schemas.reasons import told
from schemas.sources import Collection, S3Source, SftpSource, SmbSource


class Reached(Struct, frozen=True):
    """A file system, and how to speak about it.

    ``explain`` turns an error into a sentence about a path, None when it is about the connection. ``stamp`` gives what
    changes with the content, from what the file system says of a file.
    """

    filesystem: Any
    """An fsspec file system, or what has its methods; the library has no types."""
    root: str
    host: str
    port: int
    explain: Callable[[BaseException, str], PlaceError | None]
    stamp: Callable[[Mapping[str, Any]], str]
    disconnect: Callable[[], None]
    is_missing: Callable[[], bool] = lambda: True
    """Asked when the root has no entry: whether that means that it is missing."""


class FilesystemPlace:
    """A folder of a file system and those below it. Links are not followed."""

    def __init__(self, source: SftpSource | S3Source | SmbSource, options: Collection, deadline: Deadline) -> None:
        self._source = source
        self._options = options
        self._deadline = deadline
        self._at: Reached | None = None

    def __enter__(self) -> Self:
        """Connect and log in."""
        self._at = _reach(self._source, self._options)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        if self._at is not None:
            self._at.disconnect()

    def listed(self) -> Listing:
        """List every file, folder by folder."""
        return walk(self._reached.host, self._reached.root, self._inside)

    def _inside(self, folder: str) -> Iterator[str | Listed]:
        for info in self._do("_ls", folder, about=told("a_folder", pfad=folder or "/"), detail=True):
            name = str(info["name"]).rstrip("/")
            if name == folder.rstrip("/"):
                continue
            if info["type"] == "directory":
                yield name
            elif info["type"] == "file":
                yield Listed(self._relative(name), info["size"], self._reached.stamp(info))

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Read one file whole; it must be the same before and after."""
        at = self._reached
        path = f"{at.root}/{item.path}" if at.root not in ("", "/") else f"{at.root}{item.path}"
        content: bytes = self._do("_cat_file", path, about=told("a_file", pfad=item.path))
        info = self._do("_info", path, about=told("a_file", pfad=item.path))
        if (info["size"], at.stamp(info)) != (item.size, item.stamp):
            raise ChangedMeanwhileError
        if len(content) != item.size:
            problem = told("comes_incomplete", datei=item.path, server=at.host, soll=item.size, ist=len(content))
            raise PlaceError(problem, is_passing=True)
        return [Fetched(content, item.name, origin={"path": item.path})]

    @property
    def _reached(self) -> Reached:
        if self._at is None:
            raise AssertionError
        return self._at

    def _relative(self, name: str) -> str:
        root = self._reached.root.rstrip("/")
        return name.removeprefix(root).lstrip("/")

    def _do(self, method: str, path: str, *, about: str, **details: Any) -> Any:  # noqa: ANN401 - as fsspec has it
        """Call a method of the file system; what is asynchronous there gets the time that is left."""
        at = self._reached
        left = self._deadline.remaining()
        seconds = left if method == "_cat_file" else min(left, self._options.idle_seconds)
        try:
            if at.filesystem.async_impl:
                from fsspec.asyn import sync

                return sync(at.filesystem.loop, getattr(at.filesystem, method), path, timeout=seconds, **details)
            return getattr(at.filesystem, method.removeprefix("_"))(path, **details)
        except Exception as error:  # noqa: BLE001 - each library has its own; whatever it is, it is told
            self._deadline.remaining()
            if isinstance(error, FileNotFoundError) and path == at.root and not at.is_missing():
                return []
            raise trouble_at(at.host, at.port, at.explain(error, about), error) from None


def _reach(source: SftpSource | S3Source | SmbSource, options: Collection) -> Reached:
    match source:
        case SftpSource():
            from flows.collectors.sftp import reach_sftp

            return reach_sftp(source, options)
        case S3Source():
            from flows.collectors.s3 import reach_s3

            return reach_s3(source, options)
        case SmbSource():
            from flows.collectors.smb import reach_smb

            return reach_smb(source, options)


def trouble_at(host: str, port: int, explained: PlaceError | None, error: BaseException) -> PlaceError:
    """The sentence about an error: what its library knows, else what is known of connections, else its name."""
    known = explained or connection_trouble(error, host, port)
    return known or PlaceError(told("unusable", server=f"{host}:{port}", fehler=type(error).__name__), is_passing=True)


def as_text(moment: datetime | float | None) -> str:
    """A time of the last change, as a stamp."""
    return moment.isoformat() if isinstance(moment, datetime) else str(moment)
