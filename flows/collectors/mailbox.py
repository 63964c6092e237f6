"""A mailbox by IMAP, opened read-only: attachments of mails, each judged alone. No text and no link is followed."""

import imaplib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from types import TracebackType
from typing import Final, Self

from imap_tools import AND, BaseMailBox, MailAttachment, MailBox, MailMessage
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from flows.collectors.filesystem import trouble_at
from flows.collectors.mail_trust import Findings, findings, organisations_of
from flows.collectors.place import ChangedMeanwhileError, Deadline, Fetched, Listed, Listing, PlaceError, secret_of
from flows.collectors.troubles import tls_context
from schemas.reasons import told
from schemas.sources import Collection, ImapSource
from transforms.workbook.file_names import ignored_because

_SIZES: Final = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")
_NAMELESS: Final = "Anhang ohne Namen"


class MailboxPlace:
    """One folder of a mailbox; each mail is an item."""

    def __init__(self, source: ImapSource, options: Collection, deadline: Deadline) -> None:
        self._source = source
        self._options = options
        self._deadline = deadline
        self._mailbox: BaseMailBox | None = None
        self._validity = ""

    def __enter__(self) -> Self:
        """Connect, log in once, and open the folder so that nothing in it can be changed."""
        try:
            self._connect()
        except BaseException:
            self._disconnect()
            raise
        return self

    def _connect(self) -> None:
        source, options = self._source, self._options
        password = secret_of(source.password)
        with self._explained():
            mailbox = MailBox(
                source.host,
                source.port,
                timeout=min(options.connect_seconds, self._deadline.remaining()),
                ssl_context=tls_context(source.ca_file),
            )
            self._mailbox = mailbox
            mailbox.client.sock.settimeout(min(options.idle_seconds, self._deadline.remaining()))
            # Names and passwords beyond ASCII need another command.
            is_plain = f"{source.user}{password}".isascii()
            (mailbox.login if is_plain else mailbox.login_utf8)(source.user, password, initial_folder=None)
            mailbox.folder.set(source.folder, readonly=True)
            _, validity = mailbox.client.response("UIDVALIDITY")
            self._validity = (validity[0] or b"0").decode("ascii", "replace") if validity else "0"

    def _disconnect(self) -> None:
        if self._mailbox is not None:
            with suppress(Exception):  # it may be lost already
                self._mailbox.client.shutdown()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._disconnect()

    def listed(self) -> Listing:
        """List the mails: the mailbox's validity and the mail's number in it together are never given twice."""
        with self._explained():
            _, answer = self._connected.client.uid("FETCH", "1:*", "(UID RFC822.SIZE)")
        items = []
        for line in answer:
            found = _SIZES.search(line) if isinstance(line, bytes) else None
            if found:
                uid, size = (found[1], found[2]) if found[1] else (found[4], found[3])
                items.append(Listed(f"{self._validity}/{uid.decode()}", int(size), is_final=True))
        return Listing(tuple(items))

    def fetch(self, item: Listed) -> Sequence[Fetched]:
        """Fetch the attachments of one mail that may be returns, each with what is known of the sender."""
        validity, _, uid = item.path.partition("/")
        if validity != self._validity:
            raise ChangedMeanwhileError
        with self._explained():
            messages = list(self._connected.fetch(AND(uid=uid), mark_seen=False))
        if not messages:
            raise ChangedMeanwhileError
        try:
            return list(self._attachments(messages[0], item))
        except (RecursionError, ValueError, LookupError) as error:
            # Built by whoever sent it; it must not keep the other mails from being read.
            raise PlaceError(told("mail_unreadable", nummer=uid, fehler=type(error).__name__)) from None

    def _attachments(self, message: MailMessage, item: Listed) -> Iterator[Fetched]:
        sender = message.from_values.email.lower() if message.from_values else ""
        known = organisations_of(sender, self._source.senders)
        found = findings(message.obj.get_all("Authentication-Results", []), self._source.trusted_host, sender)
        doubt = self._doubt(message, known, found)
        origin = {
            "path": item.path,
            "message_id": message_id(message),
            "sent": message.date_str,
            "spf": found.spf,
            "dkim": found.dkim,
            "dmarc": found.dmarc,
        }
        for number, attachment in enumerate(message.attachments, start=1):
            name = _name_of(attachment)
            if _may_be_a_return(attachment, name):
                part = {**origin, "part": str(number)}
                yield Fetched(attachment.payload, name, sender, part, known or (), doubt)

    def _doubt(self, message: MailMessage, known: tuple[str, ...] | None, found: Findings) -> str:
        # Two From lines: one for the reader, one for the machine.
        if known is None or len(message.obj.get_all("From", [])) != 1:
            return "parked_sender"
        return "parked_unconfirmed" if self._source.trusted_host and not found.is_confirmed else ""

    @property
    def _connected(self) -> BaseMailBox:
        if self._mailbox is None:
            raise AssertionError
        return self._mailbox

    @contextmanager
    def _explained(self) -> Iterator[None]:
        source = self._source
        try:
            yield
        except PlaceError:
            raise
        except MailboxLoginError:
            raise PlaceError(told("login_refused", server=source.host)) from None
        except MailboxFolderSelectError:
            raise PlaceError(told("mail_folder_missing", ordner=source.folder, server=source.host)) from None
        except imaplib.IMAP4.abort:
            raise PlaceError(told("broke_off", server=f"{source.host}:{source.port}"), is_passing=True) from None
        except (imaplib.IMAP4.error, ImapToolsError):
            # What the library says may repeat what was sent, so its words are not told.
            raise PlaceError(told("mail_command_refused", server=source.host, ordner=source.folder)) from None
        except OSError as error:
            raise trouble_at(source.host, source.port, None, error) from None


def message_id(message: MailMessage) -> str:
    """The mail's own name, which stays when it is moved or forwarded unchanged; made from its head when it has none."""
    found = " ".join(str(message.obj.get("Message-ID", "")).split())
    if found:
        return found
    head = "\n".join(f"{key}: {message.obj.get(key, '')}" for key in ("From", "To", "Date", "Subject"))
    return f"<{sha256(head.encode('utf-8', 'replace')).hexdigest()[:32]}@without-id>"


def _name_of(attachment: MailAttachment) -> str:
    bare = attachment.filename.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character for character in bare if character.isprintable())
    return unicodedata.normalize("NFC", printable).strip() or _NAMELESS


def _may_be_a_return(attachment: MailAttachment, name: str) -> bool:
    """Leave out pictures that belong to the text, forwarded mails themselves (their attachments count), signatures."""
    kind = attachment.content_type
    is_of_the_text = attachment.content_disposition == "inline" or bool(attachment.content_id)
    if kind == "message/rfc822" or (kind.startswith(("image/", "text/")) and is_of_the_text):
        return False
    return ignored_because(name) is None
