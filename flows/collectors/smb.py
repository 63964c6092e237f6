"""Windows shares that are not mounted, through smbprotocol.

Not through its fsspec backend: that keeps one login per server for the whole process, so a second source at the same
server would read with the rights of the first.
"""

import errno
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

import smbclient
from smbprotocol.exceptions import LogonFailure, SMBAuthenticationError, SMBOSError, SMBResponseException

from flows.collectors.filesystem import Reached, as_text, trouble_at
from flows.collectors.place import PlaceError, secret_of
from flows.collectors.troubles import chain
from schemas.reasons import told
from schemas.sources import Collection, SmbSource

P = ParamSpec("P")
R = TypeVar("R")

_PORT = 445
_PART = 262_144
_SECONDS_TO_LEAVE = 5.0


def reach_smb(source: SmbSource, options: Collection) -> Reached:
    """Connect and log in, in one try.

    Raises:
        PlaceError: no connection or no login.
    """
    parts = urlsplit(source.url)
    host, port = parts.hostname or "", parts.port or _PORT
    explain = partial(_explained, host)
    share = _Share(host, port, source, options)
    try:
        share.connect()
    except Exception as error:  # noqa: BLE001 - smbprotocol has many, some of them ValueErrors; all are told
        raise trouble_at(host, port, explain(error, told("the_login")), error) from None
    return Reached(
        share,
        unquote(parts.path).rstrip("/"),
        host,
        port,
        explain,
        lambda info: as_text(info["mtime"]),
        share.disconnect,
    )


class _Share:
    """The few methods of an fsspec file system that a place needs, over a connection of its own."""

    async_impl = False

    def __init__(self, host: str, port: int, source: SmbSource, options: Collection) -> None:
        self._host = host
        self._options = options
        self._cache: dict[str, Any] = {}
        self._login = {
            "username": source.user,
            "password": secret_of(source.password),
            "port": port,
            "connection_cache": self._cache,
        }

    def connect(self) -> None:
        seconds = self._options.connect_seconds
        login = partial(smbclient.register_session, self._host, connection_timeout=seconds, **self._login)
        _within(seconds + self._options.idle_seconds, login)

    def disconnect(self) -> None:
        leave = partial(smbclient.reset_connection_cache, fail_on_error=False, connection_cache=self._cache)
        with suppress(Exception):  # it may be lost already
            _within(_SECONDS_TO_LEAVE, leave)

    def ls(self, path: str, *, detail: bool) -> list[dict[str, Any]]:
        del detail  # always
        return _within(self._options.idle_seconds, self._listed, path)

    def info(self, path: str) -> dict[str, Any]:
        status = _within(self._options.idle_seconds, smbclient.stat, self._unc(path), **self._login)
        return {"size": status.st_size, "mtime": status.st_mtime_ns}

    def cat_file(self, path: str) -> bytes:
        idle = self._options.idle_seconds
        # Whoever works with the file there must not notice us.
        stream = _within(idle, smbclient.open_file, self._unc(path), "rb", share_access="rwd", **self._login)
        parts: list[bytes] = []
        while part := _within(idle, stream.read, _PART):
            parts.append(part)
        _within(idle, stream.close)
        return b"".join(parts)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        found = []
        for entry in smbclient.scandir(self._unc(path), **self._login):
            kind = "link" if entry.is_symlink() else "directory" if entry.is_dir() else "file"
            name = f"{path.rstrip('/')}/{entry.name}"
            # Not the entry's own call, which forgets the port and asks at 445.
            status = smbclient.lstat(self._unc(name), **self._login)
            found.append({"name": name, "type": kind, "size": status.st_size, "mtime": status.st_mtime_ns})
        return found

    def _unc(self, path: str) -> str:
        return f"//{self._host}/{path.lstrip('/')}".replace("/", "\\")


def _within(seconds: float, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call something that may wait for ever, as smbprotocol does for a server that falls silent.

    Raises:
        TimeoutError: it took longer; its thread is left to itself.
    """
    outcome: Future[R] = Future()

    def go() -> None:
        try:
            outcome.set_result(call(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            outcome.set_exception(error)

    threading.Thread(target=go, daemon=True).start()
    return outcome.result(seconds)


def _explained(host: str, error: BaseException, about: str) -> PlaceError | None:
    for cause in chain(error):
        match cause:
            case LogonFailure() | SMBAuthenticationError():
                return PlaceError(told("login_refused", server=host))
            case SMBOSError() if cause.errno in (errno.EACCES, errno.EPERM):
                return PlaceError(told("no_right", server=host, was=about))
            case SMBOSError() if cause.errno == errno.ENOENT:
                return PlaceError(told("missing", server=host, was=about))
            case SMBResponseException() if "BAD_NETWORK_NAME" in str(cause):
                return PlaceError(told("no_share", server=host))
            case SMBOSError() | SMBResponseException():
                problem = told("server_fails", server=host, fehler=type(cause).__name__, was=about)
                return PlaceError(problem, is_passing=True)
    return None
