"""Nextcloud, ownCloud and any other WebDAV server. webdav4 understands the listing, we do the asking."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

import httpx
from webdav4.multistatus import MultiStatusResponse, Response

from flows.collectors.place import Deadline, Fetched, Listed, Listing, PlaceError, secret_of
from flows.collectors.walking import walk
from flows.collectors.web import Web, plain_etag, with_words
from schemas.reasons import told
from schemas.sources import Collection, WebdavSource

_MULTI_STATUS: Final = 207


class WebdavPlace:
    """A WebDAV folder and those below it."""

    def __init__(self, source: WebdavSource, options: Collection, deadline: Deadline) -> None:
        login = (source.user, secret_of(source.password)) if source.password else None
        self._web = Web(options, deadline, auth=login, ca_file=source.ca_file)
        self._root = httpx.URL(source.url)
        self._base = self._root.path.rstrip("/")

    def __enter__(self) -> Self:
        """Connect with the first question."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._web.close()

    def listed(self) -> Listing:
        """List every file, folder by folder."""
        return walk(self._root.host, "", self._inside)

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch one file in the version that was listed."""
        etag = item.stamp.partition(" ")[0]
        content = self._web.download(self._url(item.path), item, etag="" if etag == "-" else etag)
        return [Fetched(content, item.name, origin={"path": item.path})]

    def _inside(self, folder: str) -> Iterator[str | Listed]:
        url = self._url(f"{folder}/" if folder else "/")
        about = told("a_folder", pfad=folder or self._base or "/")
        answer = self._web.ask("PROPFIND", url, about=about, headers={"Depth": "1"})
        try:
            is_listing = answer.status == _MULTI_STATUS
            listing = MultiStatusResponse(answer.body.decode("utf-8", "replace") if is_listing else "")
        except (ParseError, AssertionError, ValueError):
            raise PlaceError(with_words(told("no_listing", server=url.host, was=about), answer)) from None
        return self._below(folder, listing)

    def _below(self, folder: str, listing: MultiStatusResponse) -> Iterator[str | Listed]:
        for response in listing.responses.values():
            path = response.path_norm
            # What lies elsewhere is not asked for, whatever the server lists.
            if path.startswith(f"{self._base}/") and ".." not in path.split("/"):
                relative = path[len(self._base) :].strip("/")
                if relative not in ("", folder):
                    yield relative if response.properties.collection else _listed(relative, response)

    def _url(self, path: str) -> httpx.URL:
        # Quoted here: httpx would leave a %20 alone that belongs to the name.
        return self._root.copy_with(raw_path=quote(f"{self._base}/{path.lstrip('/')}").encode())


def _listed(path: str, response: Response) -> Listed:
    properties = response.properties
    etag = plain_etag(properties.etag or "").replace(" ", "_") or "-"
    changed = properties.modified.isoformat() if properties.modified else "-"
    return Listed(path, properties.content_length, "" if etag == changed == "-" else f"{etag} {changed}")
