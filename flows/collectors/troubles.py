"""What goes wrong on the way to a server, in German, with the host and what to do."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from flows.collectors.place import PlaceError
from schemas.reasons import told

_CERTIFICATE_REASONS: Final = {
    9: "certificate_early",
    10: "certificate_expired",
    18: "certificate_issuer",
    19: "certificate_issuer",
    20: "certificate_issuer",
    21: "certificate_issuer",
    62: "certificate_name",
    64: "certificate_name",
}
"""What OpenSSL's numbers (X509_V_ERR_…) mean for people; its words are used for the others."""


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it was raised from; libraries wrap what the system said."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def connection_trouble(error: BaseException, host: str, port: int) -> PlaceError | None:
    """Explain why there is no connection; None when the error is about something else."""
    server = f"{host}:{port}"
    causes = list(chain(error))
    for cause in causes:  # the exact reasons first: libraries wrap them in an OSError of their own
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate_trouble(cause, host, port)
            case ssl.SSLError():
                return PlaceError(told("no_encryption", server=server, fehler=cause.reason or "TLS"))
            case socket.gaierror():
                is_passing = cause.errno == socket.EAI_AGAIN
                return PlaceError(told("host_unknown", rechner=host), is_passing=is_passing)
    for cause in causes:
        match cause:
            case ConnectionRefusedError():
                return PlaceError(told("refuses_connections", server=server), is_passing=True)
            case TimeoutError():
                return PlaceError(told("no_answer", server=server), is_passing=True)
            case ConnectionError():
                return PlaceError(told("broke_off", server=server), is_passing=True)
            case OSError() if cause.errno is not None:
                return PlaceError(told("unreachable", server=server, fehler=cause.strerror), is_passing=True)
    return None


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Check every certificate, with the system's authorities or with those of a file.

    Raises:
        PlaceError: the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise PlaceError(told("ca_file_empty", datei=ca_file)) from None
    except OSError as error:
        raise PlaceError(told("ca_file_unreadable", datei=ca_file, fehler=error.strerror)) from None


def _certificate_trouble(error: ssl.SSLCertVerificationError, host: str, port: int) -> PlaceError:
    key = _CERTIFICATE_REASONS.get(error.verify_code)
    reason = told(key) if key else told("certificate_other", fehler=error.verify_message or error.verify_code)
    return PlaceError(told("certificate", server=f"{host}:{port}", grund=_with_dates(reason, host, port)))


def _with_dates(reason: str, host: str, port: int) -> str:
    """Add when the refused certificate is valid, read in a connection of its own over which nothing else goes."""
    from cryptography import x509

    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False
    looking.verify_mode = ssl.CERT_NONE
    with suppress(OSError, ValueError), socket.create_connection((host, port), timeout=5) as raw:
        with looking.wrap_socket(raw, server_hostname=host) as connection:
            content = connection.getpeercert(binary_form=True)
        if content:
            certificate = x509.load_der_x509_certificate(content)
            begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
            return told("certificate_dates", grund=reason, von=f"{begins:%d.%m.%Y}", bis=f"{ends:%d.%m.%Y}")
    return reason
