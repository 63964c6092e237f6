"""The tables of the report as a workbook: real numbers and days, filters, ready to print."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from schemas.facts import Figure, Light, Quantity, ReportFacts, Source
from transforms.report import look
from transforms.report.outputs.report_tables import figures_table, report_tables, stamps
from transforms.report.outputs.tables import Cell, Table, TableRow
from transforms.report.page_parts import delivery_state
from transforms.report.texts import text, texts
from transforms.workbook.template_looks import A4, row_height

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")
_NUMBER_FORMATS = {"EUR": "#,##0.00", "date": "dd.mm.yyyy", "%": "0.0", "count": "0", "days": "0", "quarters": "0"}
_SIGNED = {"EUR": "+#,##0.00;-#,##0.00;0.00", "%": "+0.0;-0.0;0.0", "days": "+0;-0;0", "count": "+0;-0;0"}
_SIGNED_COLUMNS = frozenset({"change", "deviation", "deviation_pct", "delay"})
_WIDTHS = {"EUR": 15.0, "date": 11.5}
_NARROWEST, _WIDEST = 7.0, 48.0
_LINE = 13.5
_AT_RIGHT = {"align": "right", "indent": 1}
"""Numbers keep a little room to the text beside them."""
_FEW_COLUMNS = 6
_PAGE_WIDTH = 190.0
"""Characters that are still legible side by side on a page of A4 across; wider tables print on several."""
_FIRST_ROW = 4
"""The header stands in row 4, as XlsxWriter counts from 0 in its row 3; above it title, unit and notes."""


def render_annex(facts: ReportFacts) -> bytes:
    """Write the tables of the report as xlsx, one sheet each, and all figures on the last one.

    Amounts are in EUR with cents, not in T€ as on the pages. Rows that tell of a row of a return say which one.
    Texts never become formulas or links. Equal facts give equal bytes.
    """
    target = BytesIO()
    workbook = Workbook(target, _OPTIONS)
    writer = _Writer(workbook, facts)
    tables = report_tables(facts)
    overview = [tables.pop("lights"), tables.pop("sums")]
    writer.write_overview(overview)
    for table in tables.values():
        if facts.edition.is_full or table.rows:
            writer.write_table(table)
    writer.write_table(figures_table(facts))
    title = text("pages", "title", quarter=facts.in_text)
    moment = facts.built_at if facts.built_at.tzinfo else facts.built_at.replace(tzinfo=UTC)
    workbook.set_properties(
        {
            "title": title,
            "subject": text("workbook", "subject"),
            "created": moment.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        }
    )
    workbook.close()
    return target.getvalue()


class _Look(Struct, frozen=True):
    """What a cell format depends on."""

    number: str = "General"
    is_bold: bool = False
    is_quoted: bool = False
    colour: str = look.INK
    is_right: bool = False


class _Writer:
    """Writes sheets into one workbook; each format is made once."""

    def __init__(self, workbook: Workbook, facts: ReportFacts) -> None:
        self._workbook = workbook
        self._facts = facts
        self._formats: dict[_Look, Format] = {}
        base: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
        self._title = workbook.add_format({**base, "bold": True, "font_size": 14, "font_color": look.ACCENT})
        self._note = workbook.add_format({**base, "font_color": look.MUTED})
        head = {**base, "bold": True, "font_color": "#FFFFFF", "bg_color": look.ACCENT, "text_wrap": True}
        head["valign"] = "vcenter"
        self._head = workbook.add_format(head)
        self._head_of_numbers = workbook.add_format({**head, **_AT_RIGHT})
        self._sentence = workbook.add_format({**base, "text_wrap": True})
        self._base = base

    def write_overview(self, tables: Iterable[Table]) -> None:
        """Write the first sheet: delivery, the three sentences, lights and money."""
        sheet = self._sheet(texts("workbook")["summary"])
        row = self._write_front(sheet, text("pages", "title", quarter=self._facts.in_text), ())
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 5, 15)
        for sentence in self._facts.summary:
            sheet.merge_range(row, 0, row, 5, "", self._sentence)
            sheet.write_string(row, 0, sentence.text, self._sentence)
            sheet.set_row(row, _LINE * (1 + len(sentence.text) // 95))
            row += 1
        for table in tables:
            row += 1
            sheet.write_string(row, 0, table.title, self._format(_Look(is_bold=True, colour=look.ACCENT)))
            row = self._write_rows(sheet, row + 1, table, [30.0, *[15.0] * 5])
            for note in table.notes:
                sheet.write_string(row, 0, note, self._note)
                row += 1
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)

    def write_table(self, table: Table) -> None:
        """Write a sheet with one table that can be filtered, its header repeated on every printed page."""
        sheet = self._sheet(table.title)
        at = max(self._write_front(sheet, table.title, table.notes), _FIRST_ROW - 1)
        heads = self._heads(table)
        widths = _widths(table, heads)
        end = self._write_rows(sheet, at, table, widths)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_row(at, 2 * _LINE + 3)
        sheet.freeze_panes(at + 1, 2 if len(heads) > _FEW_COLUMNS else 1)
        totals = sum(row.is_total for row in table.rows)
        sheet.autofilter(at, 0, max(end - 1 - totals, at), len(heads) - 1)
        sheet.repeat_rows(at)
        sheet.repeat_columns(0, 1 if len(heads) > _FEW_COLUMNS else 0)
        sheet.fit_to_pages(ceil(sum(widths) / _PAGE_WIDTH), 0)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._workbook.add_worksheet(name)
        facts, words = self._facts, texts("workbook")
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        edition = {"edition": facts.edition.label, "circulation": facts.edition.circulation}
        sheet.set_header(words["head"].format(series=text("pages", "series").replace("&", "&&"), **edition))
        sheet.set_footer(words["page"].format(title=text("pages", "title", quarter=facts.in_text)))
        sheet.hide_gridlines(2)
        return sheet

    def _write_front(self, sheet: Worksheet, title: str, notes: Iterable[str]) -> int:
        """Write title, unit, and what must be said; give the first free row."""
        facts = self._facts
        state = text("workbook", "in_eur", as_of=f"{facts.as_of:%d.%m.%Y}", delivery=delivery_state(facts.delivery))
        boundary = [facts.edition.boundary] if facts.edition.boundary else []
        sheet.write_string(0, 0, title, self._title)
        lines = dict.fromkeys([" · ".join([state, *stamps(facts)]), *boundary, *notes])
        for row, line in enumerate(lines, start=1):
            sheet.write_string(row, 0, line, self._note)
        return len(lines) + 2

    def _write_rows(self, sheet: Worksheet, at: int, table: Table, widths: Sequence[float]) -> int:
        for column, head in enumerate(self._heads(table)):
            is_right = any(isinstance(cell, Figure) for row in table.rows for cell in row.cells[column : column + 1])
            sheet.write_string(at, column, head, self._head_of_numbers if is_right else self._head)
        for number, row in enumerate(table.rows, start=at + 1):
            for column, (key, cell) in enumerate(zip(table.heads, row.cells, strict=True)):
                self._write_cell(sheet, (number, column), cell, key, is_bold=row.is_total)
            # Office programs other than Excel leave a row as high as one line unless told.
            words = [cell if isinstance(cell, str) else "" for cell in row.cells]
            sheet.set_row(number, row_height(zip(words, widths, strict=False)))
            if table.has_sources:
                self._write_source(sheet, (number, len(table.heads)), row)
        return at + 1 + len(table.rows)

    def _heads(self, table: Table) -> list[str]:
        return [*table.heads.values(), *(texts("heads.source").values() if table.has_sources else ())]

    def _write_cell(self, sheet: Worksheet, at: tuple[int, int], cell: Cell, key: str, *, is_bold: bool) -> None:
        match cell:
            case None | "":
                sheet.write_blank(*at, None, self._format(_Look()))
            case Figure(value=None):
                words = cell.text if cell.missing else ""
                sheet.write(*at, words, self._format(_Look(is_bold=is_bold, is_right=True)))
            case Figure():
                formats = _SIGNED if key in _SIGNED_COLUMNS else _NUMBER_FORMATS
                number = formats.get(cell.unit) or _NUMBER_FORMATS.get(cell.unit) or _with_its_decimals(cell.value)
                self._write_value(sheet, at, cell, self._format(_Look(number, is_bold=is_bold, is_right=True)))
            case Light():
                words = f"{texts('shapes')[cell]} {texts('lights')[cell]}"
                sheet.write_string(*at, words, self._format(_Look(colour=look.LIGHTS[cell], is_bold=is_bold)))
            case _:
                is_quoted = cell.startswith(_FORMULA_STARTS)
                sheet.write_string(*at, cell, self._format(_Look(is_quoted=is_quoted, is_bold=is_bold)))

    def _write_value(self, sheet: Worksheet, at: tuple[int, int], figure: Figure, form: Format) -> None:
        match figure.value:
            case date():
                sheet.write_datetime(*at, datetime(figure.value.year, figure.value.month, figure.value.day), form)  # noqa: DTZ001  # Excel's days have no zone
            case int() | Decimal():
                sheet.write_number(*at, float(figure.value), form)

    def _write_source(self, sheet: Worksheet, at: tuple[int, int], row: TableRow) -> None:
        source = row.source
        if source is None:
            return
        plain, muted = at[0], self._format(_Look(colour=look.MUTED))
        for column, value in enumerate(_told(source), start=at[1]):
            sheet.write(plain, column, value, muted)

    def _format(self, wanted: _Look) -> Format:
        if wanted not in self._formats:
            found = self._workbook.add_format(
                {
                    **self._base,
                    "num_format": wanted.number,
                    "bold": wanted.is_bold,
                    "font_color": wanted.colour,
                    "text_wrap": wanted.number == "General",
                    "bottom": 1,
                    "bottom_color": look.HAIRLINE,
                }
            )
            if wanted.is_right:
                found.set_align("right")
                found.set_indent(1)
            if wanted.is_quoted:
                found.set_quote_prefix()
            self._formats[wanted] = found
        return self._formats[wanted]


def _with_its_decimals(value: Quantity) -> str:
    """Give the format that shows a number with as many decimals as it has: „14,“ would look broken."""
    exponent = value.normalize().as_tuple().exponent if isinstance(value, Decimal) else 0
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _told(source: Source) -> tuple[str, str, int | str]:
    return source.submission_id, source.sheet, source.row or ""


def _widths(table: Table, heads: list[str]) -> list[float]:
    columns = list(zip(*(row.cells for row in table.rows), strict=True)) or [() for _ in table.heads]
    found = [
        max(_NARROWEST, *(_width(cell) for cell in cells), *(len(word) * 1.1 + 3 for word in head.split()))
        for head, cells in zip(heads, [*columns, *((),) * (len(heads) - len(table.heads))], strict=True)
    ]
    found = [min(width, _WIDEST) for width in found]
    if table.has_sources:
        found[-3:-1] = [19.0, 15.0]
    return found


def _width(cell: Cell) -> float:
    match cell:
        case None:
            return 0.0
        case Figure():
            return _WIDTHS.get(cell.unit, 9.0)
        case Light():
            return 14.0
        case _:
            # A text of one line is as wide as it is, a long one is comfortable at the square of its length.
            return len(cell) + 2.0 if len(cell) < 30 else min(_WIDEST, 22 + len(cell) / 6)
