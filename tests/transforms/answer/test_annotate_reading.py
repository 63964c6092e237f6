"""Annotating changes nothing that the reader sees, and other programs read the same."""

import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.answer import MARK_FILLS
from schemas.findings import Severity
from schemas.place import Place, column_letters
from schemas.workbook import RawWorkbook
from tests.transforms.answer.answers import (
    OWN_SHEET,
    RECEIVED_AT,
    a_finding,
    an_answer,
    by_openpyxl,
    by_xlsxwriter,
    cells_of,
    the_answer_to,
    the_book,
    the_parts,
    what_is_read,
)
from tests.transforms.answer.test_annotate_package import FINDINGS, SAMPLE_FILES
from tests.transforms.workbook.files import a_package
from transforms.answer.annotate import annotate
from transforms.parsing.lights import light_of
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.template import write_template


def read_again(content: bytes) -> RawWorkbook:
    read = read_workbook(content, "x.xlsx")
    assert isinstance(read, RawWorkbook), read
    return read


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_a_sample_is_read_as_before_but_for_the_fills_of_marked_cells(path: Path) -> None:
    before, answer = path.read_bytes(), the_answer_to(path)
    marked = cells_of(answer.findings)
    for finding in answer.findings:
        for place in finding.places:
            if place.row and not place.column:
                marked.setdefault(place.sheet, set()).add((place.row, 1))

    assert what_is_read(annotate(before, answer), marked) == what_is_read(before, marked)


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_an_annotated_sample_that_comes_back_says_the_same(path: Path) -> None:
    before = path.read_bytes()
    after = annotate(before, the_answer_to(path))

    first, again = (parse_submission(read_again(content), path.name) for content in (before, after))

    assert [row.values for row in again.rows()] == [row.values for row in first.rows()]
    assert (again.org_code, again.quarter) == (first.org_code, first.quarter)


@pytest.mark.parametrize("content", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "XlsxWriter"])
def test_a_rich_workbook_is_read_as_before_but_for_the_fills_of_marked_cells(content: bytes) -> None:
    marked = {"Projekte": {(5, 2), (4, 1), (7, 1), (4, 4), (30, 8), (9, 6)}}

    def but_our_second_sheet(read: RawWorkbook) -> list[Any]:
        return [sheet for sheet in read.sheets if sheet.name != f"{OWN_SHEET} (2)"]

    after = what_is_read(annotate(content, an_answer(*FINDINGS)), marked)
    before = what_is_read(content, marked)
    assert but_our_second_sheet(after) == but_our_second_sheet(before)
    assert {name: text for name, text in after.defined_names.items() if OWN_SHEET not in text} == before.defined_names
    assert (after.is_date_1904, after.external_links, after.generator) == (False, (), before.generator)


def test_our_own_template_is_read_as_before() -> None:
    quarter = an_answer().quarter
    assert quarter is not None
    content = write_template("KLI", quarter)

    after = what_is_read(annotate(content, an_answer(a_finding("Projekte!C5"))), {"Projekte": {(5, 3)}})

    assert after == what_is_read(content, {"Projekte": {(5, 3)}})


@pytest.mark.parametrize("content", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "XlsxWriter"])
def test_openpyxl_opens_it_with_our_sheet_in_front_and_shown(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl says what it would drop
        book = the_book(annotate(content, an_answer(*FINDINGS)))

    own = book.worksheets[0]
    assert own.title.startswith(OWN_SHEET)
    assert own["A1"].value == "Rückmeldung zu Ihrer Statusmeldung"
    assert book.active is own
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == [own.title]


_SHEET_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPES}.worksheet+xml"/></Types>'
)


def packed(sheet_xml: str) -> bytes:
    return a_package(sheet_xml, **{"[Content_Types].xml": TYPES})


addresses = st.tuples(st.integers(1, 12), st.integers(1, 8))


CELLS = (
    '<{p}c r="{ref}"><{p}v>12</{p}v></{p}c>',
    "<{p}c t='inlineStr' r='{ref}'><{p}is><{p}t>&lt;c r=&quot;A1&quot;&gt;</{p}t></{p}is></{p}c>",
    '<{p}c r="{ref}" t="str"><{p}f>"a"&amp;"b"</{p}f><{p}v>ab</{p}v></{p}c>',
)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, set[tuple[int, int]]]:
    """A sheet as some program might write it: gaps, empty rows, no positions, prefixes, comments, empty cells."""
    cells = draw(st.sets(addresses, max_size=20))
    rows = sorted({row for row, _ in cells} | draw(st.sets(st.integers(1, 12), max_size=4)))
    prefix = draw(st.sampled_from(["", "x:"]))
    remark = draw(st.sampled_from(["", "<!-- <c r='A1'> -->"]))
    written = []
    for row in rows:
        here = [f"{column_letters(column)}{row}" for _, column in sorted(cell for cell in cells if cell[0] == row)]
        inside = "".join(draw(st.sampled_from(CELLS)).format(p=prefix, ref=ref) for ref in here)
        hidden = draw(st.sampled_from(["", ' hidden="1"', ' spans="2:3"']))
        start = f'<{prefix}row r="{row}"{hidden}'
        written.append(f"{start}>{inside}</{prefix}row>{remark}" if inside else f"{start}/>")
    data = f"<{prefix}sheetData>{''.join(written)}</{prefix}sheetData>" if written else f"<{prefix}sheetData />"
    space = 'xmlns="{0}"' if not prefix else 'xmlns:x="{0}"'
    main = space.format("http://schemas.openxmlformats.org/spreadsheetml/2006/main")
    return f"<{prefix}worksheet {main}>{remark}{data}</{prefix}worksheet>", cells


@settings(deadline=None)
@given(sheet=sheets(), marks=st.dictionaries(addresses, st.sampled_from(list(Severity)), min_size=1, max_size=8))
def test_any_cells_of_any_sheet_can_be_marked_and_nothing_else_is_read_otherwise(
    sheet: tuple[str, set[tuple[int, int]]], marks: dict[tuple[int, int], Severity]
) -> None:
    xml, _ = sheet
    content = packed(xml)
    findings = [a_finding(str(Place("Projekte", *at)), severity) for at, severity in marks.items()]

    after = annotate(content, an_answer(*findings))

    marked = {"Projekte": set(marks)}
    assert what_is_read(after, marked) == what_is_read(content, marked)
    [read] = [found for found in read_again(after).sheets if found.name == "Projekte"]
    fills = {(cell.row, cell.column): cell.fill for cell in read.cells}
    # Below the last value the reader sees no colour; the file has it all the same.
    last = max((row for row, _ in sheet[1]), default=0)
    assert {at: fills.get(at) for at in marks if at[0] <= last} == {
        at: MARK_FILLS[severity] for at, severity in marks.items() if at[0] <= last
    }
    book = the_book(after)
    assert {at: str(book["Projekte"].cell(*at).fill.fgColor.rgb)[2:] for at in marks} == {
        at: MARK_FILLS[severity] for at, severity in marks.items()
    }


def test_rows_and_cells_that_were_not_stored_are_put_in_their_order() -> None:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="3"><c r="B3"><v>1</v></c><c r="D3"><v>1</v></c></row><row r="6"/></sheetData></worksheet>'
    )
    findings = [a_finding(f"Projekte!{cell}") for cell in ("C3", "A3", "E3", "B1", "A1", "C4", "B6", "A9")]

    sheet = the_parts(annotate(packed(xml), an_answer(*findings)))["xl/worksheets/sheet1.xml"].decode()

    order = [part.split('"')[0] for part in sheet.split('<c r="')[1:]]
    assert order == ["A1", "B1", "A3", "B3", "C3", "D3", "E3", "C4", "B6", "A9"]
    assert [part.split('"')[0] for part in sheet.split('<row r="')[1:]] == ["1", "3", "4", "6", "9"]


@pytest.mark.parametrize("fill", MARK_FILLS.values())
def test_no_mark_has_the_colour_of_an_ampel(fill: str) -> None:
    assert light_of(fill) is None


def test_the_time_of_receipt_is_told_in_local_time() -> None:
    [own] = [s for s in read_again(annotate(by_openpyxl(), an_answer())).sheets if s.name == OWN_SHEET]

    texts = {cell.text for cell in own.cells}
    assert RECEIVED_AT.hour == 10
    assert "09.10.2026, 12:00 Uhr" in texts
    assert "Keine Befunde." in texts
