"""A whole quarter with a moving clock, from the invitations to the next ones: every letter that was sent is listed.

Three offices return through three channels: the Klinikum through its folder, with errors and then corrected in the file
that it got back; the Stadtwerke through a mounted share; the Volkshochschule by hand, after the editorial close.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from flows.clock import BERLIN
from flows.due import is_due
from flows.intake import run_collection, run_intake
from flows.inviting import run_invitations
from flows.recorded import recorded
from flows.releasing import run_release
from flows.reminding import run_reminders
from flows.reporting import run_report
from flows.settings import Settings, load_settings
from schemas.delivery import Delivery
from schemas.quarter import Quarter
from schemas.working_days import is_working_day
from tests.flows.mail_sink import Sink, running
from tests.samples import HANDED_IN, SAMPLES
from warehouse.reading import query

Q4 = Quarter(2026, 4)
CONFIGURATION = """
expected = ["SWG", "VHS", "KLI"]

[collection]
settle_seconds = 0

[[sources]]
name = "klinikum"
kind = "folder"
path = "shares/klinikum"
organisations = ["KLI"]

[[sources]]
name = "stadtwerke"
kind = "folder"
path = "{share}"
organisations = ["SWG"]

[mail]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "die8@stadt.example"
data_team = ["datenteam@stadt.example"]

[[contacts]]
org = "KLI"
mail = ["digital@kli.example"]
folder = "shares/klinikum"

[[contacts]]
org = "SWG"
mail = ["digital@swg.example"]

[[contacts]]
org = "VHS"
mail = ["leitung@vhs.example"]
escalation = ["dezernat@stadt.example"]
"""


LETTERS = [
    ("2026-12-31", "Statusmeldung Q4/2026: Ihre Vorlage, Klinikum", "digital@kli.example"),
    ("2026-12-31", "Statusmeldung Q4/2026: Ihre Vorlage, Stadtwerke", "digital@swg.example"),
    ("2026-12-31", "Statusmeldung Q4/2026: Ihre Vorlage, Volkshochschule", "leitung@vhs.example"),
    ("2027-01-07", "Eingangsbestätigung: Klinikum, Q4/2026 – angenommen mit Befunden", "digital@kli.example"),
    ("2027-01-08", "Erinnerung: Statusmeldung Q4/2026 bis 15.01.2027, Stadtwerke", "digital@swg.example"),
    ("2027-01-08", "Erinnerung: Statusmeldung Q4/2026 bis 15.01.2027, Volkshochschule", "leitung@vhs.example"),
    ("2027-01-11", "Eingangsbestätigung: Klinikum, Q4/2026 – angenommen", "digital@kli.example"),
    ("2027-01-14", "Eingangsbestätigung: Stadtwerke, Q4/2026 – angenommen", "digital@swg.example"),
    ("2027-01-15", "Heute fällig: Statusmeldung Q4/2026, Volkshochschule", "leitung@vhs.example"),
    (
        "2027-01-20",
        "Überfällig: Statusmeldung Q4/2026, Volkshochschule",
        "leitung@vhs.example, dezernat@stadt.example, datenteam@stadt.example",
    ),
    ("2027-01-22", "Redaktionsschluss Q4/2026: Es fehlen Meldungen (1)", "datenteam@stadt.example"),
    ("2027-01-26", "Eingangsbestätigung: Volkshochschule, Q4/2026 – angenommen mit Befunden", "leitung@vhs.example"),
    ("2027-03-31", "Statusmeldung Q1/2027: Ihre Vorlage, Klinikum", "digital@kli.example"),
    ("2027-03-31", "Statusmeldung Q1/2027: Ihre Vorlage, Stadtwerke", "digital@swg.example"),
    ("2027-03-31", "Statusmeldung Q1/2027: Ihre Vorlage, Volkshochschule", "leitung@vhs.example"),
]
"""Every letter of the quarter: day, subject, recipients."""


@dataclass
class City:
    """The installation with its clock, and what was posted on which day."""

    settings: Settings
    sink: Sink
    posted: list[tuple[date, EmailMessage, list[str]]] = field(default_factory=list)
    acts: dict[date, Callable[[datetime], None]] = field(default_factory=dict)

    def live(self, first: date, last: date) -> None:
        """Let every working day pass as the schedules have it: report, reminders, invitations, acts, collection."""
        day = first
        while day <= last:
            if is_working_day(day):
                self._morning(day)
            day += timedelta(days=1)

    def _morning(self, day: date) -> None:
        settings = self.settings
        at = partial(_at, day)
        if is_due(settings, "report", at(6, 30)) and not (settings.home.reports / str(Q4)).exists():
            recorded(settings, "report", at(6, 30), partial(run_report, settings, Q4, at(6, 30)))
        recorded(settings, "remind", at(7, 15), partial(run_reminders, settings, at(7, 15)))
        if is_due(settings, "invite", at(7, 45)):
            recorded(settings, "invite", at(7, 45), partial(run_invitations, settings, at(7, 45)))
        if day in self.acts:
            self.acts[day](at(9, 0))
        if day in self.acts or day.weekday() == 0:
            for hour in (10, 11):
                recorded(settings, "collect", at(hour, 7), partial(run_collection, settings, at(hour, 7)))
        self.posted += [(day, message, to) for message, to in zip(self.sink.taken, self.sink.recipients, strict=True)]
        self.sink.taken.clear()
        self.sink.recipients.clear()

    @property
    def letters(self) -> list[tuple[str, str, str]]:
        """Day, subject and recipients of every letter, in the order of the days."""
        return sorted((day.isoformat(), str(message["Subject"]), ", ".join(to)) for day, message, to in self.posted)

    def attachment(self, subject: str) -> bytes:
        """The workbook that came with the last letter of that subject."""
        message = [message for _, message, _ in self.posted if str(message["Subject"]) == subject][-1]
        [part] = message.iter_attachments()
        content = part.get_content()
        assert isinstance(content, bytes)
        return content


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), BERLIN).astimezone(UTC)


@contextmanager
def a_city(folder: Path) -> Iterator[City]:
    """An installation that knows the third quarter of the three; the mail server is real."""
    home, share, sink = folder / "home", folder / "share", Sink()
    share.mkdir()
    before = load_settings(home)
    names = ("D8_KLI_2026-Q3_v01.xlsx", "D8_VHS_2026-Q3_v01.xlsx", "Statusbericht Stadtwerke 2026-Q3 final.xlsx")
    handed_in = HANDED_IN["2026-Q3"]
    run_intake(before, [Delivery((SAMPLES / "2026-Q3" / n).read_bytes(), n, "submit", handed_in) for n in names])
    (home / "shares" / "klinikum").mkdir(parents=True)
    with running(sink) as mail:
        (home / "die8.toml").write_text(CONFIGURATION.format(mail=mail, share=share), encoding="utf-8")
        yield City(load_settings(home), sink)


def filled_in(workbook: bytes, cells: dict[str, dict[str, Any]], indicators: int) -> bytes:
    """Fill a workbook in as an office does: the Deckblatt, the indicators, and what it was asked for."""
    book = load_workbook(BytesIO(workbook))
    cover = {
        "B8": "Freigegeben",
        "B9": "Leitung",
        "B10": date(2027, 1, 5),
        "B13": "Die Vorhaben gehen voran; alle Zahlen sind erfunden.",
    }
    for row in range(5, 5 + indicators):
        book["Kennzahlen"][f"D{row}"] = 50
        book["Kennzahlen"][f"F{row}"] = "gemessen"
    for sheet, values in [("Deckblatt", cover), *cells.items()]:
        for cell, value in values.items():
            book[sheet][cell] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.timeout(600)
def test_a_quarter_from_the_invitations_to_the_next_ones(tmp_path: Path) -> None:
    with a_city(tmp_path) as city:
        home = city.settings.home
        share = home.path / "shares" / "klinikum" / "D8_KLI_2026-Q4_v01.xlsx"

        def klinikum_with_errors(_now: datetime) -> None:
            cells = {"Meilensteine": {"E5": date(2027, 2, 15)}, "Beschlussbedarf": {"H5": date(2027, 3, 31)}}
            share.write_bytes(filled_in(share.read_bytes(), cells, 5))

        def klinikum_corrects_what_it_got_back(_now: datetime) -> None:
            marked = city.attachment("Eingangsbestätigung: Klinikum, Q4/2026 – angenommen mit Befunden")
            cells = {
                "Deckblatt": {"B14": "Befunde berichtigt", "B8": "Freigegeben"},
                "Projekte": {"Q5": "Schnittstelle fehlt; Zusatzauftrag ist erteilt.", "N6": "grün"},
            }
            share.with_name("D8_KLI_2026-Q4_v02.xlsx").write_bytes(filled_in(marked, cells, 5))

        def stadtwerke_on_their_share(_now: datetime) -> None:
            invitation = city.attachment("Statusmeldung Q4/2026: Ihre Vorlage, Stadtwerke")
            # The count of fibre connections goes on from year to year and never falls.
            cells = {"Beschlussbedarf": {"H5": date(2027, 3, 31)}, "Kennzahlen": {"D6": 12_000}}
            (tmp_path / "share" / "Meldung Stadtwerke.xlsx").write_bytes(filled_in(invitation, cells, 5))

        def volkshochschule_by_hand(now: datetime) -> None:
            invitation = city.attachment("Statusmeldung Q4/2026: Ihre Vorlage, Volkshochschule")
            name = "D8_VHS_2026-Q4_v01.xlsx"
            run_intake(city.settings, [Delivery(filled_in(invitation, {}, 4), name, "submit", now)])

        def the_report_is_released(now: datetime) -> None:
            run_release(city.settings, Q4, now)

        city.acts = {
            date(2027, 1, 7): klinikum_with_errors,
            date(2027, 1, 11): klinikum_corrects_what_it_got_back,
            date(2027, 1, 14): stadtwerke_on_their_share,
            date(2027, 1, 26): volkshochschule_by_hand,
            date(2027, 1, 29): the_report_is_released,
        }
        city.live(date(2026, 12, 30), date(2027, 2, 2))
        board = home.board.read_text(encoding="utf-8")
        city.live(date(2027, 3, 31), date(2027, 3, 31))

    assert city.letters == LETTERS
    assert len({str(message["Message-ID"]) for _, message, _ in city.posted}) == len(city.posted)

    late = query(home.published, "select count(*) from finding where rule = 'Q12' and org_code = 'VHS'").rows
    assert late == [(1,)]
    assert "▲ nachgemeldet" in board
    assert list((home.reports / str(Q4)).glob("Lenkungskreis_2026-Q4.pdf"))

    following = load_workbook(BytesIO(city.attachment("Statusmeldung Q1/2027: Ihre Vorlage, Klinikum")))
    assert following["Projekte"]["Q5"].value == "Schnittstelle fehlt; Zusatzauftrag ist erteilt."
    assert following["Projekte"]["N6"].value == "grün"
    assert "Q4/2026" in following["Offene Punkte"]["A2"].value
    assert following["Deckblatt"]["B8"].value == "Entwurf"
