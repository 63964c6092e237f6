"""Letters by SMTP: each is handed over once, with its own outcome; what the server cannot take now waits.

Before the letter's last byte is handed over its file moves to ``sending``. When the process dies or the connection ends
after that and before the server's answer, nobody knows whether the letter is on its way: it becomes ``unclear``, is
told, and is not sent again. So a letter may need a person, but never goes out twice (docs/decisions).
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from msgspec import Struct, field

from flows.outbox.mailbag import Mailbag, Posted
from flows.secrets import SecretError, read_secret
from schemas.contacts import MailServer
from schemas.letter import Stand

_SECONDS_TO_ANSWER = 30
_PATIENCE = timedelta(days=3)
"""So long a letter is offered again that the server puts off."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]+")


class Handed(Struct):
    """What one round of sending did; keys of letters, and in German why nothing went out."""

    sent: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    problem: str = ""


class _CannotConnectError(Exception):
    """The server cannot be used now; the text says why, in German."""


def hand_over(bag: Mailbag, server: MailServer, now: datetime) -> Handed:
    """Send what waits, one connection for all; another process that is at it is left alone.

    Letters that an interrupted process was handing over become unclear first.
    """
    done = Handed()
    with bag.held() as is_ours:
        if not is_ours:
            return done
        for key in bag.keys(Stand.SENDING):
            bag.move(key, Stand.SENDING, Stand.UNCLEAR, now, "der Lauf endete während der Übergabe")
            done.unclear.append(key)
        waiting = bag.keys(Stand.WAITING)
        if not waiting:
            return done
        try:
            with _connected(server) as connection:
                for number, key in enumerate(waiting):
                    if not _hand_one(bag, connection, key, now, done):
                        done.put_off += waiting[number + 1 :]
                        break
        except _CannotConnectError as problem:
            done.problem = str(problem)
            done.put_off = waiting
            bag.note("-", "offline", now, done.problem)
    return done


def problem_of(server: MailServer) -> str | None:
    """Connect and log in as for letters, and send none; gives in German why that does not work, None when it does."""
    try:
        with _connected(server) as connection:
            connection.noop()
    except _CannotConnectError as problem:
        return str(problem)
    return None


def _hand_one(bag: Mailbag, connection: smtplib.SMTP, key: str, now: datetime, done: Handed) -> bool:
    """Hand one letter over; False when the connection is of no use any more."""
    posted, content = bag.read(Stand.WAITING, key)
    try:
        connection.mail(posted.sender)
        refused = _addressed(connection, posted)
    except (smtplib.SMTPException, OSError) as error:
        done.put_off.append(key)
        bag.note(key, "put-off", now, _reason(error))
        return False
    if len(refused) == len(posted.recipients):
        _settle_refusal(bag, posted, refused, now, done)
        return _is_reset(connection)
    bag.move(key, Stand.WAITING, Stand.SENDING, now)
    try:
        code, answer = connection.data(content)
    except smtplib.SMTPDataError as error:
        # The server did not want to hear it: nothing was handed over.
        code, answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except (smtplib.SMTPException, OSError) as error:
        bag.move(key, Stand.SENDING, Stand.UNCLEAR, now, _reason(error))
        done.unclear.append(key)
        return False
    told = _told(code, answer)
    if 200 <= code < 300:
        detail = "; ".join(f"{address} abgelehnt: {_told(*why)}" for address, why in refused.items())
        bag.move(key, Stand.SENDING, Stand.SENT, now, detail)
        done.sent.append(key)
        if refused:
            done.refused.append(key)
        return True
    bag.move(key, Stand.SENDING, Stand.WAITING, now, told)
    _settle_refusal(bag, posted, dict.fromkeys(posted.recipients, (code, answer)), now, done)
    return _is_reset(connection)


def _addressed(connection: smtplib.SMTP, posted: Posted) -> dict[str, tuple[int, bytes]]:
    """Name the recipients; gives those that the server does not take."""
    answers = {address: connection.rcpt(address) for address in posted.recipients}
    return {address: answer for address, answer in answers.items() if answer[0] not in (250, 251)}


def _settle_refusal(
    bag: Mailbag, posted: Posted, refused: dict[str, tuple[int, bytes]], now: datetime, done: Handed
) -> None:
    """Let a letter wait that was put off (4xx), as greylisting does; one refused for good (5xx) is told."""
    told = "; ".join(f"{address}: {_told(*why)}" for address, why in refused.items())
    is_put_off = any(code < 500 for code, _ in refused.values())
    if is_put_off and now - posted.written_at < _PATIENCE:
        bag.note(posted.key, "put-off", now, told)
        done.put_off.append(posted.key)
    else:
        bag.move(posted.key, Stand.WAITING, Stand.REFUSED, now, told)
        done.refused.append(posted.key)


def _is_reset(connection: smtplib.SMTP) -> bool:
    try:
        connection.rset()
    except (smtplib.SMTPException, OSError):
        return False
    return True


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Connect, encrypted unless the server is on this machine, and log in.

    Raises:
        _CannotConnectError: with the reason.
    """
    where = f"{server.host}:{server.port}"
    try:
        connection = _opened(server)
    except ssl.SSLCertVerificationError as error:
        msg = f"dem Zertifikat von {where} ist nicht zu trauen: {error.verify_message}"
        raise _CannotConnectError(msg) from None
    except (smtplib.SMTPException, OSError) as error:
        msg = f"Mailserver {where} nicht erreichbar: {_reason(error)}"
        raise _CannotConnectError(msg) from None
    try:
        if server.user:
            _log_in(connection, server)
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _opened(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context(cafile=server.ca_file)
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS_TO_ANSWER, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS_TO_ANSWER)
    try:
        connection.ehlo()
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context(cafile=server.ca_file))
            connection.ehlo()
    except BaseException:
        connection.close()
        raise
    return connection


def _log_in(connection: smtplib.SMTP, server: MailServer) -> None:
    try:
        password = read_secret(server.password).get_secret_value() if server.password else ""
    except SecretError as error:
        raise _CannotConnectError(str(error)) from None
    try:
        # One try: smtplib's own login goes through all ways, which some servers take for an attack.
        connection.user, connection.password = server.user, password
        offered = connection.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered or "LOGIN" not in offered:
            connection.auth("PLAIN", connection.auth_plain)
        else:
            connection.auth("LOGIN", connection.auth_login)
    except smtplib.SMTPAuthenticationError as error:
        # Only the number: some servers repeat in their text what they were told.
        msg = f"Anmeldung bei {server.host} abgelehnt ({error.smtp_code}): Benutzer und Kennwort prüfen"
        raise _CannotConnectError(msg) from None
    except (smtplib.SMTPException, OSError) as error:
        msg = f"Anmeldung bei {server.host} nicht möglich ({type(error).__name__})"
        raise _CannotConnectError(msg) from None


def _told(code: int, answer: bytes) -> str:
    return f"{code} {_UNSEEN.sub(' ', answer.decode('utf-8', 'replace'))}"[:200].rstrip()


def _reason(error: Exception) -> str:
    return _UNSEEN.sub(" ", str(error))[:200] or type(error).__name__
