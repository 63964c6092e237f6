"""Plainly written sheets are read without the value reader; it would have said the same, cell by cell."""

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill

from schemas.workbook import CellKind, Cells
from tests.samples import SAMPLES
from tests.transforms.workbook.files import a_package, a_sheet_xml, a_workbook, saved
from transforms.workbook import ooxml
from transforms.workbook.archive import open_archive
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.marks import NO_MARK, join
from transforms.workbook.ooxml_plain import plain_cells, plain_texts
from transforms.workbook.ooxml_sheet import read_sheet_parts
from transforms.workbook.ooxml_styles import read_styles
from transforms.workbook.values import Values

FORMATS = (
    "General", "0", "0%", "0.00%", "#,##0.00", "#,##0.00 €", '#,##0\\ "€"', "#,##0.00_-;[Red]-#,##0.00_-", "@",
    "dd.mm.yyyy", "d.m.yy", "yyyy-mm-dd", "[$-407]d. mmmm yyyy", "mm/dd/yy", "mmm yy", "hh:mm", "[h]:mm", "0.0E+00",
    "dd.mm.yyyy hh:mm", '"Tag "0', "0;-0;;@", "yyyy\\-mm", "#,##0,", "??/??",
    "[Green]0", "dd/mm/yyyy;@", "d", "[<1]0.00;0",
)  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["gelb", " ", " x ", "_x0041_", "a\nb", "a\r\nb", "<b>&amp;</b>", "=1+1", "1.234", "\t", "'", "ä€😀"]
    ),
)
NUMBERS = st.one_of(
    st.integers(-100, 60_000),
    st.floats(-1e8, 1e8),
    st.floats(-1, 50_000).map(lambda number: round(number, 2)),
)
DAYS = st.dates(date(1890, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(2100, 12, 31)).map(  # noqa: DTZ001  # cells know no zone
    lambda moment: moment.replace(microsecond=0)
)
VALUES = st.one_of(st.none(), st.booleans(), TEXTS, NUMBERS, DAYS, MOMENTS)
ENTRIES = st.tuples(VALUES, st.sampled_from(FORMATS), st.sampled_from([None, "FFC000", "FFFFFF"]), st.booleans())
PLACES = st.tuples(st.integers(1, 9), st.integers(1, 30))


def both_ways(content: bytes) -> Iterator[tuple[Cells | None, Cells]]:
    """Each sheet as read plainly (None where that was not possible) and as joined from the value reader's values."""
    archive = open_archive(content, DEFAULT_LIMITS)
    outline = ooxml._read_outline(archive)
    texts, styles, values = plain_texts(archive), read_styles(archive), Values(content)
    for name, _, part in outline.sheets:
        xml = archive.read(part)
        assert xml is not None
        parts = read_sheet_parts(xml, styles, DEFAULT_LIMITS, name)
        plain = plain_cells(parts, texts, is_date_1904=outline.is_date_1904)
        yield plain, join(values.grid(name), parts.cells)


def assert_alike(content: bytes) -> int:
    """Compare what was read plainly with the value reader, types included; gives the number of plain sheets."""
    plain_sheets = 0
    for plain, joined in both_ways(content):
        if plain is not None:
            plain_sheets += 1
            assert list(plain) == list(joined)
            assert [type(cell.value) for cell in plain] == [type(cell.value) for cell in joined]
    return plain_sheets


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*/[!~]*_v*.xlsx")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_the_samples_are_plain_and_read_alike(path: Path) -> None:
    assert assert_alike(path.read_bytes()) > 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PLACES, ENTRIES, max_size=12), st.booleans())
def test_what_openpyxl_writes_is_read_alike(entries: dict[Any, Any], is_date_1904: bool) -> None:  # noqa: FBT001
    book = openpyxl.Workbook()
    if is_date_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for (row, column), (value, number_format, fill, is_struck) in entries.items():
        cell = sheet.cell(row, column)
        cell.value = value
        cell.number_format = number_format
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        cell.font = Font(strike=is_struck)

    assert_alike(saved(book))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(PLACES, ENTRIES, max_size=12))
def test_what_xlsxwriter_writes_is_read_alike(entries: dict[Any, Any]) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"nan_inf_to_errors": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Projekte")
        for (row, column), (value, number_format, fill, is_struck) in entries.items():
            look = {
                "num_format": number_format,
                "font_strikeout": is_struck,
                **({"bg_color": f"#{fill}"} if fill else {}),
            }
            style = book.add_format(look)
            if isinstance(value, date) and value.year < 1901:
                sheet.write_string(row, column, value.isoformat(), style)
            else:
                sheet.write(row, column, value, style)

    assert_alike(stream.getvalue())


def test_an_ordinary_sheet_is_plain() -> None:
    def fill_in(sheet: Any) -> None:
        sheet.append(["KLI-001", 12.5, date(2026, 9, 30), True, "=SUM(B1:B1)"])

    assert assert_alike(a_workbook(fill_in)) == 1


def test_the_samples_need_no_value_reader() -> None:
    returns = sorted(SAMPLES.glob("*/[!~]*_v*.xlsx"))

    assert all(plain is not None for path in returns for plain, _ in both_ways(path.read_bytes()))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" s="0"></c><c r="B1"/><c r="C1"><v>1</v></c></row>',
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
            '<row r="2"><c r="A2"><v>3</v></c><c r="C2"><v>4</v></c></row>'
            '<row r="3"></row><row r="4"/><row r="15"><c r="A15"><v>5</v></c><c r="C15"><v>6</v></c></row>'
        ),
        '<row r="1"><c r="AA1"><v>1</v></c><c r="AB1"><v>2</v></c></row><row r="11"><c r="AA11"><v>3</v></c></row>',
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="0"><c r="A2"><v>1</v></c></row>',
    ],
    ids=["empty cells of two tags", "rows with gaps", "columns beyond Z", "hidden rows"],
)
def test_rows_of_any_shape_are_plain(rows: str) -> None:
    assert assert_alike(a_package(a_sheet_xml(rows))) == 1


def test_formatting_down_to_the_last_row_is_passed_over_and_a_value_between_is_not() -> None:
    def rows(first: int, last: int) -> str:
        return "".join(f'<row r="{row}"><c r="A{row}"/><c r="B{row}"/></row>' for row in range(first, last + 1))

    value = '<row r="150001" hidden="1"><c r="A150001"/><c r="B150001"><v>7</v></c></row>'
    xml = a_sheet_xml(rows(1, 150_000) + value + rows(150_002, 1_048_576))

    parts = read_sheet_parts(xml.encode(), (NO_MARK,), DEFAULT_LIMITS, "Projekte")

    [cell] = plain_cells(parts, (), is_date_1904=False) or ()
    assert (cell.row, cell.column, cell.value) == (150_001, 2, 7)
    assert parts.hidden_rows == {150_001}


def test_a_formula_has_its_stored_result() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c><c r="C1"><f>A1</f></c>'
        '<c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="E1" t="b"><f>TRUE()</f><v>1</v></c>'
        '<c r="F1" t="str"><f>""</f><v></v></c><c r="G1" t="e"><v>#REF!</v></c></row>'
    )
    package = a_package(a_sheet_xml(rows))

    [(plain, joined)] = both_ways(package)

    assert plain == joined
    assert [(cell.kind, cell.value, cell.formula) for cell in joined] == [
        (CellKind.NUMBER, 2, "1+1"),
        (CellKind.TEXT, "a", '"a"'),
        (CellKind.BLANK, None, "A1"),
        (CellKind.ERROR, "#DIV/0!", "1/0"),
        (CellKind.BOOLEAN, True, "TRUE()"),
        (CellKind.TEXT, "", '""'),
        (CellKind.ERROR, "#REF!", None),
    ]


def shared(*items: str) -> Callable[[str], bytes]:
    """A workbook with these shared texts and one sheet."""
    table = f'<sst xmlns="x">{"".join(items)}</sst>'
    return lambda rows: a_package(a_sheet_xml(rows), xl__sharedStrings__xml=table)


@pytest.mark.parametrize(
    "content",
    [
        a_package(a_sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r></is></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1" t="d"><v>2026-09-30</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v> 1</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v>1e999</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1" t="str"><v>a_x0041_</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')),
        a_package(a_sheet_xml('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>')),
        a_package(a_sheet_xml('<!-- x --><row r="1"><c r="A1"><v>1</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c s="1" r="B1"><v>2</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"/><c s="1" r="B1"><v>2</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A2"><v>1</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v>1</v></c>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row></row>')),
        a_package(a_sheet_xml('<row><c r="A1"><v>1</v></c></row>')),
        a_package(a_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>').replace("</worksheet>", "")),
        a_workbook(lambda sheet: sheet.append([datetime(2026, 9, 30, 12, 30)])),  # noqa: DTZ001  # cells know no zone
        a_workbook(lambda sheet: sheet.append([timedelta(hours=36)])),
    ],
)
def test_whatever_is_not_obvious_is_left_to_the_value_reader(content: bytes) -> None:
    archive = open_archive(content, DEFAULT_LIMITS)
    [(name, _, part)] = ooxml._read_outline(archive).sheets
    xml = archive.read(part)
    assert xml is not None

    parts = read_sheet_parts(xml, read_styles(archive), DEFAULT_LIMITS, name)

    assert plain_cells(parts, plain_texts(archive), is_date_1904=False) is None
