"""One file at a web address."""

import posixpath
from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpx

from flows.collectors.place import Deadline, Fetched, Listed, Listing, PlaceError, secret_of
from flows.collectors.web import Answer, Web, plain_etag
from schemas.reasons import told
from schemas.sources import Collection, HttpsSource


class _WithoutHeadersError(Exception):
    """The server gives headers only together with the file."""


def _raise_without_headers(answer: Answer) -> PlaceError | None:
    if answer.status in (405, 501):
        raise _WithoutHeadersError
    return None


class HttpsPlace:
    """The file, listed by its headers."""

    def __init__(self, source: HttpsSource, options: Collection, deadline: Deadline) -> None:
        login = (source.user, secret_of(source.password)) if source.password else None
        token = secret_of(source.token) if source.token else None
        self._web = Web(options, deadline, auth=login, token=token, ca_file=source.ca_file)
        self._url = httpx.URL(source.url)
        self._name = unquote(posixpath.basename(self._url.path.rstrip("/"))) or self._url.host

    def __enter__(self) -> Self:
        """Connect with the first question."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._web.close()

    def listed(self) -> Listing:
        """Ask for the headers alone; they may tell neither version nor size, then the file is fetched every time."""
        try:
            answer = self._web.ask(
                "HEAD", self._url, about=told("a_file", pfad=self._name), explain=_raise_without_headers
            )
        except _WithoutHeadersError:
            return Listing((Listed(self._name),))
        etag = plain_etag(answer.headers.get("etag", "")).replace(" ", "_") or "-"
        changed = answer.headers.get("last-modified", "").replace(" ", "_") or "-"
        size = answer.headers.get("content-length", "")
        stamp = "" if etag == changed == "-" else f"{etag} {changed}"
        return Listing((Listed(self._name, int(size) if size.isdecimal() else None, stamp),))

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch the file in the version that was listed."""
        etag = item.stamp.partition(" ")[0]
        content = self._web.download(self._url, item, etag="" if etag == "-" else etag, is_listed=False)
        return [Fetched(content, item.name, origin={"path": self._url.path})]
