"""Files by HTTPS and WebDAV from servers that fail, lie or ask for a login; nobody is believed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from schemas.sources import HttpsSource, WebdavSource
from tests.flows.collectors.servers import CANARY, SECRET, Authority, Reply, Request, opener, scripted
from tests.flows.collectors.visiting import a_workbook, contents, deliveries, problem, reasons, visited

BOOK = a_workbook(size=5000)


def visit(port: int, scheme: str = "http", path: str = "Meldung%20KLI.xlsx", **options: Any) -> list[Any]:
    ca_file = options.pop("ca_file", None)
    source = HttpsSource(
        name="web",
        kind="https",
        url=f"{scheme}://127.0.0.1:{port}/{path}",
        user="die8",
        password=SECRET,
        ca_file=ca_file,
    )
    return visited(opener(source), **{"retry_seconds": (0.01,), **options})


def always(reply: Reply) -> Callable[[Request], Reply]:
    return lambda _request: reply


def only_get(reply: Reply) -> Callable[[Request], Reply]:
    """A server that says the right length and etag beforehand."""
    head = Reply(headers={"ETag": '"1"'}, length=len(BOOK))
    return lambda request: head if request.method == "HEAD" else reply


def test_a_file_is_fetched_with_the_name_of_its_address() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(body=BOOK, headers={"ETag": 'W/"1"'})

    with scripted(answer) as port:
        arrivals = visit(port)

    assert contents(arrivals) == {"Meldung KLI.xlsx": BOOK}
    assert {request.method for request in asked} == {"HEAD", "GET"}
    assert all(request.headers["authorization"].startswith("Basic ") for request in asked)


def test_a_server_without_headers_is_asked_for_the_file_itself() -> None:
    def answer(request: Request) -> Reply:
        return Reply(405) if request.method == "HEAD" else Reply(body=BOOK)

    with scripted(answer) as port:
        assert contents(visit(port)) == {"Meldung KLI.xlsx": BOOK}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "lehnt die Anmeldung ab. Bitte Benutzer und Kennwort"),
        (403, "kein Leserecht auf: Datei Meldung KLI.xlsx"),
        (404, "Auf dem Server 127.0.0.1 fehlt: Datei Meldung KLI.xlsx"),
        (400, "verweigert (400): Datei Meldung KLI.xlsx"),
    ],
)
def test_what_does_not_pass_is_told_after_one_try(status: int, words: str) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(status)

    with scripted(answer) as port:
        arrivals = visit(port, retry_seconds=(3600,))

    assert words in problem(arrivals)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failing_server_is_tried_again(status: int) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(status) if len(asked) < 3 else Reply(body=BOOK, headers={"ETag": "1"})

    with scripted(answer) as port:
        healed = visit(port, retry_seconds=(0.01, 0.01))
        asked.clear()
        failing = visit(port, retry_seconds=(0.01,))

    assert contents(healed) == {"Meldung KLI.xlsx": BOOK}
    assert f"meldet einen Fehler ({status})" in problem(failing)


def test_a_server_that_asks_to_wait_is_waited_for_when_there_is_time() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        if len(asked) == 1:
            return Reply(429, headers={"Retry-After": "1"})
        return Reply(body=BOOK, headers={"ETag": "1"})

    with scripted(answer) as port:
        begun = dt.datetime.now(dt.UTC)
        arrivals = visit(port)
        waited = dt.datetime.now(dt.UTC) - begun

    assert contents(arrivals) == {"Meldung KLI.xlsx": BOOK}
    assert waited >= dt.timedelta(seconds=1)


def test_a_server_that_asks_to_wait_too_long_is_left_for_the_next_run() -> None:
    with scripted(always(Reply(429, headers={"Retry-After": "315"}))) as port:
        arrivals = visit(port, total_seconds=20)

    assert "bittet, seltener zu kommen (429)" in problem(arrivals)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=BOOK, cut=3000),
        Reply(body=BOOK, cut=3000, is_chunked=True),
        Reply(body=BOOK[:3000], length=len(BOOK)),
    ],
)
def test_a_body_that_is_cut_short_is_tried_again_and_not_taken(reply: Reply) -> None:
    with scripted(only_get(reply)) as port:
        arrivals = visit(port)

    assert deliveries(arrivals) == []
    assert "die Antwort ist unvollständig" in problem(arrivals)


def test_a_body_that_is_shorter_than_listed_is_told_with_both_lengths() -> None:
    with scripted(only_get(Reply(body=BOOK[:3000], headers={"ETag": '"1"'}))) as port:
        arrivals = visit(port)

    assert deliveries(arrivals) == []
    assert f"Genannt sind {len(BOOK)} Bytes, es kommen 3000" in problem(arrivals)


def test_an_empty_body_under_the_old_size_and_etag_is_told_and_replaces_nothing() -> None:
    with scripted(only_get(Reply(body=b"", headers={"ETag": '"1"'}))) as port:
        arrivals = visit(port)

    assert deliveries(arrivals) == []
    assert "es kommen 0" in problem(arrivals)


def test_another_version_than_the_listed_one_waits_for_the_next_run() -> None:
    with scripted(only_get(Reply(body=BOOK, headers={"ETag": '"2"'}))) as port:
        arrivals = visit(port)

    assert reasons(arrivals) == {"Meldung KLI.xlsx": "wird noch übertragen"}


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            b"<!DOCTYPE html><html><form>Anmelden</form>",
            "text/html; charset=utf-8",
            "gibt eine Anmeldeseite statt der Datei",
        ),
        (b"\n<html><body>Anmelden", "application/octet-stream", "gibt eine Anmeldeseite statt der Datei"),
        (b'{"error": {"code": "x", "message": "Token is expired"}}', "application/json", "Token is expired"),
        (
            b'<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="s"><s:message>Not today</s:message></d:error>',
            "application/xml",
            "Not today",
        ),
    ],
)
def test_a_page_in_place_of_a_file_is_told(body: bytes, kind: str, words: str) -> None:
    with scripted(always(Reply(body=body, headers={"Content-Type": kind, "ETag": "1"}))) as port:
        arrivals = visit(port)

    assert deliveries(arrivals) == []
    assert words in problem(arrivals)


def test_a_redirect_to_another_host_is_refused_and_gets_no_password() -> None:
    asked: list[Request] = []

    def elsewhere(request: Request) -> Reply:
        asked.append(request)
        return Reply(body=BOOK)

    with scripted(elsewhere) as other:
        target = f"http://127.0.0.1:{other}/Meldung.xlsx"
        with scripted(always(Reply(302, headers={"Location": target}))) as port:
            arrivals = visit(port)

    assert "127.0.0.1 leitet auf http://127.0.0.1 um" in problem(arrivals)
    assert asked == []


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/new.xlsx":
            return Reply(body=BOOK, headers={"ETag": "1"})
        return Reply(302, headers={"Location": "/new.xlsx" if "KLI" in request.path else "/loop"})

    with scripted(answer) as port:
        followed = visit(port)
        circling = visit(port, path="loop")

    assert contents(followed) == {"Meldung KLI.xlsx": BOOK}
    assert "leitet immer weiter um" in problem(circling)


def test_what_goes_on_without_end_is_cut_at_the_limit() -> None:
    with scripted(always(Reply(body=bytes(1_500_000), headers={"Content-Type": "application/zip"}))) as port:
        source = HttpsSource(name="web", kind="https", url=f"http://127.0.0.1:{port}/a.xlsx")
        listed = visited(opener(source, largest_megabytes=1), largest_megabytes=1)

    assert reasons(listed) == {"a.xlsx": "größer als 1 MB, nicht geholt"}


class TestCertificates:
    def test_one_of_a_known_authority_is_accepted(self, authority: Authority) -> None:
        with scripted(always(Reply(body=BOOK)), authority.server_context()) as port:
            assert contents(visit(port, "https", ca_file=authority.file)) == {"Meldung KLI.xlsx": BOOK}

    def test_an_expired_one_is_told_with_its_dates_and_nothing_is_sent(self, authority: Authority) -> None:
        asked: list[Request] = []
        expired = authority.server_context(expires=dt.datetime(2020, 5, 17, tzinfo=dt.UTC))

        with scripted(lambda request: asked.append(request) or Reply(), expired) as port:  # type: ignore[func-returns-value]
            told = problem(visit(port, "https", ca_file=authority.file, retry_seconds=(3600,)))

        assert "Es ist abgelaufen" in told
        assert "bis zum 17.05.2020" in told
        assert asked == []

    def test_one_for_another_host_is_refused(self, authority: Authority) -> None:
        with scripted(always(Reply(body=BOOK)), authority.server_context("cloud.example")) as port:
            told = problem(visit(port, "https", ca_file=authority.file))

        assert "Es gilt für einen anderen Rechnernamen" in told

    def test_one_of_an_unknown_authority_is_refused(self, authority: Authority) -> None:
        with scripted(always(Reply(body=BOOK)), authority.server_context()) as port:
            told = problem(visit(port, "https"))

        assert "Die ausstellende Stelle ist hier nicht bekannt" in told

    def test_a_server_that_speaks_no_tls_is_told(self) -> None:
        with scripted(always(Reply(body=BOOK))) as port:
            assert "keine Verschlüsselung an, die wir annehmen" in problem(visit(port, "https"))

    def test_a_file_of_authorities_that_is_none_is_told(self) -> None:
        assert "/nowhere.pem (ca_file) ist nicht lesbar" in problem(visit(1, "https", ca_file="/nowhere.pem"))


class TestWebdavListing:
    def visit(self, port: int) -> list[Any]:
        source = WebdavSource(
            name="cloud", kind="webdav", url=f"http://127.0.0.1:{port}/dav/files/die8", user="die8", password=SECRET
        )
        return visited(opener(source))

    def test_a_page_in_place_of_a_listing_is_told(self) -> None:
        for body in (b"<html>Anmelden", b'{"error": "no"}', b"<?xml version='1.0'?><a>"):
            with scripted(always(Reply(body=body))) as port:
                assert "gibt eine Seite statt einer Liste. Betroffen ist: Ordner /dav/files/die8" in problem(
                    self.visit(port)
                )

    def test_what_lies_elsewhere_is_not_asked_for(self) -> None:
        asked: list[str] = []
        listing = """<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{}</d:multistatus>"""
        entry = (
            "<d:response><d:href>{}</d:href><d:propstat><d:prop><d:resourcetype/><d:getetag>1</d:getetag>"
            "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        )
        hrefs = ["/dav/files/die8/a.xlsx", "/dav/files/other/b.xlsx", "/dav/files/die8/../../c.xlsx", "http://x/d.xlsx"]

        def answer(request: Request) -> Reply:
            asked.append(request.path)
            if request.method == "PROPFIND":
                return Reply(207, listing.format("".join(entry.format(href) for href in hrefs)).encode())
            return Reply(body=BOOK)

        with scripted(answer) as port:
            arrivals = self.visit(port)

        assert list(contents(arrivals)) == ["a.xlsx"]
        assert set(asked) == {"/dav/files/die8/", "/dav/files/die8/a.xlsx"}

    def test_a_closed_folder_is_told_and_the_others_are_read(self) -> None:
        entry = (
            "<d:response><d:href>{}</d:href><d:propstat><d:prop><d:resourcetype>{}</d:resourcetype>"
            "<d:getetag>1</d:getetag></d:prop></d:propstat></d:response>"
        )
        body = "".join(
            [
                '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">',
                entry.format("/dav/files/die8/closed/", "<d:collection/>"),
                entry.format("/dav/files/die8/a.xlsx", ""),
                "</d:multistatus>",
            ]
        )

        def answer(request: Request) -> Reply:
            if "closed" in request.path:
                return Reply(403)
            return Reply(207, body.encode()) if request.method == "PROPFIND" else Reply(body=BOOK)

        with scripted(answer) as port:
            arrivals = self.visit(port)

        assert "kein Leserecht auf: Ordner closed" in problem(arrivals)
        assert list(contents(arrivals)) == ["a.xlsx"]


def test_the_secret_is_in_no_message(authority: Authority) -> None:
    replies = [Reply(status) for status in (302, 400, 401, 403, 404, 429, 500)]

    for reply in replies:
        with scripted(always(reply), authority.server_context()) as port:
            assert CANARY not in repr(visit(port, "https", ca_file=authority.file))
