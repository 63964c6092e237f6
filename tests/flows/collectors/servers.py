"""Real servers on loopback, each with a folder or a mailbox to lay files into, and the source that names it."""

import asyncio
import datetime as dt
import imaplib
import os
import ssl
import threading
import uuid
from argparse import Namespace
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh
import trustme
from msgspec.structs import replace

from flows.collectors.opening import place_opener
from flows.collectors.place import Deadline, Place
from schemas.secret import SecretPlace
from schemas.sources import ImapSource, S3Source, Sender, SftpSource, Source, WebdavSource
from tests.flows.collectors.visiting import patience

CANARY = "Kanarienvogel-4711-geheim"
"""The right secret everywhere; nobody may ever read it in a message or a file of ours."""
SECRET = SecretPlace(env="DIE8_TEST_SECRET")
USER = "die8"
CLIENT_KEY = asyncssh.generate_private_key("ssh-ed25519")
"""The key by which the user may log in as well."""


@dataclass
class Served:
    """A server, the folder behind it, and the source that names it."""

    port: int
    source: Source
    put: Callable[[str, bytes], None]
    remove: Callable[[str], None]
    seen: list[str] = field(default_factory=list)
    """What it was asked for, where that can be told."""

    def at(self, port: int, **changes: Any) -> Source:
        """The same source behind another port."""
        address = {
            key: value.replace(f":{self.port}", f":{port}")
            for key in ("url", "endpoint")
            if isinstance(value := getattr(self.source, key, None), str)
        }
        return replace(self.source, **address, **changes)


def opener(source: Source, home: Path = Path("/nowhere"), **options: Any) -> Callable[[Deadline], Place]:
    """What opens the place of a source, as a run does."""
    return place_opener(source, home, patience(**options))


@dataclass(frozen=True)
class Authority:
    """Makes certificates for 127.0.0.1, good and bad ones."""

    ca: trustme.CA
    file: str

    def server_context(self, *names: str, expires: dt.datetime | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*(names or ("127.0.0.1", "localhost")), not_after=expires).configure_cert(context)
        return context


def an_authority(folder: Path) -> Authority:
    ca = trustme.CA()
    path = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return Authority(ca, str(path))


@dataclass
class Request:
    """What a scripted server was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What it answers. ``length`` may lie; ``is_chunked`` leaves it out, ``cut`` breaks off after so many bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    is_chunked: bool = False
    cut: int | None = None


@contextmanager
def scripted(answer: Callable[[Request], Reply], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A web server that answers by a function; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _go(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {key.lower(): value for key, value in self.headers.items()}
            reply = answer(Request(self.command, self.path, headers, self.rfile.read(length)))
            self.send_response(reply.status)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.is_chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            if self.command != "HEAD":
                body = reply.body if reply.cut is None else reply.body[: reply.cut]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body) if reply.is_chunked else body)
                if reply.is_chunked and reply.cut is None:
                    self.wfile.write(b"0\r\n\r\n")
            if reply.cut is not None or reply.length not in (None, len(reply.body)):
                self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PROPFIND = _go  # noqa: N815 - as the base class wants it

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # clients that refuse our certificate or break off are what the tests are about

    server = Quiet(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def into(folder: Path) -> tuple[Callable[[str, bytes], None], Callable[[str], None]]:
    """How files are laid into a folder, and removed from it."""

    def put(name: str, content: bytes) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return put, lambda name: (folder / name).unlink()


@contextmanager
def a_webdav_server(folder: Path) -> Iterator[Served]:
    """WsgiDAV on cheroot, read-only, with a password."""
    from cheroot.wsgi import Server
    from wsgidav.fs_dav_provider import FilesystemProvider
    from wsgidav.wsgidav_app import WsgiDAVApp

    folder.mkdir(parents=True, exist_ok=True)
    seen: list[str] = []
    application = WsgiDAVApp(
        {
            "provider_mapping": {"/": FilesystemProvider(str(folder), readonly=True)},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": CANARY}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
            "verbose": 0,
            "logging": {"enable": False},
            "dir_browser": {"enable": False},
            "property_manager": None,
            "lock_storage": None,
        }
    )

    def counted(environment: dict[str, Any], start: Any) -> Any:
        seen.append(f"{environment['REQUEST_METHOD']} {environment['PATH_INFO']}")
        return application(environment, start)

    server = Server(("127.0.0.1", 0), counted, numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    port = int(server.bind_addr[1])
    source = WebdavSource(name="webdav", kind="webdav", url=f"http://127.0.0.1:{port}/", user=USER, password=SECRET)
    try:
        yield Served(port, source, *into(folder), seen)
    finally:
        server.stop()
        thread.join(10)


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Any) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        return done.result(30)

    def stop(self) -> None:
        self.run(self._end_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def _end_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.05)


@contextmanager
def an_sftp_server(folder: Path) -> Iterator[Served]:
    """An asyncssh server for one user, by password or by key."""
    folder.mkdir(parents=True, exist_ok=True)
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    tries: list[str] = []

    class Door(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return bool(username)

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            tries.append(username)
            return (username, password) == (USER, CANARY)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return username == USER and key.public_data == CLIENT_KEY.public_data

    def root(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return _DeniesClosed(channel, chroot=os.fsencode(folder))

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[host_key], sftp_factory=root, allow_scp=False
        )

    loop = _Loop()
    server = loop.run(listen())
    port = server.sockets[0].getsockname()[1]
    public = " ".join(host_key.export_public_key().decode().split()[:2])
    source = SftpSource(
        name="sftp", kind="sftp", url=f"sftp://127.0.0.1:{port}/", user=USER, host_key=public, password=SECRET
    )
    try:
        yield Served(port, source, *into(folder), tries)
    finally:
        loop.run(_closed(server))  # in its own thread: closing from ours races with it
        loop.stop()


class _DeniesClosed(asyncssh.SFTPServer):
    """Denies what is called closed, also to root, as whom the tests may run."""

    def _deny(self, path: bytes) -> None:
        if b"closed" in path:
            msg = "no"
            raise asyncssh.SFTPPermissionDenied(msg)

    def scandir(self, path: bytes) -> Any:
        self._deny(path)
        return super().scandir(path)

    def open(self, path: bytes, *words: Any) -> Any:
        self._deny(path)
        return super().open(path, *words)


@contextmanager
def an_s3_server() -> Iterator[Served]:
    """moto's server with one bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="k", aws_secret_access_key=CANARY, region_name="us-east-1"
    )
    bucket = f"die8-{uuid.uuid4().hex}"  # moto has one memory for all its servers
    client.create_bucket(Bucket=bucket)
    source = S3Source(name="s3", kind="s3", endpoint=endpoint, bucket=bucket, key_id="KEYID", secret=SECRET)

    def put(name: str, content: bytes) -> None:
        client.put_object(Bucket=bucket, Key=name, Body=content)

    try:
        yield Served(port, source, put, lambda name: client.delete_object(Bucket=bucket, Key=name))
    finally:
        server.stop()


@dataclass
class Post:
    """A mailbox on a server that forgets everything when it is started again."""

    port: int
    source: ImapSource
    tries: list[str] = field(default_factory=list)

    def deliver(self, message: EmailMessage | bytes) -> None:
        """Lay a mail into the mailbox, as a mail server does."""
        context = ssl.create_default_context(cafile=self.source.ca_file)
        with imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context) as client:
            client.login(USER, CANARY)
            raw = message if isinstance(message, bytes) else message.as_bytes()
            assert client.append("INBOX", "", "", raw)[0] == "OK"

    def flags(self) -> list[bytes]:
        """The flags of every mail: reading must not change them."""
        context = ssl.create_default_context(cafile=self.source.ca_file)
        with imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context) as client:
            client.login(USER, CANARY)
            client.select("INBOX", readonly=True)
            return [line for line in client.uid("FETCH", "1:*", "(FLAGS)")[1] if line]


async def _closed(server: asyncio.Server | asyncssh.SSHAcceptor) -> None:
    server.close()
    await server.wait_closed()


@contextmanager
def an_imap_server(authority: Authority) -> Iterator[Post]:
    """pymap with one user, over TLS."""
    from proxyprotocol.result import ProxyResultUnknown
    from proxyprotocol.sock import SocketInfo
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPServer

    words = Namespace(
        host="127.0.0.1",
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=CANARY,
    )

    async def listen() -> asyncio.Server:
        backend, config = await DictBackend.init(words, invalid_user_sleep=0.0)
        config.apply_context()
        serve = IMAPServer(backend.login, config)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await serve(reader, writer, SocketInfo.get(writer, ProxyResultUnknown(), unique_id=b"x"))

        return await asyncio.start_server(connected, "127.0.0.1", 0, ssl=authority.server_context())

    loop = _Loop()
    server = loop.run(listen())
    port = server.sockets[0].getsockname()[1]
    source = ImapSource(
        name="mail",
        kind="imap",
        host="127.0.0.1",
        port=port,
        user=USER,
        password=SECRET,
        senders=(
            Sender(address="digital@klinikum.example", organisations=("KLI",)),
            Sender(address="@marketing.example", organisations=("GTM", "KRG")),
        ),
        ca_file=authority.file,
    )
    try:
        yield Post(port, source)
    finally:
        loop.run(_closed(server))
        loop.stop()
