"""S3-compatible storage through s3fs."""

from functools import partial
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, ConnectTimeoutError, IncompleteReadError, ReadTimeoutError
from s3fs import S3FileSystem

from flows.collectors.filesystem import Reached
from flows.collectors.place import PlaceError, secret_of
from flows.collectors.troubles import chain, tls_context
from flows.collectors.web import plain_etag
from schemas.reasons import told
from schemas.sources import Collection, S3Source

_LOGIN_CODES = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthorizationHeaderMalformed", "InvalidToken", "401"}
)
_MISSING_CODES = frozenset({"NoSuchBucket", "NoSuchKey", "404"})
_RIGHT_CODES = frozenset({"AccessDenied", "403", "AllAccessDisabled"})


def reach_s3(source: S3Source, options: Collection) -> Reached:
    """Prepare the connection; it is made with the first question.

    Raises:
        PlaceError: the file of authorities cannot be used.
    """
    parts = urlsplit(source.endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if source.ca_file is not None:
        tls_context(source.ca_file)
    filesystem = S3FileSystem(
        key=source.key_id,
        secret=secret_of(source.secret),
        endpoint_url=source.endpoint,
        client_kwargs={"region_name": source.region, "verify": source.ca_file or True},
        config_kwargs={
            "connect_timeout": options.connect_seconds,
            "read_timeout": options.idle_seconds,
            "retries": {"max_attempts": 0},
            "s3": {"addressing_style": "path"},
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    filesystem.retries = 1  # ours count
    root = f"{source.bucket}/{source.prefix.strip('/')}".rstrip("/")

    def is_missing() -> bool:
        # A prefix under which nothing lies does not exist; the bucket does or does not.
        return root == source.bucket

    return Reached(
        filesystem,
        root,
        host,
        port,
        partial(_explained, host),
        lambda info: plain_etag(str(info.get("ETag", ""))),
        lambda: None,
        is_missing,
    )


def _explained(host: str, error: BaseException, about: str) -> PlaceError | None:
    for cause in chain(error):
        if isinstance(cause, (ConnectTimeoutError, ReadTimeoutError)):
            return PlaceError(told("no_answer", server=host), is_passing=True)
        if isinstance(cause, IncompleteReadError) or type(cause).__name__ in ("ClientPayloadError", "IncompleteRead"):
            return PlaceError(told("content_cut", server=host, was=about), is_passing=True)
        if isinstance(cause, ClientError):
            return _refusal(host, cause, about)
    if isinstance(error, FileNotFoundError):
        return PlaceError(told("missing", server=host, was=about))
    if isinstance(error, PermissionError):
        return PlaceError(told("no_right", server=host, was=about))
    return None


def _refusal(host: str, error: ClientError, about: str) -> PlaceError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    meta = error.response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0))
    if code in _LOGIN_CODES:
        return PlaceError(told("key_refused", server=host, fehler=code))
    if code in _RIGHT_CODES:
        return PlaceError(told("no_right", server=host, was=about))
    if code in _MISSING_CODES:
        return PlaceError(told("missing", server=host, was=about))
    wait = str(meta.get("HTTPHeaders", {}).get("retry-after", ""))
    is_passing = status >= 500 or status == 429 or code in ("SlowDown", "RequestTimeout")
    after = float(wait) if wait.isdecimal() else None
    problem = told("server_fails", server=host, fehler=code or status, was=about)
    return PlaceError(problem, is_passing=is_passing, after_seconds=after)
