"""Files in a folder: on disk, a mounted share, or where a sync client writes. Nothing is ever changed there."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.delivery import Delivery
from transforms.workbook.file_names import ignored_because


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that was left where it lies, and why, in German: „Sperrdatei“, „wird noch geschrieben“."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceError(Exception):
    """A source cannot be used; the text names it and says what to do."""

    source: str
    problem: str

    def __str__(self) -> str:
        return f"source {self.source}: {self.problem}"


def collect_folder(folder: Path, channel: str, received_at: datetime) -> Iterator[Delivery | Passed]:
    """Give each file below the folder as a delivery, in the order of the names.

    A file that changes while it is read is passed over and comes with the next run. Symbolic links are not followed
    out of the folder.

    Raises:
        SourceError: the folder is missing or may not be read; an empty folder is no error.
    """
    try:
        paths = sorted(_files(folder), key=lambda path: path.relative_to(folder).as_posix())
    except FileNotFoundError:
        raise SourceError(channel, f"folder {folder} is missing; make it or correct its path in die8.toml") from None
    except PermissionError as error:
        raise SourceError(channel, f"no right to read {error.filename}; grant it to the user of this service") from None
    for path in paths:
        yield read_file(path, channel, received_at)


def read_file(path: Path, channel: str, received_at: datetime) -> Delivery | Passed:
    """Read one file as a delivery, or pass it over when it is none or is still being written."""
    name = unicodedata.normalize("NFC", path.name)
    reason = ignored_because(name)
    if reason is not None:
        return Passed(name, reason)
    with path.open("rb") as stream:
        before = os.fstat(stream.fileno())
        content = stream.read()
        after = os.fstat(stream.fileno())
    if len(content) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Passed(name, "wird noch geschrieben")
    return Delivery(content, name, channel, received_at)


def _files(folder: Path) -> Iterator[Path]:
    root = folder.resolve(strict=True)
    for directory, _, names in os.walk(folder, onerror=_raise):
        for name in names:
            path = Path(directory, name)
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _raise(error: OSError) -> None:
    raise error
