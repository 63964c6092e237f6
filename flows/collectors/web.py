"""HTTPS as collectors need it: nobody is believed, not even about the length of what he sends.

Redirects to another host are refused (the password would go there), answers are read with a limit and to a deadline,
and a login page or an error message is told from a file.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from flows.collectors.place import ChangedMeanwhileError, Deadline, Listed, PlaceError
from flows.collectors.troubles import connection_trouble, tls_context
from schemas.reasons import told
from schemas.sources import Collection
from transforms.workbook.limits import MEGABYTE

_ANSWER_BYTES: Final = 20 * MEGABYTE
"""The longest listing that is read."""
_HOPS: Final = 3
_ERROR_WORDS: Final = 200
_PAGES: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)", re.IGNORECASE)
_WORDS_OF_XML: Final = re.compile(r"<(?:\w+:)?(?:message|Message)[^>]*>([^<]*)<")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)


class Web:
    """Asks web servers on behalf of one source. Used by one thread."""

    def __init__(
        self,
        options: Collection,
        deadline: Deadline,
        *,
        auth: tuple[str, str] | None = None,
        token: str | None = None,
        ca_file: str | None = None,
    ) -> None:
        # Compressed answers could not be compared with what the server says of their length.
        headers = {"Accept-Encoding": "identity", "User-Agent": "die8"}
        self._options = options
        self._deadline = deadline
        self._auth = httpx.BasicAuth(*auth) if auth else None
        self.token = token
        self._client = httpx.Client(verify=tls_context(ca_file), headers=headers)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def ask(  # noqa: PLR0913 - what a request is made of
        self,
        method: str,
        url: httpx.URL,
        *,
        about: str,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        limit: int = _ANSWER_BYTES,
        with_login: bool = True,
        explain: Callable[[Answer], PlaceError | None] = lambda _: None,
    ) -> Answer:
        """Ask, following redirects on the same host only. ``about`` is what is asked for, in German.

        Raises:
            PlaceError: no answer, no whole answer, or one that says no; ``explain`` may know better why.
        """
        sent = dict(headers or {})
        if with_login and self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        for _ in range(_HOPS):
            answer = self._once(method, url, sent, form, limit, with_login=with_login)
            if answer.status not in (301, 302, 303, 307, 308):
                if answer.status >= 400:
                    raise explain(answer) or _refusal(answer, url, about)
                return answer
            url = _redirected(url, answer)
        raise PlaceError(told("redirects_on", server=url.host, was=about))

    def download(
        self, url: httpx.URL, item: Listed, *, with_login: bool = True, etag: str = "", is_listed: bool = True
    ) -> bytes:
        """Fetch a file whole. ``is_listed``: somebody else than this address says that it is a file, and how long.

        Raises:
            PlaceError: see `ask`; also when a page came in its place, or its length is not the listed one.
            ChangedMeanwhileError: it is another version than the listed one.
        """
        limit = self._options.largest_megabytes * MEGABYTE
        answer = self.ask("GET", url, about=told("a_file", pfad=item.path), limit=limit, with_login=with_login)
        refuse_page(answer, item.name, url.host, is_listed=is_listed and item.size == len(answer.body))
        if etag and "etag" in answer.headers and plain_etag(answer.headers["etag"]) != etag:
            raise ChangedMeanwhileError
        if item.size is not None and len(answer.body) != item.size:
            received = len(answer.body)
            problem = told("lies_incomplete", datei=item.path, server=url.host, soll=item.size, ist=received)
            raise PlaceError(problem)
        return answer.body

    def _once(  # noqa: PLR0913 - as above
        self,
        method: str,
        url: httpx.URL,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        limit: int,
        *,
        with_login: bool,
    ) -> Answer:
        left = self._deadline.remaining()
        timeout = httpx.Timeout(min(self._options.idle_seconds, left), connect=self._options.connect_seconds)
        auth = self._auth if with_login else None
        with (
            _explained(url),
            self._client.stream(method, url, headers=headers, data=form, auth=auth, timeout=timeout) as response,
        ):
            body = bytearray()
            for block in response.iter_raw():
                body += block
                self._deadline.remaining()
                if len(body) > limit:
                    raise PlaceError(told("sends_too_much", server=url.host, grenze=limit // MEGABYTE))
            return Answer(response.status_code, response.headers, bytes(body))


@contextmanager
def _explained(url: httpx.URL) -> Iterator[None]:
    """Turn the library's errors into sentences; theirs may hold the address with its key."""
    port = url.port or (443 if url.scheme == "https" else 80)
    server = f"{url.host}:{port}"
    try:
        yield
    except httpx.ConnectTimeout:
        raise PlaceError(told("no_answer", server=server), is_passing=True) from None
    except httpx.TimeoutException:
        raise PlaceError(told("silent", server=server), is_passing=True) from None
    except httpx.ConnectError as error:
        known = connection_trouble(error, url.host, port)
        unknown = told("unreachable", server=server, fehler=type(error).__name__)
        raise known or PlaceError(unknown, is_passing=True) from None
    except (httpx.RemoteProtocolError, httpx.NetworkError):
        raise PlaceError(told("answer_cut", server=server), is_passing=True) from None
    except httpx.HTTPError as error:
        raise PlaceError(told("unusable", server=server, fehler=type(error).__name__)) from None


def _redirected(url: httpx.URL, answer: Answer) -> httpx.URL:
    try:
        target = url.join(answer.headers.get("location", ""))
    except httpx.InvalidURL:
        target = httpx.URL("")
    if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
        away = f"{target.scheme}://{target.host}"
        raise PlaceError(told("redirects_away", server=url.host, ziel=away))
    return target


def _refusal(answer: Answer, url: httpx.URL, about: str) -> PlaceError:
    match answer.status:
        case 401:
            return PlaceError(told("login_refused", server=url.host))
        case 403:
            return PlaceError(told("no_right", server=url.host, was=about))
        case 404 | 410:
            return PlaceError(told("missing", server=url.host, was=about))
        case 429:
            problem = told("slow_down", server=url.host)
            return PlaceError(problem, is_passing=True, after_seconds=retry_after(answer))
        case status if status >= 500:
            problem = with_words(told("server_fails", server=url.host, fehler=status, was=about), answer)
            return PlaceError(problem, is_passing=True, after_seconds=retry_after(answer))
        case status:
            return PlaceError(with_words(told("refuses", server=url.host, fehler=status, was=about), answer))


def retry_after(answer: Answer) -> float | None:
    """The seconds that a server asks us to wait, be they written as a number or as a date."""
    value = answer.headers.get("retry-after", "")
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def refuse_page(answer: Answer, name: str, host: str, *, is_listed: bool) -> None:
    """Raise PlaceError when a login page or an error message came in place of the file.

    A file that has just the listed size is what was laid down: some programs write web pages and call them .xls.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffix = name.rpartition(".")[2].lower()
    if is_listed and kind not in ("text/html", "application/json"):
        return
    if suffix not in ("html", "htm") and (kind == "text/html" or _PAGES.match(answer.body)):
        raise PlaceError(told("login_page", server=host, datei=name))
    is_message = kind in ("application/json", "text/xml", "application/xml") or kind.endswith("+xml")
    if is_message or answer.body.lstrip()[:9] in (b'{"error":', b"<d:error "):
        raise PlaceError(with_words(told("error_message", server=host, datei=name), answer))


def with_words(problem: str, answer: Answer) -> str:
    """A reason, with what the server itself says of it at the end, if it says anything."""
    words = error_words(answer.body)
    return f"{problem} {told('server_says', worte=words)}" if words else problem


def error_words(body: bytes) -> str:
    """What an error message in JSON or XML says, on one line; nothing of anything else."""
    text = body[:20_000].decode("utf-8", "replace")
    words = ""
    try:
        document = json.loads(text)
    except ValueError:
        found = _WORDS_OF_XML.search(text)
        words = found[1] if found else ""
    else:
        error = document.get("error", document) if isinstance(document, dict) else ""
        if isinstance(error, dict):
            error = error.get("message", "")
        described = document.get("error_description", "") if isinstance(document, dict) else ""
        words = " ".join(str(part) for part in (error, described) if isinstance(part, str))
    return " ".join(words.split())[:_ERROR_WORDS]


def plain_etag(etag: str) -> str:
    """An etag without the quotes, and without the mark of a weak one, which servers set and leave out at will."""
    return etag.strip().removeprefix("W/").strip('"')
