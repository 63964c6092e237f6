"""Whether a mail is from whom it says: what the own mail server found out (RFC 8601), and who may send at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from schemas.sources import Sender

UNCHECKED: Final = "none"
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(smtp\.mailfrom|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


class Findings(Struct, frozen=True):
    """What the own mail server wrote down: the results as words, and whether one confirms the address of the sender."""

    spf: str = UNCHECKED
    dkim: str = UNCHECKED
    dmarc: str = UNCHECKED
    is_confirmed: bool = False


def findings(headers: Sequence[str], trusted_host: str, sender: str) -> Findings:
    """Read the ``Authentication-Results`` headers, in their order; only the first one of the trusted host counts.

    Whoever forges a mail can write such headers too, but below those of our server. A result confirms the sender only
    when it is about the host of the address that people see.
    """
    for header in headers:
        words = _COMMENT.sub(" ", " ".join(header.split()))
        host, _, rest = words.partition(";")
        if trusted_host and host.split()[:1] and host.split()[0].casefold() == trusted_host.casefold():
            return _read(rest, sender.rpartition("@")[2])
    return Findings()


def _read(results: str, sender_host: str) -> Findings:
    found: dict[str, str] = {}
    is_confirmed = False
    for part in results.split(";"):
        result = _RESULT.match(part)
        if result is None:
            continue
        method, outcome = result[1].lower(), result[2].lower()
        about = {key.lower(): value.rpartition("@")[2] for key, value in _PROPERTY.findall(part)}
        if found.get(method) != "pass":
            found[method] = outcome
        is_confirmed |= outcome == "pass" and _is_about(method, about, sender_host)
    return Findings(**found, is_confirmed=is_confirmed)


def _is_about(method: str, about: Mapping[str, str], sender_host: str) -> bool:
    keys = {"spf": ("smtp.mailfrom",), "dkim": ("header.d", "header.i"), "dmarc": ("header.from",)}[method]
    hosts = [about[key].casefold().rstrip(".") for key in keys if key in about]
    own = sender_host.casefold()
    return any(own == host or own.endswith(f".{host}") or host.endswith(f".{own}") for host in hosts if "." in host)


def organisations_of(sender: str, senders: Iterable[Sender]) -> tuple[str, ...] | None:
    """For whom an address may hand in; None when nobody named it. A whole address counts before its host."""
    address = sender.casefold()
    named = {entry.address.casefold(): entry.organisations for entry in senders}
    return named.get(address) or named.get(f"@{address.rpartition('@')[2]}")
