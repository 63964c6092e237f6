"""Failures of the outside world, each as one sentence with what to do."""

import errno

from flows.settings import NothingPublishedError
from warehouse.durable import VolumeFullError
from warehouse.errors import WarehouseError

_BY_NUMBER = {
    errno.ENOSPC: "the disk is full: make room, then run the command again; nothing that was handed in is lost",
    errno.EACCES: "no right to use it: grant it to the user of this service",
    errno.EROFS: "it is read-only: mount it writable",
    errno.ENOENT: "it does not exist: correct the path",
    errno.EISDIR: "it is a folder: name a file",
    errno.EIO: "the disk cannot read or write it: have the disk checked before anything else; `die8 doctor` tells what "
    "is affected",
}


def remedy(error: Exception) -> str | None:
    """Say what failed and what to do, or None when the failure is our own mistake and deserves a traceback."""
    if isinstance(error, (WarehouseError, NothingPublishedError)):
        return str(error)
    if isinstance(error, VolumeFullError):
        return f"{error}."
    if isinstance(error, OSError) and error.errno in _BY_NUMBER:
        return f"{error.filename or 'input/output'}: {_BY_NUMBER[error.errno]}."
    return None
