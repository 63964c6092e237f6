"""The annotated file comes back, corrected or not, and is annotated again: no trace of the first answer stays."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl.styles import PatternFill

from schemas.answer import MARK_FILLS
from schemas.findings import Severity
from schemas.submission import NO_HISTORY
from schemas.workbook import RawWorkbook
from tests.samples import SAMPLES
from tests.transforms.answer.answers import (
    OWN_SHEET,
    a_finding,
    an_answer,
    by_openpyxl,
    by_xlsxwriter,
    the_book,
    the_parts,
    what_is_read,
)
from tests.transforms.answer.test_own_sheet import rows_of
from tests.transforms.workbook.files import a_zip, saved
from transforms.answer.annotate import annotate
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook

FIRST = (
    a_finding("Projekte!B5"),
    a_finding("Projekte!B6", Severity.WARNING),
    a_finding("Projekte!D6", Severity.INFO),
    a_finding("Projekte!H30"),
)
SECOND = (a_finding("Projekte!B6", Severity.ERROR, "Immer noch."), a_finding("Projekte!C8", Severity.WARNING, "Neu."))


@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter])
def test_it_has_one_sheet_of_ours_and_only_the_marks_of_the_second_answer(make: Callable[[], bytes]) -> None:
    once = annotate(make(), an_answer(*FIRST))

    twice = annotate(once, an_answer(*SECOND))

    names = the_book(twice).sheetnames
    assert names == the_book(once).sheetnames
    assert [row[2] for row in rows_of(twice)] == ["Projekte B6", "Projekte C8"]
    sheet = the_book(twice)["Projekte"]
    fills = {
        cell.coordinate: str(cell.fill.fgColor.rgb)[2:]
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.fill.fgColor.rgb)[2:] in MARK_FILLS.values()
    }
    assert fills == {"B6": MARK_FILLS[Severity.ERROR], "C8": MARK_FILLS[Severity.WARNING]}
    notes = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert "So geht es nicht." not in "".join(notes.values())
    assert notes["C8"] == "— Rückmeldung Die 8 —\nWarnung C04: Neu."


@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter])
def test_without_findings_every_fill_and_comment_is_that_of_the_original(make: Callable[[], bytes]) -> None:
    original = make()

    cleared = annotate(annotate(original, an_answer(*FIRST)), an_answer())

    first, last = (the_book(content)["Projekte"] for content in (original, cleared))
    for row in first.iter_rows():
        for cell in row:
            now = last[cell.coordinate]
            assert now.fill.fill_type == cell.fill.fill_type, cell.coordinate
            assert now.fill.fgColor == cell.fill.fgColor, cell.coordinate
            assert (now.comment.text if now.comment else None) == (cell.comment.text if cell.comment else None)
    before, after = (what_is_read(content) for content in (original, cleared))
    ours = (OWN_SHEET, f"{OWN_SHEET} (2)")
    assert [s.cells for s in after.sheets if s.name not in ours] == [
        s.cells for s in before.sheets if s.name not in ours
    ]


def test_boxes_of_comments_come_and_go_with_them() -> None:
    once = annotate(by_xlsxwriter(), an_answer(*FIRST))

    cleared = the_parts(annotate(once, an_answer()))

    assert cleared["xl/drawings/vmlDrawing1.vml"].count(b'ObjectType="Note"') == 2


def test_a_file_that_went_through_another_program_loses_the_marks_too() -> None:
    book = the_book(annotate(by_openpyxl(), an_answer(*FIRST)))
    book["Projekte"]["B5"] = "berichtigt"

    cleared = annotate(saved(book), an_answer())

    sheet = the_book(cleared)["Projekte"]
    assert sheet["B5"].value == "berichtigt"
    assert sheet["B5"].fill.fill_type is None
    assert str(sheet["B6"].fill.fgColor.rgb) == "FFFFC000"
    assert sheet["B5"].comment is not None
    assert sheet["B5"].comment.text.strip() == "Bitte stehen lassen"
    assert the_book(cleared).sheetnames.count(OWN_SHEET) == 1


def test_a_program_that_writes_invisible_colours_anew_is_not_believed() -> None:
    parts = the_parts(annotate(by_xlsxwriter(), an_answer(a_finding("Projekte!D6"))))
    parts["docProps/app.xml"] = parts["docProps/app.xml"].replace(b"Microsoft Excel", b"LibreOffice/24.2")

    sheet = the_book(annotate(a_zip(parts), an_answer()))["Projekte"]

    assert sheet["D6"].fill.fill_type in (None, "none")


def test_comments_whose_author_was_forgotten_are_known_by_their_heading() -> None:
    parts = the_parts(annotate(by_openpyxl(), an_answer(*FIRST)))
    parts["xl/comments/comment1.xml"] = re.sub(
        rb"<author>.*?</author>", b"<author></author>", parts["xl/comments/comment1.xml"]
    )

    sheet = the_book(annotate(a_zip(parts), an_answer()))["Projekte"]

    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"B5"}


def test_a_deleted_sheet_of_ours_is_made_anew() -> None:
    book = the_book(annotate(by_openpyxl(), an_answer(*FIRST)))
    del book[OWN_SHEET]

    content = annotate(saved(book), an_answer(*SECOND))

    again = the_book(content)
    assert again.sheetnames.count(OWN_SHEET) == 1
    assert [row[2] for row in rows_of(content)] == ["Projekte B6", "Projekte C8"]


def test_a_colour_of_the_sender_that_is_none_of_ours_is_not_touched() -> None:
    book = the_book(annotate(by_openpyxl(), an_answer(*FIRST)))
    book["Projekte"]["B5"].fill = PatternFill("solid", fgColor="FF00B050")

    sheet = the_book(annotate(saved(book), an_answer()))["Projekte"]

    assert str(sheet["B5"].fill.fgColor.rgb) == "FF00B050"


def test_a_missing_light_that_was_marked_is_still_missing_and_not_a_colour() -> None:
    path = SAMPLES / "2026-Q3" / "D8_CGT_2026-Q3_v01.xlsx"
    book = the_book(path.read_bytes())
    book["Projekte"]["L5"] = None
    marked = annotate(saved(book), an_answer(a_finding("Projekte!L5")))

    read = read_workbook(marked, path.name)
    assert isinstance(read, RawWorkbook)
    checked = check_submission(parse_submission(read, path.name), NO_HISTORY, date(2026, 10, 9))

    assert [found.rule for found in checked.findings if str(found.place) == "Projekte!L5"] == ["C01"]
