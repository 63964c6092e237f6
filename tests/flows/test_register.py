"""The Beschlussbuch is taken in like a return: stored, judged, answered, replayed, and heard by the rules."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.clock import BERLIN
from flows.commands.register import write_book
from flows.intake import run_intake
from flows.rebuilding import rebuild
from flows.settings import Settings, load_settings
from schemas.delivery import Delivery
from schemas.findings import Verdict
from schemas.quarter import Quarter
from tests.builders import a_cover, a_decision, a_project, an_indicator_value
from transforms.workbook.register import write_register
from transforms.workbook.template import write_template
from warehouse.reading import query

NEW_END = date(2027, 9, 30)


def a_return(quarter: Quarter, day: int, **project: Any) -> Delivery:
    cover = dict(a_cover(report_quarter=str(quarter), as_of_date=quarter.last_day).values)
    cover |= {"approved_on": quarter.last_day}
    rows = {
        "project": [dict(a_project(**project).values)],
        "kpi_value": [dict(an_indicator_value(data_as_of=None).values)],
    }
    content = write_template("KLI", quarter, rows, cover)
    return Delivery(content, f"D8_KLI_{quarter}_v01.xlsx", "inbox", at(quarter.shifted(1), day))


def a_book(day: int, **decision: Any) -> Delivery:
    content = write_register([dict(a_decision(**decision))])
    return Delivery(content, f"Beschlussbuch {day}.xlsx", "inbox", at(Quarter(2026, 4), day))


def at(quarter: Quarter, day: int) -> datetime:
    return datetime(quarter.year, quarter.first_day.month, day, 12, tzinfo=BERLIN)


Q2 = a_return(Quarter(2026, 2), 9)
Q3_MOVED = a_return(Quarter(2026, 3), 9, end_baseline=NEW_END, end_forecast=NEW_END)
PERMITTED = a_book(8, new_end_baseline=NEW_END)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


def rules_of(settings: Settings, delivery: Delivery) -> set[str]:
    found = query(
        settings.home.published, f"select rule from finding where submission_id = '{delivery.submission_id}'"
    ).rows
    return {str(rule) for (rule,) in found}


def test_a_new_planned_end_without_a_decision_is_an_error(settings: Settings) -> None:
    run_intake(settings, [Q2, Q3_MOVED])

    assert "Q02" in rules_of(settings, Q3_MOVED)


def test_a_decision_permits_it_in_the_same_run(settings: Settings) -> None:
    run_intake(settings, [Q2, PERMITTED, Q3_MOVED])

    assert "Q02" not in rules_of(settings, Q3_MOVED)


def test_a_decision_permits_it_in_a_later_run_and_in_a_rebuild(settings: Settings) -> None:
    run_intake(settings, [Q2])
    run_intake(settings, [PERMITTED])
    run_intake(settings, [Q3_MOVED])

    assert "Q02" not in rules_of(settings, Q3_MOVED)
    assert not rebuild(settings, only_compare=True).differences


def test_a_new_book_takes_the_place_of_the_old_and_a_broken_one_does_not(settings: Settings) -> None:
    newer, broken = a_book(9, subject="Berichtigt"), a_book(10, decision_no="Nr. 1")

    examined = run_intake(settings, [PERMITTED, newer, broken]).examined

    assert [item.checked.verdict for item in examined] == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.REJECTED]
    assert query(settings.home.published, "select subject, source_sheet, source_row from decision").rows == [
        ("Berichtigt", "Beschlüsse", 5)
    ]


def test_the_department_is_answered_with_the_name_of_the_book(settings: Settings) -> None:
    run_intake(settings, [PERMITTED, a_book(10, decision_no="Nr. 1")])

    receipts = sorted(settings.home.outbox.glob("*_Beschlussbuch_*.txt"))
    texts = [receipt.read_text(encoding="utf-8") for receipt in receipts]
    assert "Meldung: Beschlussbuch, Fassung 1" in texts[0]
    assert "zurückgewiesen" in texts[1]
    assert receipts[1].with_suffix(".xlsx").exists()


def test_the_book_is_written_with_what_is_known_and_can_be_handed_in_again(settings: Settings) -> None:
    run_intake(settings, [PERMITTED])

    write_book(settings, settings.home.path / "Beschlussbuch.xlsx")

    assert (settings.home.path / "Beschlussbuch.xlsx").read_bytes() == PERMITTED.content


def test_before_any_decision_the_book_is_empty_and_sound(settings: Settings) -> None:
    write_book(settings, settings.home.path / "Beschlussbuch.xlsx")

    content = (settings.home.path / "Beschlussbuch.xlsx").read_bytes()
    [item] = run_intake(settings, [Delivery(content, "Beschlussbuch.xlsx", "inbox", at(Quarter(2026, 4), 9))]).examined
    assert item.checked.verdict is Verdict.ACCEPTED
