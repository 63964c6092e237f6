"""What goes wrong on the way to a server, as one sentence that names the host and what to do."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress

from flows.collectors.place import PlaceError


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
    causes = list(chain(error))
    for cause in causes:  # the exact reasons first: libraries wrap them in an OSError of their own
        match cause:
            case ssl.SSLCertVerificationError():
                return _certificate_trouble(cause, host, port)
            case ssl.SSLError():
                return PlaceError(f"{host}:{port} offers no encryption that we accept ({cause.reason or 'TLS failed'})")
            case socket.gaierror():
                is_passing = cause.errno == socket.EAI_AGAIN
                msg = f"the host name {host} cannot be resolved: correct the address of this source in die8.toml"
                return PlaceError(msg, is_passing=is_passing)
    for cause in causes:
        match cause:
            case ConnectionRefusedError():
                return PlaceError(f"{host}:{port} cannot be reached: it refuses connections", is_passing=True)
            case TimeoutError():
                return PlaceError(f"{host}:{port} does not answer in time", is_passing=True)
            case ConnectionError():
                return PlaceError(f"{host}:{port} broke the connection off", is_passing=True)
            case OSError() if cause.errno is not None:
                return PlaceError(f"{host}:{port} cannot be reached ({cause.strerror})", is_passing=True)
    return None


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Check every certificate, with the system's authorities or with those of a file.

    Raises:
        PlaceError: the file cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # an SSLError is one
        reason = error.strerror or "it holds no certificate"
        msg = f"ca_file {ca_file} cannot be used ({reason}): correct it in die8.toml"
        raise PlaceError(msg) from None


def _certificate_trouble(error: ssl.SSLCertVerificationError, host: str, port: int) -> PlaceError:
    reason = error.verify_message or "it cannot be verified"
    dates = _dates_of_certificate(host, port)
    msg = f"the certificate of {host}:{port} is not accepted: {reason}{dates}; nothing was sent there"
    return PlaceError(msg)


def _dates_of_certificate(host: str, port: int) -> str:
    """When the refused certificate is valid, read in a connection of its own over which nothing else goes."""
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
            return f" (valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d})"
    return ""
