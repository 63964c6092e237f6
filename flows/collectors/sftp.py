"""SFTP through sshfs: one try to log in, and only at the server whose key is known."""

from contextlib import suppress
from functools import partial
from urllib.parse import unquote, urlsplit

import asyncssh
from sshfs import SSHFileSystem

from flows.collectors.filesystem import Reached, as_text, trouble_at
from flows.collectors.place import PlaceError, secret_of
from flows.collectors.troubles import chain
from schemas.reasons import told
from schemas.sources import Collection, SftpSource

_PORT = 22


def reach_sftp(source: SftpSource, options: Collection) -> Reached:
    """Connect and log in.

    Raises:
        PlaceError: no connection, another host key than the pinned one, or no login.
    """
    parts = urlsplit(source.url)
    host, port = parts.hostname or "", parts.port or _PORT
    explain = partial(_explained, host)
    login = _login(source)
    try:
        filesystem = SSHFileSystem(
            host,
            port=port,
            username=source.user,
            known_hosts=asyncssh.import_known_hosts(f"* {source.host_key}\n"),
            # The kind of the pinned key first; any other may be shown too, so that we see that it is another key
            # instead of being hung up on.
            server_host_key_algs="+*",
            login_timeout=options.connect_seconds,
            connect_timeout=options.connect_seconds,
            # A server that has gone says nothing for ever; this asks it now and then.
            keepalive_interval=max(1, options.idle_seconds / 4),
            keepalive_count_max=3,
            config=None,
            agent_path=None,
            skip_instance_cache=True,
            timeout=2 * options.connect_seconds,
            **login,
        )
    except Exception as error:  # noqa: BLE001 - asyncssh, fsspec and the system have their own; all are told
        raise trouble_at(host, port, explain(error, told("the_login")), error) from None
    return Reached(
        filesystem,
        unquote(parts.path).rstrip("/") or "/",
        host,
        port,
        explain,
        lambda info: as_text(info["mtime"]),
        partial(_disconnect, filesystem),
    )


def _login(source: SftpSource) -> dict[str, object]:
    if source.key is not None:
        try:
            key = asyncssh.import_private_key(secret_of(source.key) + "\n")
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise PlaceError(told("no_private_key", ort=source.key)) from None
        return {"client_keys": [key], "preferred_auth": ("publickey",)}
    if source.password is None:
        raise PlaceError(told("no_login_given"))
    # Only one way to log in: each further one would count as another try with a wrong password.
    password = secret_of(source.password)
    return {"password": password, "client_keys": None, "preferred_auth": ("password",)}


def _explained(host: str, error: BaseException, about: str) -> PlaceError | None:
    for cause in chain(error):
        match cause:
            case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
                return PlaceError(told("other_host_key", server=host))
            case asyncssh.PermissionDenied():
                return PlaceError(told("login_refused", server=host))
            case asyncssh.SFTPPermissionDenied():
                return PlaceError(told("no_right", server=host, was=about))
            case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath() | FileNotFoundError():
                return PlaceError(told("missing", server=host, was=about))
            case asyncssh.SFTPError() if not isinstance(
                cause, (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
            ):
                problem = told("server_fails", server=host, fehler=type(cause).__name__, was=about)
                return PlaceError(problem, is_passing=True)
            case asyncssh.Error():
                return PlaceError(told("broke_off", server=host), is_passing=True)
    return None


def _disconnect(filesystem: SSHFileSystem) -> None:
    with suppress(Exception):  # it may be lost already
        filesystem.loop.call_soon_threadsafe(filesystem.client.abort)
