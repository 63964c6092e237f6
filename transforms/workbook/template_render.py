"""A planned workbook to bytes, by XlsxWriter or as OpenDocument. The same plan gives the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.contract import TEMPLATE_VERSION, FieldType, cover, return_tables
from transforms.contract_texts import texts
from transforms.workbook.ods_book import OdsBook
from transforms.workbook.template_checks import validation
from transforms.workbook.template_language import with_language
from transforms.workbook.template_looks import A4, Looks, column_width, row_height
from transforms.workbook.template_notes import write_lists, write_notes
from transforms.workbook.template_plan import (
    GENERAL_FORMAT,
    PlannedCell,
    PlannedColumn,
    PlannedSheet,
    PlannedWorkbook,
    column_format,
)
from transforms.workbook.template_points import write_points

MARKER = "D8_V1"
"""Hidden defined name by which the template is known; it points at the Vorlagenversion."""

HEADER_ROW = 3
FIRST_ROW = 4
COVER_FIRST_ROW = 3
"""Rows as XlsxWriter counts them, from 0: header and first line of the Deckblatt stand in row 4, data from row 5."""

_COVER_WIDTHS = (36.0, 64.0)
_PREPARED_ROWS = 12
"""So many rows are drawn as a form, filled or not."""
_PAGE_WIDTH = 260.0
"""Characters that are still legible side by side on a page of A4 across; wider sheets print on several."""
_PERMITTED = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True
)
"""What stays possible on a protected sheet. There is no password: the protection only saves headings from slips."""
_IDENTITY = frozenset({"template_version", "org_code", "report_quarter", "as_of_date"})
"""Lines of the Deckblatt that say which return this is."""
_CHECKED_ROWS = 500
"""Rows that drop-downs and input checks cover."""
_NOTE_WIDTH, _NOTE_COLUMNS = 320, 48
"""Width of a comment in pixels, and about how many characters that is."""


def render(plan: PlannedWorkbook, kind: str = "xlsx") -> bytes:
    """Write the workbook as xlsx or ods; sheets Listen and Hinweise are added from the contract."""
    target = BytesIO()
    workbook = new_workbook(target, kind)
    looks = Looks(workbook)
    worksheets = [(sheet, workbook.add_worksheet(sheet.name)) for sheet in plan.sheets[:1]]
    write_points(workbook, looks, plan)
    worksheets += [(sheet, workbook.add_worksheet(sheet.name)) for sheet in plan.sheets[1:]]
    write_notes(workbook, looks, f"D8_{plan.org_code}_{plan.quarter}_v01.{kind}")
    list_ranges = write_lists(workbook, looks, (cover(), *return_tables().values()), plan.org_code)
    for sheet, worksheet in worksheets:
        if sheet.is_cover:
            _write_cover(worksheet, sheet, looks, list_ranges)
        else:
            write_table(worksheet, sheet, looks, list_ranges)
        worksheet.set_paper(A4)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        worksheet.set_footer(texts("template")["footer"].format(org=plan.org_code, quarter=plan.quarter))
        worksheet.protect("", _PERMITTED)
    _set_properties(workbook, plan)
    workbook.close()
    return with_language(target.getvalue(), "de-DE") if kind == "xlsx" else target.getvalue()


def new_workbook(target: BytesIO, kind: str = "xlsx") -> Workbook | OdsBook:
    """Begin a workbook, xlsx or ods, into which texts are written as texts, whatever they look like."""
    if kind == "ods":
        return OdsBook(target)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return Workbook(target, options)


def _write_head(worksheet: Worksheet, sheet: PlannedSheet, looks: Looks) -> None:
    for row, text in enumerate((sheet.title, *sheet.help)):
        worksheet.write_string(row, 0, text, looks.help() if row else looks.title())


def _write_cover(worksheet: Worksheet, sheet: PlannedSheet, looks: Looks, list_ranges: Mapping[str, str]) -> None:
    _write_head(worksheet, sheet, looks)
    for index, width in enumerate(_COVER_WIDTHS):
        worksheet.set_column(index, index, width)
    [values] = sheet.rows
    for row, (column, cell) in enumerate(zip(sheet.columns, values, strict=True), start=COVER_FIRST_ROW):
        worksheet.write_string(row, 0, column.heading, looks.label())
        is_locked = column.field is not None and column.field.name in _IDENTITY and cell.value is not None
        look = looks.cell(cell, is_master=column.is_master_data, is_left=True, is_locked=is_locked)
        _write_cell(worksheet, (row, 1), cell, look)
        if column.field is not None:
            worksheet.data_validation(row, 1, row, 1, validation(column.field, list_ranges))
            room = "x" * (column.field.max_length or 1) if column.field.type is FieldType.TEXT else ""
            worksheet.set_row(row, row_height([(room, _COVER_WIDTHS[1])]))
    worksheet.fit_to_pages(1, 0)


def write_table(worksheet: Worksheet, sheet: PlannedSheet, looks: Looks, list_ranges: Mapping[str, str]) -> None:
    """Write title, help, header and rows of a table sheet, ready to be filled in and printed."""
    _write_head(worksheet, sheet, looks)
    worksheet.set_row(HEADER_ROW, 32)
    widths = [_width(column) for column in sheet.columns]
    for index, column in enumerate(sheet.columns):
        worksheet.write_string(HEADER_ROW, index, column.heading, looks.heading(is_master=column.is_master_data))
        if column.field is not None:
            worksheet.set_column(index, index, widths[index], looks.column(column_format(column.field)))
            last_row = FIRST_ROW + _CHECKED_ROWS - 1
            worksheet.data_validation(FIRST_ROW, index, last_row, index, validation(column.field, list_ranges))
    for row, cells in enumerate(_with_prepared_rows(sheet), start=FIRST_ROW):
        words = [cell.value if isinstance(cell.value, str) else "" for cell in cells]
        is_hidden = row - FIRST_ROW in sheet.hidden_rows
        worksheet.set_row(row, row_height(zip(words, widths, strict=True)), None, {"hidden": is_hidden})
        for index, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            _write_cell(worksheet, (row, index), cell, looks.cell(cell, is_master=column.is_master_data))
    worksheet.autofilter(HEADER_ROW, 0, FIRST_ROW + _CHECKED_ROWS - 1, len(sheet.columns) - 1)
    worksheet.freeze_panes(FIRST_ROW, sheet.key_columns + 1)
    worksheet.set_landscape()
    worksheet.fit_to_pages(ceil(sum(widths) / _PAGE_WIDTH), 0)
    worksheet.repeat_rows(HEADER_ROW)
    worksheet.repeat_columns(0, max(sheet.key_columns - 1, 0))


def _width(column: PlannedColumn) -> float:
    longest_word = max(map(len, column.heading.split()), default=0)
    return max(column_width(column.field) if column.field else 0, longest_word * 1.2 + 1, len(column.heading) / 2 + 3)


def _with_prepared_rows(sheet: PlannedSheet) -> Iterator[Sequence[PlannedCell]]:
    blank = [
        PlannedCell(None, column_format(column.field) if column.field else GENERAL_FORMAT) for column in sheet.columns
    ]
    yield from sheet.rows
    for _ in range(_PREPARED_ROWS - len(sheet.rows)):
        yield blank


def _write_cell(worksheet: Worksheet, at: tuple[int, int], cell: PlannedCell, cell_format: Format) -> None:
    row, column = at
    if cell.note:
        lines = sum(1 + len(line) // _NOTE_COLUMNS for line in cell.note.splitlines())
        size = {"width": _NOTE_WIDTH, "height": 20 * lines + 15, "font_size": 9}
        worksheet.write_comment(row, column, cell.note, {"author": texts("template")["note_author"], **size})
    match cell.value:
        case None:
            worksheet.write_blank(row, column, None, cell_format)
        case str() as text if cell.is_error:
            # Only a formula can carry an error value; this one fails to the same error when it is recalculated.
            worksheet.write_formula(row, column, f"={text}", cell_format, text)
        case str() as text:
            worksheet.write_string(row, column, text, cell_format)
        case date() as day:
            worksheet.write_datetime(row, column, day, cell_format)
        case number:
            worksheet.write_number(row, column, number, cell_format)


def _set_properties(workbook: Workbook, plan: PlannedWorkbook) -> None:
    words = texts("template")
    workbook.set_properties(
        {
            "title": words["document_title"].format(org=plan.org_code, quarter=plan.quarter),
            "subject": words["document_subject"].format(version=TEMPLATE_VERSION),
            "category": words["document_category"],
            # A fixed instant instead of the clock, and no author: nobody's name leaves with the file.
            "created": datetime.combine(plan.quarter.first_day, time()),
        }
    )
    row = COVER_FIRST_ROW + 1 + list(cover().fields).index("template_version")
    # XlsxWriter has no call for a hidden name; its list of names is (name, sheet, range, is hidden).
    workbook.defined_names.append([MARKER, -1, f"{cover().sheet}!$B${row}", True])
    workbook.get_worksheet_by_name(cover().sheet).activate()
