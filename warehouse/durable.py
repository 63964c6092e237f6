"""Files that a reader finds whole or not at all, and that survive a crash once a call has returned."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

MODE = 0o640
"""Readable for the group, such as the analysts'; writable for the service alone."""

_SUFFIX = ".tmp"
_FEW, _AT_ONCE = 16, 8
"""More files than a few are written side by side, so many at once."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""No room on the volume, in the quota of the user, or within the largest file that the user may write."""


class VolumeFullError(OSError):
    """A file could not be written for want of room; what it replaces is as it was. Says which volume and how much."""

    def __init__(self, path: Path, needed: int | None = None) -> None:
        """``needed`` is how many bytes the file has, where that is known."""
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        self.path = path
        self.needed = needed

    def __str__(self) -> str:
        volume = volume_of(self.path)
        free = shutil.disk_usage(volume).free
        wanted = "has no room" if self.needed is None else f"needs {megabytes(self.needed)}"
        return (
            f"the volume {volume} is full: {self.path} {wanted}, {megabytes(free)} are free there. Make room, then run "
            "the command again; nothing that was handed in is lost, and readers still have what was published"
        )


def volume_of(path: Path) -> Path:
    """The mount point that holds the path, which need not exist."""
    place = path.absolute()
    while not place.exists() or not place.is_mount():
        if place == place.parent:
            break
        place = place.parent
    return place


def megabytes(size: int) -> str:
    """A size for people, in MB of a million bytes."""
    return f"{size / 1_000_000:,.1f} MB"


@contextmanager
def room_for(path: Path, needed: int | None = None) -> Iterator[None]:
    """Say of a write that finds no room which volume is full.

    Raises:
        VolumeFullError: there is no room.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL and not isinstance(error, VolumeFullError):
            raise VolumeFullError(path, needed) from error
        raise


def write_unnamed(path: Path, content: bytes) -> Path:
    """Write the content durably beside the path, under a name that nobody looks at; rename it to put it in place.

    Raises:
        VolumeFullError: there is no room for it; nothing is left behind.
        OSError: the disk is broken. An fsync that failed is not tried again: nobody could trust its second answer.
    """
    temporary = _unnamed(path)
    try:
        with room_for(path, len(content)):
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
            with os.fdopen(descriptor, "wb", buffering=0) as stream:
                os.fchmod(descriptor, MODE)  # whatever the umask says
                _write_all(stream.fileno(), content)
                os.fsync(descriptor)
    except OSError as error:
        error.filename = error.filename or str(path)  # a failed write or fsync does not name its file
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return temporary


def _unnamed(path: Path) -> Path:
    return path.with_name(f".{path.name}{_SUFFIX}")


def _write_all(descriptor: int, content: bytes) -> None:
    """Write to the end: the system may take a part only, and says only the next time that there is no room."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def replace(path: Path, content: bytes) -> None:
    """Put the content under the path, durably and in one instant: it holds the old content or the new."""
    write_unnamed(path, content).replace(path)
    sync_folder(path.parent)


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Put each content under its path, durably and in one instant each, in the order given.

    Many are written side by side: waiting for the disk is most of the work, and it takes several at once. None is put
    in place before all have been written, so that a crash leaves the first ones of the order, each whole.

    Raises:
        OSError: as `write_unnamed`; what stands before the failed one in the order is in place, nothing else.
    """
    written: list[Path] = []
    failure: OSError | None = None
    with ThreadPoolExecutor(_AT_ONCE) if len(files) > _FEW else nullcontext() as pool:
        go = map if pool is None else pool.map
        try:
            for temporary in go(write_unnamed, files.keys(), files.values()):
                written.append(temporary)  # noqa: PERF402 - those before a failure are wanted
        except OSError as error:
            failure = error
    for temporary, path in zip(written, files, strict=False):
        temporary.replace(path)
    for folder in {path.parent for path in files}:
        sync_folder(folder)
    if failure is not None:
        for path in list(files)[len(written) :]:
            with suppress(OSError):
                _unnamed(path).unlink(missing_ok=True)
        raise failure


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what an interrupted write left under an unlooked-at name. Only for the folder's single writer."""
    for left_over in folder.glob(f".*{_SUFFIX}"):
        with suppress(FileNotFoundError):
            left_over.unlink()
