"""How eight offices spoil a good template: the demo's mess, each kind with the finding that it must yield.

Only what the reader promises to cope with (domain.md §3). Every function takes a planned workbook and gives a new one.
"""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct
from msgspec.structs import replace

from schemas.contract import FieldType
from schemas.place import Place
from transforms.wording import german_amount, german_date, german_number
from transforms.workbook.template_plan import PlannedCell, PlannedColumn, PlannedSheet, PlannedWorkbook
from transforms.workbook.template_render import FIRST_ROW, HEADER_ROW

PROJECTS = "Projekte"
_SUM_FIELDS = ("budget_total", "actual_cum", "forecast_total")
_GREEN_FILL = "92D050"


class Expected(Struct, frozen=True):
    """A finding that intake must report for a demo delivery; ``place`` as in ``Projekte!F12``."""

    rule: str
    place: str


class Draft(Struct, frozen=True):
    """A workbook on its way out of an office, with the findings that its mess must yield."""

    plan: PlannedWorkbook
    expected: tuple[Expected, ...] = ()


Habit: TypeAlias = Callable[[Draft], Draft]


def amounts_as_text(draft: Draft) -> Draft:
    """Write every amount the way an accountant types it: ``64.000,00 €`` (M21)."""

    def as_text(column: PlannedColumn, cell: PlannedCell) -> PlannedCell:
        if column.field is None or column.field.type is not FieldType.MONEY or not isinstance(cell.value, float):
            return cell
        return PlannedCell(german_amount(Decimal(str(cell.value)), "€"))

    sheet = _projects(draft)
    rows = tuple(tuple(map(as_text, sheet.columns, row)) for row in sheet.rows)
    return _with_projects(draft, replace(sheet, rows=rows))


def total_row(difference: int) -> Habit:
    """Add a row „Summe“ (M71), off by ``difference`` EUR in the actual costs, which S09 must notice."""

    def add(draft: Draft) -> Draft:
        sheet = _projects(draft)
        cells = [PlannedCell()] * len(sheet.columns)
        cells[0] = PlannedCell("Summe")
        for name in _SUM_FIELDS:
            column = sheet.index(name)
            total = sum((_amount(row[column]) for row in sheet.rows), Decimal(0))
            total += difference if name == "actual_cum" else 0
            cells[column] = PlannedCell(german_amount(total, "€"))
        place = _place(sheet, len(sheet.rows), "actual_cum")
        found = (Expected("S09", place),) if difference else ()
        return _with_projects(draft, replace(sheet, rows=(*sheet.rows, tuple(cells))), *found)

    return add


def footnote(draft: Draft) -> Draft:
    """Leave a remark below the table (M72)."""
    sheet = _projects(draft)
    empty = (PlannedCell(),) * len(sheet.columns)
    note = (PlannedCell("* Werte vorläufig, Stand Controlling"), *empty[1:])
    return _with_projects(draft, replace(sheet, rows=(*sheet.rows, empty, note)))


def own_column_order(draft: Draft) -> Draft:
    """Turn the columns round, call one by another name and add one of one's own (M68, M69)."""
    sheet = _projects(draft)
    order = [0, *range(len(sheet.columns) - 1, 0, -1)]
    columns = [sheet.columns[index] for index in order]
    schedule = next(n for n, column in enumerate(columns) if column.field and column.field.name == "status_schedule")
    columns[schedule] = replace(columns[schedule], heading="Ampel Zeit")
    columns.insert(1, PlannedColumn("interne Bemerkung", None))
    rows = tuple((row[0], PlannedCell("nur intern"), *(row[index] for index in order[1:])) for row in sheet.rows)
    turned = replace(sheet, columns=tuple(columns), rows=rows)
    renamed, added = (str(Place(PROJECTS, HEADER_ROW + 1, index + 1)) for index in (schedule + 1, 1))
    return _with_projects(draft, turned, Expected("S04", renamed), Expected("S05", added))


def changed_cell(row: int, field_name: str, cell: PlannedCell, rule: str) -> Habit:
    """Put something else into one cell of Projekte; ``row`` counts the projects from 0."""

    def change(draft: Draft) -> Draft:
        sheet = _projects(draft)
        cells = list(sheet.rows[row])
        cells[sheet.index(field_name)] = cell
        rows = (*sheet.rows[:row], tuple(cells), *sheet.rows[row + 1 :])
        return _with_projects(draft, replace(sheet, rows=rows), Expected(rule, _place(sheet, row, field_name)))

    return change


def hidden_project(row: int) -> Habit:
    """Hide a row that counts all the same (M78)."""

    def hide(draft: Draft) -> Draft:
        sheet = replace(_projects(draft), hidden_rows=frozenset({row}))
        return _with_projects(draft, sheet, Expected("S07", str(Place(PROJECTS, FIRST_ROW + 1 + row))))

    return hide


COLOUR_ONLY = PlannedCell(None, fill=_GREEN_FILL)
"""An Ampel that is a colour and no word (M38)."""
BROKEN_REFERENCE = PlannedCell("#REF!", is_error=True)
"""What is left of a link when its sheet is deleted (M47)."""
NOT_A_NUMBER = PlannedCell("siehe Anlage")
NOTHING = PlannedCell()


def zipped_csv(plan: PlannedWorkbook) -> bytes:
    """Write the sheets as CSV files with semicolons in Windows-1252, in one zip, as an old system exports them."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for sheet in plan.sheets:
            text = StringIO()
            writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
            writer.writerows(_csv_lines(sheet))
            # ZipInfo has a fixed time of its own, so that the same plan gives the same bytes.
            package.writestr(ZipInfo(f"{sheet.name}.csv"), text.getvalue().encode("cp1252"), ZIP_DEFLATED)
    return target.getvalue()


def _csv_lines(sheet: PlannedSheet) -> list[Sequence[str]]:
    headings = [column.heading for column in sheet.columns]
    rows = [[_csv_text(cell) for cell in row] for row in sheet.rows]
    if sheet.is_cover:
        return list(zip(headings, rows[0], strict=True))
    return [headings, *rows]


def _csv_text(cell: PlannedCell) -> str:
    match cell.value:
        case None:
            return ""
        case str() as text:
            return text
        case date() as day:
            return german_date(day)
        case number if cell.number_format.endswith("%"):
            return f"{german_number(Decimal(str(number)) * 100)} %"
        case number if cell.number_format.startswith("#,##0.00"):
            return german_number(Decimal(str(number)), 2)
        case number:
            return f"{number:.15g}".replace(".", ",")


def _amount(cell: PlannedCell) -> Decimal:
    if isinstance(cell.value, str):
        return Decimal(cell.value.removesuffix(" €").replace(".", "").replace(",", "."))
    return Decimal(str(cell.value or 0))


def _place(sheet: PlannedSheet, row: int, field_name: str) -> str:
    return str(Place(sheet.name, FIRST_ROW + 1 + row, sheet.index(field_name) + 1))


def _projects(draft: Draft) -> PlannedSheet:
    return next(sheet for sheet in draft.plan.sheets if sheet.name == PROJECTS)


def _with_projects(draft: Draft, projects: PlannedSheet, *expected: Expected) -> Draft:
    sheets = tuple(projects if sheet.name == PROJECTS else sheet for sheet in draft.plan.sheets)
    return Draft(replace(draft.plan, sheets=sheets), (*draft.expected, *expected))
