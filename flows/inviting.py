"""Invitations: the workbook that each organisation fills in, with all that is known of it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from flows.clock import local_day
from flows.correspondence import Correspondence
from flows.settings import Settings
from flows.steps import PLAIN, Runner, step
from schemas.calendar import deadlines
from schemas.codes import organisations, the_eight
from schemas.contacts import Contact
from schemas.letter import Attachment, Letter
from schemas.quarter import Quarter
from schemas.reasons import told
from transforms.wording import german_date
from warehouse.durable import replace

if TYPE_CHECKING:
    from schemas.invitation import LastReturn


class Invitation(Struct, frozen=True):
    """The workbook of one organisation; ``source`` is the quarter its values come from, None when it is empty."""

    org_code: str
    quarter: Quarter
    file_name: str
    content: bytes
    source: Quarter | None


def expected_organisations(settings: Settings) -> tuple[str, ...]:
    """Who is expected to report."""
    return settings.configuration.expected or the_eight()


def invitations(
    settings: Settings, quarter: Quarter, codes: Iterable[str], kind: str | None = None
) -> Iterator[Invitation]:
    """Make the workbooks one after the other; without anything published they are the empty template.

    ``kind`` is xlsx or ods; without it each organisation gets what die8.toml says.
    """
    from transforms.invitation.workbook import invitation_name, write_invitation

    post = Correspondence(settings)
    due = deadlines(quarter, settings.configuration.calendar).delivery
    for code, last in _last_returns(settings, codes, quarter).items():
        wanted = kind or post.contact(code).workbook
        yield Invitation(
            code,
            quarter,
            invitation_name(code, quarter, last, wanted),
            write_invitation(code, quarter, last, kind=wanted, due=due),
            last.quarter if last is not None else None,
        )


def _last_returns(settings: Settings, codes: Iterable[str], quarter: Quarter) -> "Mapping[str, LastReturn | None]":
    """The last return of each organisation before the quarter, all of one state of what is published."""
    published = settings.home.published
    if not published.exists():
        return dict.fromkeys(codes)
    from flows.published import assert_current
    from warehouse.connection import kept_open
    from warehouse.last_return import read_last_return

    with kept_open(published):
        assert_current(settings)
        return {code: read_last_return(published, code, quarter) for code in codes}


class Invited(Struct, frozen=True):
    """What one round did: whose workbooks went out for which quarter."""

    quarter: Quarter | None
    codes: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    """Whose folder could not be written to, with the reason; the next round tries again."""


def due_quarter(settings: Settings, today: date) -> Quarter | None:
    """The quarter whose workbooks are to be out on a day: from its last working day to the delivery day."""
    for quarter in (Quarter.containing(today), Quarter.containing(today).previous):
        days = deadlines(quarter, settings.configuration.calendar)
        if days.invitation <= today <= days.delivery:
            return quarter
    return None


def waiting_invitations(settings: Settings, quarter: Quarter) -> tuple[str, ...]:
    """The expected organisations whose workbook for a quarter did not go out yet."""
    bag = Correspondence(settings).bag
    return tuple(code for code in expected_organisations(settings) if bag.stand_of(_key(quarter, code)) is None)


def run_invitations(settings: Settings, now: datetime, runner: Runner = PLAIN) -> Invited:
    """Send the workbooks that are due: laid into the organisation's folder, and by mail. Each goes out once."""
    settings.home.make()
    quarter = due_quarter(settings, local_day(now))
    if quarter is None:
        return Invited(None)
    done = runner.run(send_invitations, settings, quarter, now)
    lines = [*(f"- {code}" for code in done.codes), *(f"- **{code}: {why}**" for code, why in done.failed.items())]
    runner.summary(f"invitations-{quarter}", "\n".join([f"# Invitations {quarter}", "", *lines]))
    return done


@step("send invitations", retries=2, retry_delay_seconds=60)
def send_invitations(settings: Settings, quarter: Quarter, now: datetime) -> Invited:
    """Write, lay down and post the workbook of everybody who has none yet.

    The letter comes last: it is the memory that all of it is done. A folder that is away holds up nobody else.
    """
    post = Correspondence(settings)
    folder = settings.home.invitations / str(quarter)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    sent: list[str] = []
    failed: dict[str, str] = {}
    for invitation in invitations(settings, quarter, waiting_invitations(settings, quarter)):
        code = invitation.org_code
        written = next(iter(sorted(folder.glob(f"D8_{code}_*"))), None)
        if written is None:
            written = folder / invitation.file_name
            replace(written, invitation.content)
        contact = post.contact(code)
        try:
            if contact.folder:
                _lay_down(written, settings.home.path / contact.folder)
        except OSError as error:
            failed[code] = told("folder_not_written", ordner=settings.home.path / contact.folder, fehler=error.strerror)
            about = f"{quarter}_{code}"
            name = f"{organisations()[code].name}, {contact.folder}"
            post.tell_data_team("note_source", about, now, quelle=name, problem=failed[code])
            continue
        post.put(_letter(invitation, contact, written, settings), now)
        sent.append(code)
    post.hand_over(now)
    return Invited(quarter, tuple(sent), failed)


def _lay_down(workbook: Path, folder: Path) -> None:
    """Put the workbook into a folder, which is made when the one around it is there (a share may not be mounted)."""
    folder.mkdir(exist_ok=True)
    target = folder / workbook.name
    if not target.exists():  # somebody may have begun to fill it in
        replace(target, workbook.read_bytes())
        target.chmod(0o660)  # it is theirs to change


def own_templates(settings: Settings) -> frozenset[str]:
    """The SHA-256 of every workbook that we sent out: as long as it is unchanged it is nobody's return."""
    files = settings.home.invitations.glob("*/D8_*")
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def _key(quarter: Quarter, code: str) -> str:
    return f"invitation_{quarter}_{code}"


def _letter(invitation: Invitation, contact: Contact, file: Path, settings: Settings) -> Letter:
    from transforms.letters.wording import phrase, write

    days = deadlines(invitation.quarter, settings.configuration.calendar)
    source = invitation.source
    return Letter(
        _key(invitation.quarter, invitation.org_code),
        contact.mail,
        write(
            "invitation",
            gesellschaft=organisations()[invitation.org_code].name,
            datei=file.name,
            quartal=invitation.quarter.in_tables,
            quartal_lang=invitation.quarter.in_text,
            vorbelegung=(
                phrase("invitation", "prefilled", quelle=source.in_tables) if source else phrase("invitation", "empty")
            ),
            ablage=phrase("invitation", "place_folder" if contact.folder else "place_usual"),
            abgabe=german_date(days.delivery),
            rueckfragen=german_date(days.questions),
            redaktion=german_date(days.editorial_close),
        ),
        attachments=(Attachment(file.name, file.read_bytes()),),
    )
