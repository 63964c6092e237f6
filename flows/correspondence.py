"""Letters of this installation: written into the mailbag once, then handed over as far as the mail server lets us."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from flows.clock import BERLIN
from flows.outbox.mailbag import Mailbag
from flows.settings import Settings
from schemas.answer import Answer
from schemas.codes import code_lists, organisations
from schemas.findings import Verdict
from schemas.letter import Attachment, Letter, Stand, Wording

if TYPE_CHECKING:
    from flows.answering import Reply
    from flows.outbox.smtp import Handed
    from schemas.contacts import Contact

_NOBODY_ELSE_KNOWS = {Verdict.REJECTED: "note_rejected", Verdict.UNASSIGNED: "note_unassigned"}
"""What the data team is told of, beside the sender."""


class Correspondence:
    """Writes and sends the letters of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._server = settings.configuration.mail
        self._contacts = {contact.org: contact for contact in settings.configuration.contacts}
        self.bag = Mailbag(settings.home.letters)

    def contact(self, org_code: str) -> "Contact":
        """How an organisation is reached; without an address when nothing is configured."""
        from schemas.contacts import Contact

        return self._contacts.get(org_code) or Contact(org_code)

    @property
    def is_set_up(self) -> bool:
        """Whether letters are sent, and not only laid down."""
        return self._server.is_set_up

    @property
    def data_team(self) -> tuple[str, ...]:
        """The addresses of the data team."""
        return self._server.data_team

    def put(self, letter: Letter, now: datetime) -> bool:
        """Put a letter into the bag unless it was put there before; tells whether it was new."""
        return self.bag.put(letter, self._server.sender, now, by_hand=not self.is_set_up)

    def answer(self, reply: "Reply") -> None:
        """Send a receipt to the organisation, and tell the data team of what nobody else would follow up.

        The letter bears the time of receipt. Without mail the files in the outbox are the answer.
        """
        answer = reply.answer
        if not self.is_set_up or answer is None:
            return
        now = answer.received_at
        to = self.contact(answer.org_code).mail if answer.org_code else ()
        kind = "duplicate" if answer.verdict is Verdict.DUPLICATE else "receipt"
        workbook = (Attachment(f"{reply.name}.xlsx", reply.workbook),) if reply.workbook is not None else ()
        wording = _receipt(answer, reply.text.decode(), reply.page.decode())
        if to:
            self.put(Letter(f"{kind}_{reply.name}", to, wording, attachments=workbook), now)
        note = _NOBODY_ELSE_KNOWS.get(answer.verdict)
        if note is not None:
            self.tell_data_team(
                note,
                reply.name,
                now,
                below=reply.text.decode(),
                gesellschaft=organisations()[answer.org_code].name if answer.org_code else "unbekannt",
                quartal=answer.quarter.in_text if answer.quarter else "ein unbekanntes Quartal",
                kennung=answer.submission_id,
            )

    def tell_data_team(self, kind: str, about: str, now: datetime, *, below: str = "", **details: object) -> bool:
        """Tell the data team of something, once for each ``about``; tells whether it was new.

        Without mail, or without an address, nobody is told: the board shows it.
        """
        from transforms.letters.wording import write

        if not self.is_set_up or not self.data_team:
            return False
        return self.put(Letter(f"{kind}_{about}", self.data_team, write(kind, below=below, **details)), now)

    def hand_over(self, now: datetime) -> "Handed | None":
        """Send what waits; None when no mail is set up. What nobody knows the fate of is told to the data team."""
        if not self.is_set_up:
            return None
        from flows.outbox.smtp import hand_over

        done = hand_over(self.bag, self._server, now)
        if self._tell_of_doubts([*done.unclear, *done.refused], now):
            more = hand_over(self.bag, self._server, now)
            done.sent += more.sent
        return done

    def _tell_of_doubts(self, keys: Sequence[str], now: datetime) -> bool:
        told = False
        for key in keys:
            stand = self.bag.stand_of(key)
            if stand is None or key.startswith("note_mail_"):  # no note about a note
                continue
            posted, _ = self.bag.read(stand, key)
            told |= self.tell_data_team(
                "note_mail",
                key[:100],
                now,
                name=posted.subject,
                an=", ".join(posted.recipients),
                problem=stand.label,
                ordner=self.bag.folder / stand,
                warten=self.bag.folder / Stand.WAITING,
            )
        return told


def _receipt(answer: Answer, text: str, page: str) -> Wording:
    """Wrap a receipt that was written already; its subject names no file."""
    from transforms.letters.wording import phrase

    whose = phrase("receipt", "unknown")
    if answer.org_code is not None and answer.quarter is not None:
        whose = f"{organisations()[answer.org_code].name}, {answer.quarter.in_tables}"
    result = code_lists()["verdict"].label(answer.verdict)
    return Wording(phrase("receipt", "subject", meldung=whose, ergebnis=result), text, page)


def in_words(moment: datetime) -> str:
    """An instant as letters name it, on the clocks of Gütersloh."""
    return moment.astimezone(BERLIN).strftime("%d.%m.%Y, %H:%M Uhr")
