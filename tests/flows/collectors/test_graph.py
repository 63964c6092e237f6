"""Microsoft Graph, as its documentation says that it answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from msgspec.structs import replace

from schemas.sources import GraphSource
from tests.flows.collectors.servers import CANARY, SECRET, Reply, Request, opener, scripted
from tests.flows.collectors.visiting import a_workbook, contents, deliveries, problem, reasons, visited

BOOKS = {
    "Die 8/KLI/Meldung Ü.xlsx": a_workbook("one"),
    "Die 8/b.xlsx": a_workbook("two"),
    "Die 8/c.xlsx": a_workbook("three"),
}
TOKEN = "token-of-the-test"  # noqa: S105 - given by the server of the test


@dataclass
class Drive:
    """A server with one drive: two entries a page, content from an address of its own with a key in it."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(BOOKS))
    port: int = 0
    asked: list[Request] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    """Answers that come in place of the right ones, by the beginning of the path."""
    download: str = ""

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        path = unquote(request.path)
        for begin, reply in self.replies.items():
            if path.startswith(begin):
                return reply
        if path == "/tenant/oauth2/v2.0/token":
            return self._token(parse_qs(request.body.decode()))
        if path.startswith("/download/"):
            assert "authorization" not in request.headers
            return Reply(body=self.files[path.removeprefix("/download/").partition("?")[0]])
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        place, _, query = path.removeprefix("/v1.0/drives/b!drive/root").partition("?")
        if place.endswith(("children", "children/")):
            return self._children(place.removesuffix("children").strip("/:"), int(query.partition("=")[2] or 0))
        return self._item(place.strip("/:"))

    def _token(self, form: dict[str, list[str]]) -> Reply:
        if form["client_secret"] != [CANARY]:
            error = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
            return _json(error, 401)
        assert form["scope"] == [f"http://127.0.0.1:{self.port}/.default"]
        return _json({"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN})

    def _children(self, folder: str, skip: int) -> Reply:
        below = [path.removeprefix(f"{folder}/") for path in self.files if path.startswith(f"{folder}/")]
        if not below:
            return _json({"error": {"code": "itemNotFound", "message": "The resource could not be found."}}, 404)
        names = sorted({name.partition("/")[0] for name in below})
        entries = [self._entry(f"{folder}/{name}") for name in names]
        page: dict[str, Any] = {"value": entries[skip : skip + 2]}
        if len(entries) > skip + 2:
            address = f"http://127.0.0.1:{self.port}/v1.0/drives/b!drive/root:/{folder}:/children?$skiptoken={skip + 2}"
            page["@odata.nextLink"] = address
        return _json(page)

    def _item(self, path: str) -> Reply:
        return _json(self._entry(path))

    def _entry(self, path: str) -> dict[str, Any]:
        name = path.rpartition("/")[2]
        if path not in self.files:
            return {"id": "f", "name": name, "folder": {"childCount": 1}}
        content = self.files[path]
        host = self.download or f"http://127.0.0.1:{self.port}"
        return {
            "id": "01ABC",
            "name": name,
            "size": len(content),
            "eTag": f'"{{{hash(content)}}},1"',
            "file": {"mimeType": "application/zip"},
            "@microsoft.graph.downloadUrl": f"{host}/download/{path}?tempauth={CANARY}",
        }


def _json(document: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@contextmanager
def a_drive(**changes: Any) -> Iterator[tuple[Drive, GraphSource]]:
    drive = Drive(**changes)
    with scripted(drive.answer) as port:
        drive.port = port
        yield (
            drive,
            GraphSource(
                name="graph",
                kind="graph",
                tenant="tenant",
                client_id="app",
                client_secret=SECRET,
                drive="b!drive",
                folder="/Die 8/",
                endpoint=f"http://127.0.0.1:{port}/v1.0",
                login=f"http://127.0.0.1:{port}",
            ),
        )


def visit(source: GraphSource, **options: Any) -> list[Any]:
    return visited(opener(source), **{"retry_seconds": (0.01,), **options})


def test_all_files_of_all_pages_and_folders_are_fetched() -> None:
    with a_drive() as (_, source):
        arrivals = visit(source)

    assert problem(arrivals) == ""
    assert contents(arrivals) == {path.rpartition("/")[2]: content for path, content in BOOKS.items()}
    assert CANARY not in repr(arrivals)


def test_a_wrong_secret_is_told_in_the_words_of_the_login_after_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIE8_TEST_SECRET", "falsch-4712")

    with a_drive() as (drive, source):
        told = problem(visit(source, retry_seconds=(3600,)))

    assert "AADSTS7000215: Invalid client secret provided." in told
    assert "falsch-4712" not in told
    assert len(drive.asked) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            _json({"error": {"code": "accessDenied", "message": "Access denied"}}, 403),
            "Bitte ihr Sites.Selected für diese Website erteilen lassen",
        ),
        (_json({"error": {"code": "itemNotFound", "message": "x"}}, 404), "fehlt: Ordner Die 8"),
        (_json({"error": {"code": "InvalidAuthenticationToken", "message": "x"}}, 401), "lehnt die Anmeldung ab"),
        (Reply(429, headers={"Retry-After": "315"}), "bittet, seltener zu kommen"),
        (Reply(503, headers={"Retry-After": "0"}), "ist überlastet (503)"),
        (Reply(body=b"<html>"), "gibt eine Seite statt einer Antwort"),
        (Reply(302, headers={"Location": "https://elsewhere.example/"}), "leitet auf https://elsewhere.example um"),
    ],
)
def test_what_the_drive_refuses_is_told(reply: Reply, words: str) -> None:
    with a_drive(replies={"/v1.0": reply}) as (_, source):
        assert words in problem(visit(source, total_seconds=20))


def test_a_listing_that_goes_on_elsewhere_is_refused() -> None:
    page = _json({"value": [], "@odata.nextLink": "https://elsewhere.example/next"})
    with a_drive(replies={"/v1.0": page}) as (_, source):
        assert "setzt seine Liste auf elsewhere.example fort" in problem(visit(source))


def test_content_from_a_host_that_is_not_named_is_not_fetched_and_its_key_is_not_told() -> None:
    with a_drive(download="https://elsewhere.example") as (_, source):
        arrivals = visit(source)

    assert "verweist auf elsewhere.example; dorthin folgen wir nicht. Betroffen ist: Datei b.xlsx" in problem(arrivals)
    assert CANARY not in repr(arrivals)


def test_content_that_fails_is_told_without_its_key() -> None:
    with a_drive(replies={"/download": Reply(403)}) as (_, source):
        arrivals = visit(source)

    assert "kein Leserecht auf: Datei b.xlsx" in problem(arrivals)
    assert deliveries(arrivals) == []
    assert CANARY not in repr(arrivals)


def test_a_file_that_changed_since_the_listing_waits() -> None:
    with a_drive() as (drive, source):
        changed = drive._entry("Die 8/b.xlsx") | {"eTag": '"{other},2"'}
        drive.replies["/v1.0/drives/b!drive/root:/Die 8/b.xlsx:"] = _json(changed)

        assert reasons(visit(source)) == {"b.xlsx": "wird noch übertragen"}


def test_a_missing_folder_is_not_an_empty_one() -> None:
    with a_drive() as (_, source):
        assert "fehlt: Ordner Elsewhere" in problem(visit(replace(source, folder="Elsewhere")))
