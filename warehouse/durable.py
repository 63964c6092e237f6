"""Files that a reader finds whole or not at all, and that survive a crash once a call has returned."""

import os
from contextlib import suppress
from pathlib import Path

MODE = 0o640
"""Readable for the group, such as the analysts'; writable for the service alone."""

_SUFFIX = ".tmp"


def write_unnamed(path: Path, content: bytes) -> Path:
    """Write the content durably beside the path, under a name that nobody looks at; rename it to put it in place."""
    temporary = path.with_name(f".{path.name}{_SUFFIX}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, MODE)  # whatever the umask says
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    return temporary


def replace(path: Path, content: bytes) -> None:
    """Put the content under the path, durably and in one instant: it holds the old content or the new."""
    write_unnamed(path, content).replace(path)
    sync_folder(path.parent)


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
