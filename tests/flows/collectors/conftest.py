"""Servers for the tests of this folder; each is started when it is first asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.collectors.samba import a_samba_server
from tests.flows.collectors.servers import (
    CANARY,
    Authority,
    Served,
    a_webdav_server,
    an_authority,
    an_s3_server,
    an_sftp_server,
)
from tests.programs import needs_samba

KINDS = {"webdav": a_webdav_server, "sftp": an_sftp_server, "smb": a_samba_server}


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret is in the environment; proxies that may be set there are for others."""
    monkeypatch.setenv("DIE8_TEST_SECRET", CANARY)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who makes the certificates."""
    return an_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(params=["webdav", "sftp", "s3", pytest.param("smb", marks=needs_samba)])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    """A server of each kind, with an empty folder."""
    if request.param == "s3":
        with an_s3_server() as server:
            yield server
    else:
        with KINDS[request.param](tmp_path / "served") as server:
            yield server
