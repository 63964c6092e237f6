"""Who is written to, and through which mail server."""

from typing import Annotated, Literal

from schemas.checked_values import Also, Configured, Matching, Within
from schemas.codes import that_exists
from schemas.secret import SecretReference

_HERE = ("localhost", "127.0.0.1", "::1")

Address = Annotated[str, Matching(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")]


class MailServer(Configured, frozen=True):
    """Through which server letters go out. Without ``host`` none does: they lie in the outbox, to be sent by hand."""

    host: str = ""
    port: Annotated[int, Within(lowest=1, highest=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Address = "die8@localhost"
    """The address of a function, from which letters come and to which answers go."""
    user: str = ""
    password: SecretReference | None = None
    ca_file: str | None = None
    """Certificates of the authority that vouches for the server, where it is not a public one."""
    data_team: tuple[Address, ...] = ()
    """Who is told of rejected files, failing sources and failed runs."""

    def __post_init__(self) -> None:
        """Refuse what would send letters or a password in plain text over a network, or nothing where it is meant."""
        if self.host and self.security == "none" and self.host not in _HERE:
            msg = f'letters to {self.host} would travel in plain text: write security = "starttls" or "tls"'
            raise ValueError(msg)
        if self.host and self.sender == "die8@localhost":
            msg = "sender is missing: write the address from which letters come"
            raise ValueError(msg)
        if self.user and self.password is None:
            msg = 'a user needs a password: write password = { env = "DIE8_MAIL_PASSWORD" }'
            raise ValueError(msg)

    @property
    def is_set_up(self) -> bool:
        """Whether letters can be sent at all."""
        return bool(self.host)


NO_MAIL = MailServer()
"""Nothing is sent."""


class Contact(Configured, frozen=True):
    """How an organisation is reached: addresses of functions, and where its invitation is laid."""

    org: Annotated[str, Also(that_exists)]
    mail: tuple[Address, ...] = ()
    escalation: tuple[Address, ...] = ()
    """Who is told as well when a return is overdue."""
    folder: str = ""
    """Where the pre-filled workbook is laid: absolute, or relative to the home folder."""
    workbook: Literal["xlsx", "ods"] = "xlsx"
    """The format of the pre-filled workbook."""


def that_differ(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Give the contacts back; ValueError when an organisation has two."""
    codes = [contact.org for contact in contacts]
    for code in codes:
        if codes.count(code) > 1:
            msg = f"{code} has two contacts: make them one"
            raise ValueError(msg)
    return contacts
