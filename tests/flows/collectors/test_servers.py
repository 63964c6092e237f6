"""WebDAV, SFTP, S3 and Windows shares behave alike, on good days and on bad ones; each against a real server."""

import unicodedata
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.secret import SecretPlace
from schemas.sources import Source
from tests.flows.collectors.proxy import Fault, proxied
from tests.flows.collectors.servers import CANARY, Served, opener
from tests.flows.collectors.visiting import (
    NOON,
    a_workbook,
    contents,
    deliveries,
    problem,
    reasons,
    remembered,
    visited,
)
from tests.programs import needs_samba

# Servers that are cut off in the middle of a word leave sockets behind, in the test's process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LATER = NOON + timedelta(hours=1)


def visit(source: Source, **options: Any) -> list[Any]:
    return visited(opener(source, **options), **options)


def test_files_are_fetched_with_their_names_from_all_folders(served: Served) -> None:
    names = ["D8_KLI 2026.xlsx", "Gütersloh/Übersicht & Prognose #1 100%25.xlsx", "a/b/c.ods", "~$D8_KLI.xlsx"]
    for name in names:
        served.put(name, a_workbook(name))

    arrivals = visit(served.source)

    assert problem(arrivals) == ""
    assert contents(arrivals) == {name.rpartition("/")[2]: a_workbook(name) for name in names[:3]}
    assert list(reasons(arrivals)) == ["~$D8_KLI.xlsx"]
    assert {item.source["path"] for item in deliveries(arrivals)} == set(names[:3])


def test_a_name_in_two_pieces_is_one_and_is_found_again(served: Served) -> None:
    served.put(unicodedata.normalize("NFD", "Gütersloh.xlsx"), a_workbook())

    assert list(contents(visit(served.source))) == [unicodedata.normalize("NFC", "Gütersloh.xlsx")]


def test_what_was_taken_is_not_fetched_again_until_it_changes(served: Served) -> None:
    served.put("a.xlsx", a_workbook("one"))
    known = remembered(visit(served.source))

    unchanged = visited(opener(served.source), known, now=LATER)
    served.put("a.xlsx", a_workbook("another"))
    changed = visited(opener(served.source), known, now=LATER)
    served.remove("a.xlsx")
    gone = visited(opener(served.source), known, now=LATER)

    assert deliveries(unchanged) == []
    assert contents(changed) == {"a.xlsx": a_workbook("another")}
    assert "liegt nicht mehr" in reasons(gone)["a.xlsx"]


def test_an_unfinished_upload_waits(served: Served) -> None:
    whole = a_workbook(size=1000)
    served.put("a.xlsx", whole[:700])

    first = visit(served.source)
    served.put("a.xlsx", whole)
    second = visited(opener(served.source), remembered(first), now=LATER)

    assert "unvollständig seit" in reasons(first)["a.xlsx"]
    assert contents(second) == {"a.xlsx": whole}


# The S3 server lets everybody in; what a real one answers is in test_logins.py.
@pytest.mark.parametrize("served", ["webdav", "sftp", pytest.param("smb", marks=needs_samba)], indirect=True)
def test_a_wrong_password_is_told_after_one_try(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIE8_TEST_SECRET", "falsch-4712")

    told = problem(visit(served.source, retry_seconds=(3600,)))

    assert "lehnt die Anmeldung ab" in told
    assert "falsch-4712" not in told
    tries = [word for word in served.seen if word in ("die8", "PROPFIND /")]
    assert len(tries) == (0 if served.source.kind == "smb" else 1)  # Samba does not tell


def test_a_missing_secret_is_told_by_its_name(served: Served) -> None:
    key = "secret" if served.source.kind == "s3" else "password"

    told = problem(visit(replace(served.source, **{key: SecretPlace(env="DIE8_NOT_SET")})))

    assert "DIE8_NOT_SET fehlt" in told


def test_a_folder_that_is_missing_is_told_at_once(served: Served) -> None:
    if served.source.kind == "s3":
        source: Source = replace(served.source, bucket="another-bucket")
    else:
        source = replace(served.source, url=f"{served.source.url}nowhere")  # type: ignore[union-attr]

    told = problem(visit(source, retry_seconds=(3600,)))

    assert "Auf dem Server 127.0.0.1 fehlt: Ordner" in told
    assert "nowhere" in told or "another-bucket" in told


def test_an_unknown_host_is_told_at_once(served: Served) -> None:
    told = problem(visit(_elsewhere(served, "unknown.invalid"), retry_seconds=(0.01,)))

    assert "Der Rechnername unknown.invalid ist nicht bekannt" in told


def test_a_server_that_is_down_is_tried_again_and_told(served: Served) -> None:
    with proxied(served.port) as proxy:
        port = proxy.port

    told = problem(visit(served.at(port)))

    assert "ist nicht erreichbar" in told


def test_a_server_that_hangs_is_given_up(served: Served) -> None:
    with proxied(served.port) as proxy:
        proxy.fault = Fault(hangs=True)
        quick = {"connect_seconds": 0.3, "idle_seconds": 0.3, "retry_seconds": ()}

        told = problem(visit(served.at(proxy.port), **quick))

    assert "127.0.0.1" in told


@pytest.mark.parametrize("size", [200_000])
def test_a_connection_that_breaks_in_mid_file_is_made_again(served: Served, size: int) -> None:
    served.put("a.xlsx", a_workbook(size=size))
    with proxied(served.port) as proxy:
        proxy.fault = Fault(cuts_after=size // 2, times=2)

        arrivals = visit(served.at(proxy.port))

    assert problem(arrivals) == ""
    assert contents(arrivals) == {"a.xlsx": a_workbook(size=size)}
    assert proxy.connections > 1


def test_nothing_incomplete_is_taken_when_it_goes_on_breaking(served: Served) -> None:
    served.put("a.xlsx", a_workbook(size=200_000))
    with proxied(served.port) as proxy:
        proxy.fault = Fault(cuts_after=100_000)

        arrivals = visit(served.at(proxy.port))

    assert problem(arrivals) != ""
    assert deliveries(arrivals) == []


@pytest.mark.parametrize("fault", [Fault(drips_after=50_000), Fault(falls_silent_after=50_000)])
def test_a_server_that_drips_or_falls_silent_is_given_up_in_time(served: Served, fault: Fault) -> None:
    served.put("a.xlsx", a_workbook(size=200_000))
    with proxied(served.port) as proxy:
        proxy.fault = copy(fault)

        arrivals = visit(served.at(proxy.port), total_seconds=1.5, idle_seconds=1, retry_seconds=())

    assert problem(arrivals) != ""
    assert deliveries(arrivals) == []


def test_no_message_and_no_record_holds_the_secret(served: Served) -> None:
    served.put("a.xlsx", a_workbook())
    with proxied(served.port) as proxy:
        proxy.fault = Fault(cuts_after=100)
        broken = visit(served.at(proxy.port))

    assert CANARY not in repr([broken, visit(served.source), served.source])


def _elsewhere(served: Served, host: str) -> Source:
    changes = {
        key: value.replace("127.0.0.1", host).replace("http://", "https://")
        for key in ("url", "endpoint")
        if isinstance(value := getattr(served.source, key, None), str)
    }
    return replace(served.source, **changes)
