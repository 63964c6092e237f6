"""The kinds of source that die8.toml may name, and how patient collecting is.

Every source is read only: nothing is ever changed or deleted there.
"""

from typing import Annotated, Literal, TypeAlias

from schemas.checked_values import Also, Configured, Long, Matching, OneOf, Within
from schemas.codes import that_exists
from schemas.secret import SecretReference, without_user_info


def that_exist(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Give the codes of organisations back; ValueError when one is unknown."""
    return tuple(that_exists(code) for code in codes)


_Name = Annotated[str, Matching("[a-z0-9][a-z0-9-]*")]
_Text = Annotated[str, Long(1)]
_Organisations = Annotated[tuple[str, ...], Also(that_exist)]
_WebAddress = Annotated[str, Also(without_user_info("https"))]
_Port = Annotated[int, Within(lowest=1, highest=65535)]


class _Source(Configured, frozen=True, kw_only=True):
    name: _Name
    organisations: _Organisations = ()
    """For whom returns may lie here; empty means for everybody."""


class FolderSource(_Source, frozen=True, kw_only=True):
    """A folder: on disk, a mounted share, or where a sync client writes."""

    kind: Literal["folder"]
    path: str
    """Absolute, or relative to the home folder."""


class SmbSource(_Source, frozen=True, kw_only=True):
    """A Windows share that is not mounted."""

    kind: Literal["smb"]
    url: Annotated[str, Also(without_user_info("smb"))]
    """``smb://server/share/folder``."""
    user: _Text
    password: SecretReference


class WebdavSource(_Source, frozen=True, kw_only=True):
    """A folder in Nextcloud, ownCloud or any other WebDAV server."""

    kind: Literal["webdav"]
    url: _WebAddress
    user: str = ""
    password: SecretReference | None = None
    ca_file: str | None = None
    """Certificates of the authority that vouches for the server, where it is not a public one."""


class HttpsSource(_Source, frozen=True, kw_only=True):
    """One file at a web address."""

    kind: Literal["https"]
    url: _WebAddress
    user: str = ""
    password: SecretReference | None = None
    token: SecretReference | None = None
    """A bearer token, in place of user and password."""
    ca_file: str | None = None


class SftpSource(_Source, frozen=True, kw_only=True):
    """A folder on an SFTP server, whose host key is pinned."""

    kind: Literal["sftp"]
    url: Annotated[str, Also(without_user_info("sftp"))]
    """``sftp://server:22/folder``."""
    user: _Text
    host_key: Annotated[str, Matching(r"(ssh|ecdsa)-[\w\-@.]+ [A-Za-z0-9+/=]+( .*)?")]
    """The server's public key as ``ssh-keyscan`` prints it, without the host in front."""
    password: SecretReference | None = None
    key: SecretReference | None = None
    """The private key, in place of the password."""


class S3Source(_Source, frozen=True, kw_only=True):
    """A bucket of an S3-compatible storage, or what begins with a prefix in it."""

    kind: Literal["s3"]
    endpoint: _WebAddress
    bucket: Annotated[str, Matching(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")]
    prefix: str = ""
    key_id: _Text
    secret: SecretReference
    region: str = "us-east-1"
    ca_file: str | None = None


class GraphSource(_Source, frozen=True, kw_only=True):
    """A folder in SharePoint or OneDrive, through Microsoft Graph with client credentials."""

    kind: Literal["graph"]
    tenant: _Text
    client_id: _Text
    client_secret: SecretReference
    drive: _Text
    """The id of the drive (document library)."""
    folder: str = ""
    endpoint: _WebAddress = "https://graph.microsoft.com/v1.0"
    login: _WebAddress = "https://login.microsoftonline.com"
    download_hosts: tuple[str, ...] = (".sharepoint.com", ".sharepoint.de", ".svc.ms", ".1drv.com")
    """Hosts, or ends of hosts, that content may come from; the token is not sent there."""
    ca_file: str | None = None


class Sender(Configured, frozen=True, kw_only=True):
    """Somebody who may send returns by mail, and for whom."""

    address: Annotated[str, Matching(r"[^@\s]*@[^@\s]+")]
    """``name@host``, or ``@host`` for everybody there."""
    organisations: Annotated[tuple[str, ...], Long(1), Also(that_exist)]


class ImapSource(Configured, frozen=True, kw_only=True):
    """A mailbox. What comes from anybody but its senders is parked until somebody releases it."""

    name: _Name
    kind: Literal["imap"]
    host: _Text
    port: _Port = 993
    user: _Text
    password: SecretReference
    folder: str = "INBOX"
    senders: Annotated[tuple[Sender, ...], Long(1)]
    trusted_host: str = ""
    """The name under which the own mail server writes ``Authentication-Results``. With it, a mail whose sender that
    server could not confirm (SPF, DKIM, DMARC) is parked too."""
    ca_file: str | None = None


Source: TypeAlias = Annotated[
    FolderSource | SmbSource | WebdavSource | HttpsSource | SftpSource | S3Source | GraphSource | ImapSource,
    OneOf("kind"),
]
KINDS = ("folder", "smb", "webdav", "https", "sftp", "s3", "graph", "imap")


_Seconds = Annotated[float, Within(above=0, highest=86_400)]


class Collection(Configured, frozen=True):
    """How patient collecting is. Times are seconds unless their name says otherwise."""

    settle_seconds: Annotated[float, Within(lowest=0, highest=3600)] = 2.0
    """A file is taken when it looked the same twice, at least this far apart."""
    incomplete_minutes: Annotated[float, Within(lowest=0)] = 30
    """A file that has not changed for so long and is still not whole is refused, and its sender told."""
    connect_seconds: _Seconds = 10
    idle_seconds: _Seconds = 60
    """How long a server may say nothing."""
    total_seconds: _Seconds = 900
    """How long one source may take in all."""
    retry_seconds: tuple[Annotated[float, Within(lowest=0)], ...] = (2, 10)
    """Pauses before the second and each further try of what may pass."""
    largest_megabytes: Annotated[int, Within(lowest=1)] = 100
    """Nothing larger is fetched."""


DEFAULT_COLLECTION = Collection()
