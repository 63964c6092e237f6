"""Files in a folder: on disk, a mounted share, or where a sync client writes. Nothing is ever changed there."""

import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.collectors.arrivals import Passed
from flows.collectors.place import ChangedMeanwhileError, Fetched, Listed, Listing, PlaceError
from schemas.delivery import Delivery
from schemas.reasons import told
from transforms.workbook.file_names import ignored_because


class FolderPlace:
    """A folder and those below it. Symbolic links are not followed out of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        """Nothing to connect to."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to let go of."""

    def listed(self) -> Listing:
        """List every file; PlaceError when the folder is missing, as an empty one is something else."""
        try:
            root = self._folder.resolve(strict=True)
            if not root.is_dir():
                raise PlaceError(told("folder_is_file", ordner=self._folder))
            next(root.iterdir(), None)
        except FileNotFoundError:
            raise PlaceError(told("folder_missing", ordner=self._folder)) from None
        except PermissionError as error:
            raise PlaceError(_no_right(error)) from None
        except OSError as error:
            raise _unreadable(self._folder, error) from None
        problems: list[OSError] = []
        items = tuple(_listed(root, path) for path in _files(root, problems.append))
        return Listing(items, tuple(_no_right(problem) for problem in problems))

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Read one file, which must be the same before and after."""
        path = self._folder.resolve() / item.path
        try:
            content, status = _read(path)
        except FileNotFoundError:
            raise ChangedMeanwhileError from None
        except PermissionError as error:
            raise PlaceError(_no_right(error)) from None
        except OSError as error:
            raise _unreadable(path, error) from None
        if content is None or _mark(status) != (item.size, item.stamp):
            raise ChangedMeanwhileError
        return [Fetched(content, item.name, origin={"path": item.path})]


def read_file(path: Path, channel: str, received_at: datetime) -> Delivery | Passed:
    """Read one file that a person named, or pass it over when it is none or is still being written."""
    name = unicodedata.normalize("NFC", path.name)
    reason = ignored_because(name)
    if reason is not None:
        return Passed(channel, name, reason)
    content, _ = _read(path)
    if content is None:
        return Passed(channel, name, told("growing"))
    return Delivery(content, name, channel, received_at)


def _read(path: Path) -> tuple[bytes | None, os.stat_result]:
    """Read a file and its state; None in place of the bytes when it changed meanwhile."""
    with path.open("rb") as stream:
        before = os.fstat(stream.fileno())
        content = stream.read()
        after = os.fstat(stream.fileno())
    is_same = len(content) == before.st_size and _mark(before) == _mark(after)
    return content if is_same else None, after


def _mark(status: os.stat_result) -> tuple[int, str]:
    # The inode too: a file that was put in place of another may have its size and time.
    return status.st_size, f"{status.st_mtime_ns}-{status.st_ino}"


def _files(root: Path, onerror: Callable[[OSError], None]) -> Iterator[Path]:
    for directory, _, names in os.walk(root, onerror=onerror):
        for name in names:
            path = Path(directory, name)
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _listed(root: Path, path: Path) -> Listed:
    place = path.relative_to(root).as_posix()
    try:
        return Listed(place, *_mark(path.stat()))
    except FileNotFoundError:
        return Listed(place)  # gone since: it is not fetched, as nobody sees it the same twice


def _no_right(error: OSError) -> str:
    return told("folder_no_right", pfad=error.filename)


def _unreadable(path: Path, error: OSError) -> PlaceError:
    # A share that lost its server answers with errors of many kinds; they pass when it is back.
    return PlaceError(told("folder_unreadable", pfad=path, fehler=error.strerror), is_passing=True)
