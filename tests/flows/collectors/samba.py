"""A real Windows file server on loopback: Samba, with one share and one login."""

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for processes

from schemas.sources import SmbSource
from tests.flows.collectors.servers import CANARY, SECRET, USER, Served, into
from tests.flows.conftest import free_port, until

_CONFIGURATION = """
[global]
    server role = standalone server
    disable netbios = yes
    bind interfaces only = yes
    interfaces = lo
    smb ports = {port}
    load printers = no
    disable spoolss = yes
    username map = {folder}/users
    passdb backend = tdbsam:{folder}/passdb.tdb
    private dir = {folder}/private
    lock directory = {folder}/lock
    state directory = {folder}/lock
    cache directory = {folder}/lock
    pid directory = {folder}/lock
    ncalrpc dir = {folder}/lock/rpc
    log file = {folder}/log.%m
    restrict anonymous = 2
[share]
    path = {share}
    read only = yes
    valid users = {account}
    force user = {owner}
"""
_ACCOUNT = "nobody"
"""An account that every machine has; the login maps to it."""


@contextmanager
def a_samba_server(folder: Path) -> Iterator[Served]:
    """Samba's smbd in the foreground; a server that is stopped takes its connections with it."""
    share, state, port = folder / "share", folder / "samba", free_port()
    for path in (share / "in", state / "private", state / "lock" / "rpc"):
        path.mkdir(parents=True)
    (state / "users").write_text(f"{_ACCOUNT} = {USER}\n", encoding="utf-8")
    configuration = state / "smb.conf"
    configuration.write_text(
        _CONFIGURATION.format(port=port, folder=state, share=share, account=_ACCOUNT, owner=getpass.getuser()),
        encoding="utf-8",
    )
    subprocess.run(
        ["pdbedit", f"--configfile={configuration}", "-a", "-u", _ACCOUNT, "-t"],
        input=f"{CANARY}\n{CANARY}\n",
        text=True,
        capture_output=True,
        check=True,
    )
    command = [shutil.which("smbd") or "smbd", "--foreground", f"--configfile={configuration}"]
    with (
        (state / "output").open("wb") as output,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as server,
    ):
        try:
            until(lambda: _listens(server.pid, port), 30)
            source = SmbSource(
                name="smb", kind="smb", url=f"smb://127.0.0.1:{port}/share/in/", user=USER, password=SECRET
            )
            yield Served(port, source, *into(share / "in"))
        finally:
            for process in [*psutil.Process(server.pid).children(recursive=True), server]:
                with suppress(psutil.NoSuchProcess):  # one for each connection, and those end by themselves
                    process.kill()


def _listens(pid: int, port: int) -> bool:
    return any(
        found.laddr.port == port and found.status == psutil.CONN_LISTEN
        for found in psutil.Process(pid).net_connections()
    )
