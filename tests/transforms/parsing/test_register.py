"""The Beschlussbuch: a file kind of its own, told by its sheet."""

from datetime import date
from decimal import Decimal
from typing import Any

from schemas.contract import tables
from schemas.submission import Submission
from schemas.workbook import FileFormat, RawSheet, RawWorkbook
from tests.transforms.parsing.workbooks import a_cover, a_sheet, found, labels, parsed
from transforms.parsing.submission import parse_submission

GIVEN: dict[str, Any] = {
    "decision_no": "LK-2026-03",
    "meeting_date": date(2026, 11, 12),
    "decision_id": "KLI-B01",
    "project_id": "KLI-001",
    "subject": "Fristverlängerung KHZG",
    "outcome": "beschlossen",
    "amount": "67.000,00",
    "state": "in Arbeit",
    "new_end_baseline": "31.03.2027",
}


def a_book(*rows: dict[str, Any], sheet: str = "Beschlüsse", header: list[Any] | None = None) -> RawSheet:
    names = tables()["decision"].fields
    lines = [[{**GIVEN, **row}.get(name) for name in names] for row in rows or ({},)]
    return a_sheet(sheet, {4: header or labels("decision"), **dict(enumerate(lines, start=5))})


def read(*sheets: RawSheet) -> Submission:
    return parse_submission(RawWorkbook(FileFormat.XLSX, sheets), "Beschlussbuch.xlsx")


def test_decisions_are_read_into_typed_rows_with_their_cells() -> None:
    book = read(a_book())

    [row] = book.tables["decision"]
    assert (book.org_code, book.quarter, book.cover, book.is_readable) == (None, None, None, True)
    assert row.values["outcome"] == "approved"
    assert row.values["state"] == "in_progress"
    assert row.values["amount"] == Decimal("67000.00")
    assert row.values["new_end_baseline"] == date(2027, 3, 31)
    assert str(row.place("outcome")) == "Beschlüsse!F5"


def test_the_sheet_may_be_called_beschlussbuch() -> None:
    assert len(read(a_book(sheet="Beschlussbuch")).tables["decision"]) == 1


def test_thousands_in_a_heading_are_asked_about() -> None:
    book = read(a_book({"amount": 67}, header=labels("decision", amount="Betrag (T€)")))

    assert found(book) == [("C09", "Beschlüsse!G4")]
    assert book.tables["decision"][0].values["amount"] is None


def test_two_sheets_of_decisions_are_not_guessed_about() -> None:
    book = read(a_book(), a_book(sheet="Beschlussbuch"))

    assert [rule for rule, _ in found(book)] == ["S02"]
    assert (book.is_readable, book.tables) == (False, {"decision": ()})


def test_a_wrong_cell_is_named() -> None:
    assert found(read(a_book({"outcome": "vielleicht"}))) == [("C07", "Beschlüsse!F5")]


def test_a_deckblatt_makes_it_a_return() -> None:
    assert parsed(a_cover(), a_book()).org_code == "KLI"


def test_a_workbook_that_is_neither_lacks_its_deckblatt() -> None:
    assert found(read(a_sheet("Tabelle1", {1: ["Notizen"]}))) == [("S01", "Deckblatt")]
