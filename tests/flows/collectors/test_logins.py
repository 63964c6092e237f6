"""Who is let in, and by whom: host keys and private keys of SFTP, refusals of S3, Windows shares that do not answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from msgspec.structs import replace

from schemas.secret import SecretPlace
from schemas.sources import S3Source, SmbSource, Source
from tests.flows.collectors.proxy import Fault, proxied
from tests.flows.collectors.servers import CANARY, CLIENT_KEY, SECRET, Reply, Served, an_sftp_server, opener, scripted
from tests.flows.collectors.visiting import a_workbook, contents, problem, visited

# Servers that are cut off in the middle of a word leave sockets behind, in the test's process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Served]:
    with an_sftp_server(tmp_path / "served") as server:
        yield server


def visit(source: Source, **options: Any) -> list[Any]:
    return visited(opener(source, **options), **options)


class TestSftp:
    @pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    def test_another_host_key_stops_the_source_before_the_password_is_sent(self, kind: str, sftp: Served) -> None:
        other = " ".join(asyncssh.generate_private_key(kind).export_public_key().decode().split()[:2])

        told = problem(visit(replace(sftp.source, host_key=other), retry_seconds=(3600,)))

        assert "zeigt einen anderen Schlüssel, als in die8.toml steht" in told
        assert sftp.seen == []

    def test_a_private_key_opens_as_well(self, sftp: Served, tmp_path: Path) -> None:
        sftp.put("a.xlsx", a_workbook("a"))
        path = tmp_path / "key"
        path.write_bytes(CLIENT_KEY.export_private_key())
        path.chmod(0o400)

        arrivals = visit(replace(sftp.source, password=None, key=SecretPlace(file=str(path))))

        assert contents(arrivals) == {"a.xlsx": a_workbook("a")}

    def test_a_key_that_is_none_is_told(self, sftp: Served) -> None:
        told = problem(visit(replace(sftp.source, password=None, key=SECRET)))

        assert "Das Geheimnis in env DIE8_TEST_SECRET ist kein privater Schlüssel" in told
        assert CANARY not in told

    def test_a_source_without_password_and_key_is_told(self, sftp: Served) -> None:
        assert "weder Kennwort noch Schlüssel" in problem(visit(replace(sftp.source, password=None)))

    def test_a_closed_folder_is_named_and_the_others_are_read(self, sftp: Served) -> None:
        sftp.put("a.xlsx", a_workbook("a"))
        sftp.put("closed/b.xlsx", a_workbook("b"))

        arrivals = visit(sftp.source)

        assert "kein Leserecht auf: Ordner /closed" in problem(arrivals)
        assert contents(arrivals) == {"a.xlsx": a_workbook("a")}


class TestS3:
    @pytest.mark.parametrize(
        ("status", "code", "words"),
        [
            (403, "InvalidAccessKeyId", "Bitte key_id und secret dieser Quelle berichtigen (InvalidAccessKeyId)"),
            (403, "SignatureDoesNotMatch", "Bitte key_id und secret dieser Quelle berichtigen (SignatureDoesNotMatch)"),
            (403, "AccessDenied", "kein Leserecht auf: Ordner die8-bucket"),
            (404, "NoSuchBucket", "fehlt: Ordner die8-bucket"),
            (503, "SlowDown", "meldet einen Fehler (SlowDown)"),
            (500, "InternalError", "meldet einen Fehler (InternalError)"),
        ],
    )
    def test_what_the_storage_refuses_is_told_after_one_try(self, status: int, code: str, words: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>x</Message></Error>".encode()
        asked: list[object] = []

        def answer(request: object) -> Reply:
            asked.append(request)
            return Reply(status, body, {"Content-Type": "application/xml"})

        with scripted(answer) as port:
            source = S3Source(
                name="s3",
                kind="s3",
                endpoint=f"http://127.0.0.1:{port}",
                bucket="die8-bucket",
                key_id="KEYID",
                secret=SECRET,
            )
            told = problem(visit(source, retry_seconds=()))

        assert words in told
        assert len(asked) == 1
        assert CANARY not in told


class TestWindowsShares:
    """What can be seen without a Windows server."""

    def source(self, port: int, host: str = "127.0.0.1") -> SmbSource:
        return SmbSource(name="smb", kind="smb", url=f"smb://{host}:{port}/share/in", user="die8", password=SECRET)

    def test_a_server_that_is_down_is_told(self) -> None:
        with proxied(1) as proxy:
            port = proxy.port

        assert "ist nicht erreichbar" in problem(visit(self.source(port)))

    def test_a_server_that_hangs_is_given_up(self) -> None:
        with proxied(1) as proxy:
            proxy.fault = Fault(hangs=True)

            told = problem(visit(self.source(proxy.port), connect_seconds=0.3, retry_seconds=()))

        assert "127.0.0.1" in told

    def test_an_unknown_host_is_told(self) -> None:
        assert "unknown.invalid" in problem(visit(self.source(445, "unknown.invalid"), retry_seconds=()))

    def test_a_server_of_another_kind_is_told(self) -> None:
        with scripted(lambda _: Reply()) as port:
            assert problem(visit(self.source(port), connect_seconds=1, retry_seconds=())) != ""

    def test_a_missing_secret_is_told(self) -> None:
        source = replace(self.source(445), password=SecretPlace(env="DIE8_NOT_SET"))

        assert "DIE8_NOT_SET fehlt" in problem(visit(source))
