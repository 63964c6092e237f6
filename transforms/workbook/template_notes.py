"""The two sheets of the template that are not read back: Hinweise explains every field, Listen feeds the drop-downs."""

from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from schemas.codes import code_lists, indicators
from schemas.contract import Table, TableKind, tables
from schemas.place import column_letters
from transforms.contract_texts import choices, form, requirement, shown, texts
from transforms.workbook.template_looks import A4, Looks, row_height

NOTES_SHEET = "Hinweise"
LISTS_SHEET = "Listen"

_NOTES_WIDTHS = (18.0, 32.0, 58.0, 36.0, 46.0, 40.0)
_NOTES_TABLE_ROW = 12
_LISTS_FIRST_ROW = 4


def write_notes(workbook: Workbook, looks: Looks, file_name: str) -> None:
    """Add the sheet Hinweise: how to fill in, and one line per field of the contract."""
    words = texts("template")
    worksheet = workbook.add_worksheet(NOTES_SHEET)
    worksheet.write_string(0, 0, words["notes_title"], looks.title())
    for row, line in enumerate(texts("intro").values(), start=1):
        worksheet.write_string(row, 0, line.format(file_name=file_name), looks.help())
    for column, (heading, width) in enumerate(zip(words["notes_columns"].split("|"), _NOTES_WIDTHS, strict=True)):
        worksheet.set_column(column, column, width)
        worksheet.write_string(_NOTES_TABLE_ROW - 1, column, heading, looks.heading())
    row = _NOTES_TABLE_ROW
    for table in tables().values():
        if table.kind is TableKind.REGISTER:
            continue
        for field in table.fields.values():
            what = (table.sheet, field.label, field.description, requirement(field))
            how = f"{form(field)}: {allowed}" if (allowed := choices(field)) else form(field)
            texts_of_line = (*what, how, field.example)
            worksheet.set_row(row, row_height(zip(texts_of_line, _NOTES_WIDTHS, strict=True)))
            for column, text in enumerate(texts_of_line):
                worksheet.write_string(row, column, text, looks.plain())
            row += 1
    worksheet.freeze_panes(_NOTES_TABLE_ROW, 2)
    print_on_one_width(worksheet)
    worksheet.repeat_rows(_NOTES_TABLE_ROW - 1)


def write_lists(workbook: Workbook, looks: Looks, of: Iterable[Table], org_code: str = "") -> dict[str, str]:
    """Add the sheet Listen with one column per code list of the tables; give each list's range for the drop-downs."""
    words = texts("template")
    worksheet = workbook.add_worksheet(LISTS_SHEET)
    worksheet.write_string(0, 0, words["lists_title"], looks.title())
    worksheet.write_string(1, 0, words["lists_help"], looks.help())
    ranges: dict[str, str] = {}
    for table in of:
        for field in table.fields.values():
            if not field.code_list or field.code_list in ranges:
                continue
            column, entries = len(ranges), _entries(field.code_list, org_code)
            heading = words["list_heading"].format(sheet=table.sheet, label=field.label)
            worksheet.set_column(column, column, 28)
            worksheet.write_string(_LISTS_FIRST_ROW - 1, column, heading, looks.heading())
            for row, entry in enumerate(entries, start=_LISTS_FIRST_ROW):
                worksheet.write_string(row, column, entry, looks.plain())
            letters, first = column_letters(column + 1), _LISTS_FIRST_ROW + 1
            ranges[field.code_list] = f"{LISTS_SHEET}!${letters}${first}:${letters}${first + len(entries) - 1}"
    worksheet.freeze_panes(_LISTS_FIRST_ROW, 0)
    print_on_one_width(worksheet)
    return ranges


def print_on_one_width(worksheet: Worksheet) -> None:
    """Let a sheet print on A4 across, all columns side by side."""
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.fit_to_pages(1, 0)


def _entries(code_list: str, org_code: str) -> list[str]:
    """List the allowed values; of the indicators only those that the organisation may report."""
    if code_list == "kpi":
        return [code for code, indicator in indicators().items() if indicator.org_code in (org_code, "ALL")]
    return [shown(code_list, code) for code in code_lists()[code_list].codes]
