"""SharePoint and OneDrive through Microsoft Graph, with client credentials. Give the application Sites.Selected."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from flows.collectors.place import ChangedMeanwhileError, Deadline, Fetched, Listed, Listing, PlaceError, secret_of
from flows.collectors.walking import walk
from flows.collectors.web import Answer, Web, retry_after, with_words
from schemas.reasons import told
from schemas.sources import Collection, GraphSource

_DOWNLOAD: Final = "@microsoft.graph.downloadUrl"
_NEXT: Final = "@odata.nextLink"


class GraphPlace:
    """A folder of a drive and those below it."""

    def __init__(self, source: GraphSource, options: Collection, deadline: Deadline) -> None:
        self._source = source
        self._web = Web(options, deadline, ca_file=source.ca_file)
        self._endpoint = source.endpoint.rstrip("/")
        self._host = httpx.URL(self._endpoint).host
        self._folder = source.folder.strip("/")

    def __enter__(self) -> Self:
        """Log in; PlaceError when the application is not let in."""
        try:
            self._web.token = self._fresh_token()
        except BaseException:
            self._web.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections."""
        self._web.close()

    def listed(self) -> Listing:
        """List every file, folder by folder, page by page."""
        return walk(self._host, "", self._inside)

    def _inside(self, folder: str) -> Iterator[str | Listed]:
        for child in self._children(folder):
            path = f"{folder}/{child['name']}".lstrip("/")
            if "folder" in child:
                yield path
            elif "file" in child:
                yield Listed(path, child.get("size"), str(child.get("eTag") or child.get("cTag") or ""))

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch one file in the version that was listed; its address holds a key, so it is told to nobody."""
        found = self._document(self._url(item.path), about=told("a_file", pfad=item.path))
        if str(found.get("eTag") or found.get("cTag") or "") != item.stamp:
            raise ChangedMeanwhileError
        address = httpx.URL(str(found.get(_DOWNLOAD, "")))
        if not self._may_come_from(address):
            what = told("a_file", pfad=item.path)
            raise PlaceError(told("lies_elsewhere", server=self._host, ziel=address.host or "–", was=what))
        content = self._web.download(address, item, with_login=False)
        origin = {"path": item.path, "id": str(found.get("id", ""))}
        return [Fetched(content, item.name, origin=origin)]

    def _may_come_from(self, address: httpx.URL) -> bool:
        own = httpx.URL(self._endpoint)
        if (address.scheme, address.host, address.port) == (own.scheme, own.host, own.port):
            return True
        hosts = self._source.download_hosts
        is_named = any(address.host == host or (host[:1] == "." and address.host.endswith(host)) for host in hosts)
        return address.scheme == "https" and is_named

    def _fresh_token(self) -> str:
        login = httpx.URL(f"{self._source.login.rstrip('/')}/{quote(self._source.tenant)}/oauth2/v2.0/token")
        form = {
            "grant_type": "client_credentials",
            "client_id": self._source.client_id,
            "client_secret": secret_of(self._source.client_secret),
            "scope": f"{httpx.URL(self._endpoint).copy_with(path='/.default')}",
        }

        def explain(answer: Answer) -> PlaceError | None:
            if answer.status not in (400, 401, 403):
                return None
            return PlaceError(with_words(told("application_refused", server=login.host), answer))

        answer = self._web.ask("POST", login, about=told("the_login"), form=form, explain=explain)
        token = _read(answer, login.host).get("access_token")
        if not isinstance(token, str):
            raise PlaceError(told("no_token", server=login.host))
        return token

    def _children(self, folder: str) -> Iterator[Mapping[str, Any]]:
        path = "/".join(part for part in (self._folder, folder) if part)
        about = told("a_folder", pfad=path or "/")
        url: httpx.URL | None = self._url(folder, "children")
        while url is not None:
            page = self._document(url, about=about)
            yield from page.get("value", ())
            following = page.get(_NEXT)
            url = httpx.URL(following) if following else None
            if url is not None and url.host != self._host:
                raise PlaceError(told("listed_elsewhere", server=self._host, ziel=url.host))

    def _url(self, path: str, what: str = "") -> httpx.URL:
        root = f"{self._endpoint}/drives/{quote(self._source.drive)}/root"
        whole = "/".join(part for part in (self._folder, path) if part)
        place = f"{root}:/{quote(whole)}:" if whole else root
        return httpx.URL(f"{place}/{what}" if what else place)

    def _document(self, url: httpx.URL, *, about: str) -> Mapping[str, Any]:
        def explain(answer: Answer) -> PlaceError | None:
            if answer.status == 403:
                return PlaceError(told("application_no_right", was=about))
            if answer.status in (503, 504, 509):
                problem = told("busy", server=url.host, fehler=answer.status)
                return PlaceError(problem, is_passing=True, after_seconds=retry_after(answer))
            return None

        return _read(self._web.ask("GET", url, about=about, explain=explain), url.host)


def _read(answer: Answer, host: str) -> Mapping[str, Any]:
    try:
        document = json.loads(answer.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise PlaceError(told("no_graph_answer", server=host))
    return document
