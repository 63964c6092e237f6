"""Who is reminded when, who is invited, and who is told what by mail: only the right ones, and only once."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from flows.clock import instant
from flows.correspondence import Correspondence
from flows.intake import run_collection
from flows.inviting import due_quarter, run_invitations
from flows.reminding import due_reminders, due_step, run_reminders
from flows.settings import Settings, load_settings
from schemas.calendar import deadlines
from schemas.configuration import Configuration
from schemas.letter import Stand
from schemas.quarter import Quarter
from tests.flows.mail_sink import Sink, running
from tests.samples import SAMPLES
from transforms.workbook.template import write_template

Q3 = Quarter(2026, 3)
CONTACTS = """
expected = ["KLI", "SWG", "VHS"]

[collection]
settle_seconds = 0

[[contacts]]
org = "KLI"
mail = ["digital@kli.example"]
escalation = ["leitung@kli.example"]
folder = "inbox/KLI"

[[contacts]]
org = "SWG"
mail = ["digital@swg.example"]
"""


def a_mail_section(port: int) -> str:
    return f"""
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "die8@stadt.example"
data_team = ["datenteam@stadt.example"]
"""


def a_home(path: Path, *, port: int | None = None, text: str = CONTACTS, more: str = "") -> Settings:
    path.mkdir(parents=True)
    text += (a_mail_section(port) if port else "") + more
    (path / "die8.toml").write_text(text, encoding="utf-8")
    settings = load_settings(path)
    settings.home.make()
    return settings


def hand_in(settings: Settings, name: str, now: str = "2026-10-09") -> None:
    (settings.home.inbox / name).write_bytes((SAMPLES / "2026-Q3" / name).read_bytes())
    run_collection(settings, instant(now))


def due(settings: Settings, day: date) -> list[str]:
    return [letter.key for letter in due_reminders(settings, day)]


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (date(2026, 10, 6), None),
        (date(2026, 10, 7), "vorher"),
        (date(2026, 10, 13), "vorher"),
        (date(2026, 10, 14), "abgabetag"),
        (date(2026, 10, 19), "nachfrist"),
        (date(2026, 10, 21), "luecken"),
        (date(2026, 10, 22), None),
    ],
)
def test_the_step_that_is_due_is_the_last_that_has_come(day: date, step: str | None) -> None:
    found = due_step(deadlines(Q3), day)

    assert (found.step if found else None) == step


def test_only_who_is_missing_is_reminded(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")

    hand_in(settings, "D8_KLI_2026-Q3_v01.xlsx")

    assert due(settings, date(2026, 10, 14)) == ["reminder_2026-Q3_SWG_abgabetag", "reminder_2026-Q3_VHS_abgabetag"]


def test_a_step_that_was_missed_is_made_up_for_once(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")

    first = run_reminders(settings, instant("2026-10-15"))
    again = run_reminders(settings, instant("2026-10-15"))

    assert [letter.key.rpartition("_")[2] for letter in first.written] == ["abgabetag"] * 3
    assert not again.written


def test_the_overdue_are_escalated_and_the_gaps_told(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home", port=25)

    [klinikum] = [letter for letter in due_reminders(settings, date(2026, 10, 19)) if "_KLI_" in letter.key]
    [gaps] = due_reminders(settings, date(2026, 10, 21))

    assert klinikum.to == ("digital@kli.example",)
    assert klinikum.copy == ("leitung@kli.example", "datenteam@stadt.example")
    assert gaps.to == ("datenteam@stadt.example",)
    assert gaps.wording.subject == "Redaktionsschluss Q3/2026: Es fehlen Meldungen (3)"
    assert "Stadtwerke, Volkshochschule, Klinikum" in gaps.wording.text


def test_a_reminder_names_day_and_what_came_before(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home", port=25)
    draft = write_template("KLI", Q3, cover={"submission_status": "draft"})
    (settings.home.inbox / "Entwurf.xlsx").write_bytes(draft)
    run_collection(replace(settings, configuration=Configuration()), instant("2026-10-08"))

    [klinikum] = [letter for letter in due_reminders(settings, date(2026, 10, 14)) if "_KLI_" in letter.key]

    assert klinikum.wording.subject == "Heute fällig: Statusmeldung Q3/2026, Klinikum"
    assert "heute, am 14.10.2026, ist die Statusmeldung zum 3. Quartal 2026 (Klinikum) fällig" in klinikum.wording.text
    assert "Ihre Datei vom 08.10.2026 ist ein Entwurf" in klinikum.wording.text


def test_without_mail_letters_lie_ready_to_be_sent_by_hand(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")

    run_reminders(settings, instant("2026-10-14"))

    bag = Correspondence(settings).bag
    assert len(bag.keys(Stand.BY_HAND)) == 3
    posted, _ = bag.read(Stand.BY_HAND, "reminder_2026-Q3_KLI_abgabetag")
    assert posted.recipients == ("digital@kli.example",)


def test_a_receipt_goes_out_at_once_with_the_marked_workbook_and_only_once(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port=port)
        hand_in(settings, "D8_KLI_2026-Q3_v01.xlsx")
        run_collection(settings, instant("2026-10-09T13:00"))

    [message] = sink.taken
    text = message.get_body(("plain",))
    assert text is not None
    assert sink.recipients == [["digital@kli.example"]]
    assert message["Subject"] == "Eingangsbestätigung: Klinikum, Q3/2026 – angenommen mit Befunden"
    [attached] = message.iter_attachments()
    assert "KLI-001: Ampel rot ohne Ursache oder Begründung." in text.get_content()
    assert "Rückmeldung" in load_workbook(BytesIO(attached.get_content())).sheetnames


def test_what_nobody_can_be_told_of_goes_to_the_data_team(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port=port)
        content = (SAMPLES / "2026-Q3" / "leer.xlsx").read_bytes()
        (settings.home.inbox / "Betreff\r\nBcc: x@example.org.xlsx").write_bytes(content)
        run_collection(settings, instant("2026-10-09"))

    [message] = sink.taken
    assert sink.recipients == [["datenteam@stadt.example"]]
    assert message["Subject"] == "Datenteam: Datei zurückgewiesen, unbekannt"
    assert message["Bcc"] is None


@pytest.mark.parametrize("hour", [9, 22])  # at 22 in UTC another day has begun in Gütersloh
def test_a_failing_source_is_told_once_for_as_long_as_it_fails(hour: int, tmp_path: Path) -> None:
    sink = Sink()
    missing = '[[sources]]\nname = "share"\nkind = "folder"\npath = "missing"\n'
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port=port, more=missing)
        for minute in (0, 20, 40):
            run_collection(settings, datetime(2026, 10, 9, hour, minute, tzinfo=UTC))

    assert sink.subjects == ["Datenteam: Quelle share gestört"]


def test_a_mail_server_that_is_away_fails_nothing_and_the_next_run_sends(tmp_path: Path) -> None:
    sink = Sink()
    with running(Sink()) as port:
        pass
    settings = a_home(tmp_path / "home", port=port)
    hand_in(settings, "D8_KLI_2026-Q3_v01.xlsx")

    waiting = Correspondence(settings).bag.keys(Stand.WAITING)
    with running(sink, port):
        run_collection(settings, instant("2026-10-09T13:00"))

    assert len(waiting) == 1
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 9, 29), None),
        (date(2026, 9, 30), Q3),
        (date(2026, 10, 14), Q3),
        (date(2026, 10, 15), None),
    ],
)
def test_workbooks_are_due_from_the_end_of_the_quarter_to_the_delivery(
    tmp_path: Path, day: date, quarter: Quarter | None
) -> None:
    assert due_quarter(a_home(tmp_path / "home"), day) == quarter


def test_an_invitation_goes_into_the_folder_and_by_mail_once(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port=port)
        first = run_invitations(settings, instant("2026-09-30"))
        (settings.home.inbox / "KLI" / "D8_KLI_2026-Q3_v01.xlsx").unlink()
        again = run_invitations(settings, instant("2026-10-01"))

    assert sorted(first.codes) == ["KLI", "SWG", "VHS"]
    assert not again.codes
    assert not (settings.home.inbox / "KLI" / "D8_KLI_2026-Q3_v01.xlsx").exists()
    assert sorted(sink.subjects) == [
        "Statusmeldung Q3/2026: Ihre Vorlage, Klinikum",
        "Statusmeldung Q3/2026: Ihre Vorlage, Stadtwerke",
    ]
    names = {part.get_filename() for message in sink.taken for part in message.iter_attachments()}
    assert names == {"D8_SWG_2026-Q3_v01.xlsx", "D8_KLI_2026-Q3_v01.xlsx"}


def test_a_folder_that_is_away_keeps_nobody_else_from_being_invited(tmp_path: Path) -> None:
    away = CONTACTS.replace("inbox/KLI", "share/KLI")
    settings = a_home(tmp_path / "home", text=away)

    first = run_invitations(settings, instant("2026-09-30"))
    (settings.home.path / "share").mkdir()
    again = run_invitations(settings, instant("2026-10-01"))

    assert (sorted(first.codes), list(first.failed)) == (["SWG", "VHS"], ["KLI"])
    assert f"Die Vorlage lässt sich nicht in {settings.home.path}/share/KLI ablegen." in first.failed["KLI"]
    assert again.codes == ("KLI",)


def test_a_folder_that_stays_away_is_told_to_the_data_team_once(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port=port, text=CONTACTS.replace("inbox/KLI", "share/KLI"))
        for day in ("2026-09-30", "2026-10-01", "2026-10-02"):
            run_invitations(settings, instant(day))

    assert sink.subjects.count("Datenteam: Quelle Klinikum, share/KLI gestört") == 1


def test_our_own_workbook_in_the_folder_is_no_return_until_somebody_fills_it_in(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")
    run_invitations(settings, instant("2026-09-30"))
    laid = settings.home.inbox / "KLI" / "D8_KLI_2026-Q3_v01.xlsx"

    untouched = run_collection(settings, instant("2026-10-01"))
    laid.write_bytes((SAMPLES / "2026-Q3" / "D8_KLI_2026-Q3_v01.xlsx").read_bytes())
    filled = run_collection(settings, instant("2026-10-02"))

    assert not untouched.examined
    assert len(filled.examined) == 1


def test_what_somebody_has_begun_to_fill_in_is_not_overwritten(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")
    begun = settings.home.inbox / "KLI" / "D8_KLI_2026-Q3_v01.xlsx"
    begun.parent.mkdir(parents=True)
    begun.write_bytes(b"begonnen")

    run_invitations(settings, instant("2026-09-30"))

    assert begun.read_bytes() == b"begonnen"
