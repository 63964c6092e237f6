"""A real SMTP server on loopback that keeps what it is given, and can be told to fail."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.flows.conftest import free_port

PASSWORD = "kanarie-7Q"  # noqa: S105 - a canary: it must not turn up anywhere


@dataclass
class Sink:
    """Takes letters; ``on_rcpt`` and ``on_data`` may answer otherwise than with 250."""

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    on_rcpt: Callable[[str], str] = lambda _address: "250 OK"
    on_data: Callable[[], str] = lambda: "250 OK"
    server: SMTP | None = None

    def cut(self) -> str:
        """As ``on_data``: end the connection without an answer."""
        assert self.server is not None
        assert self.server.transport is not None
        self.server.transport.close()
        return "450 too late"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        answer = self.on_rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del session
        self.server = server
        answer = self.on_data()
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            self.recipients.append(list(envelope.rcpt_tos))
        return answer

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.taken]


def _authenticated(*arguments: Any) -> AuthResult:
    data = arguments[-1]
    assert isinstance(data, LoginPassword)
    # handled=False: the server itself tells the client 535.
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def running(sink: Sink, port: int = 0, *, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Let the server listen; gives its port. With ``context`` it wants STARTTLS and a login."""
    options: dict[str, Any] = {"tls_context": context} if context else {}
    if context is not None:
        options |= {"require_starttls": True, "auth_required": True, "authenticator": _authenticated}
    controller = Controller(
        sink, hostname="127.0.0.1", port=port or free_port(), server_hostname="localhost", **options
    )
    controller.start()
    try:
        yield int(controller.server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
    finally:
        controller.stop()


@dataclass(frozen=True)
class Certificates:
    """The server's context, and the file by which clients trust it."""

    context: ssl.SSLContext
    ca_file: Path


def certificates(folder: Path, name: str = "127.0.0.1") -> Certificates:
    """Make an authority and a certificate of its for the name."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    folder.mkdir(parents=True, exist_ok=True)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return Certificates(context, ca_file)
