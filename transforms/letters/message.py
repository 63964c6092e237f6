"""A letter as the bytes that mail programs exchange (RFC 5322): plain text, then the page, then what is attached."""

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from schemas.letter import Letter


def message_id(key: str, sender: str) -> str:
    """The name of a letter in the world of mail, always the same for the same key."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def message_bytes(letter: Letter, sender: str, written_at: datetime, *, is_draft: bool = False) -> bytes:
    """Write the message; the same letter at the same instant gives the same bytes.

    A draft opens in mail programs as one to send by hand.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(letter.to)
    if letter.copy:
        message["Cc"] = ", ".join(letter.copy)
    message["Subject"] = letter.wording.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id(letter.key, sender)
    # Keeps absence notices from answering a machine.
    message["Auto-Submitted"] = "auto-generated"
    if is_draft:
        message["X-Unsent"] = "1"
    message.set_content(letter.wording.text, cte="quoted-printable")
    message.add_alternative(letter.wording.page, subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_die8_{hashlib.sha256(letter.key.encode()).hexdigest()[:24]}_{number}")
    return message.as_bytes()
