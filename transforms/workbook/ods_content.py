"""The sheets of an OpenDocument workbook as XML: rows and cells with their looks, checks, notes and links."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Final

from schemas.place import column_letters
from transforms.workbook.ods_book import Note, OdsBook, OdsCell, OdsSheet
from transforms.workbook.ods_checks import Checks
from transforms.workbook.ods_styles import Styles, shown_number
from transforms.workbook.ods_xml import document, element, inline, paragraphs, quoted

_EMPTY: Final = OdsCell()
_PIXELS: Final = 96


def content(book: OdsBook) -> bytes:
    """The part ``content.xml``."""
    styles, checks = Styles(), Checks(book)
    sheets = [_Table(sheet, styles, checks).told(f"Page{number}") for number, sheet in enumerate(book.sheets, 1)]
    body = element(
        "office:spreadsheet",
        None,
        checks.definitions(),
        *sheets,
        _names(book),
        element("table:database-ranges", None, *_filters(book)),
    )
    return document("office:document-content", styles.automatic(), element("office:body", None, body))


def _names(book: OdsBook) -> str:
    told = []
    for name, _, place, is_hidden in book.defined_names:
        sheet, _, cell = place.partition("!")
        address = f"${quoted(sheet)}.{cell}"
        attributes = {"table:name": name, "table:base-cell-address": address, "table:cell-range-address": address}
        told.append(element("table:named-range", {**attributes, "loext:hidden": is_hidden or None}))
    return element("table:named-expressions", None, *told)


def _filters(book: OdsBook) -> Iterator[str]:
    for number, sheet in enumerate(book.sheets):
        if sheet.filter_area is not None:
            first_row, first_column, last_row, last_column = sheet.filter_area
            corners = (_address(first_row, first_column), _address(last_row, last_column))
            area = ":".join(f"{quoted(sheet.name)}.{corner}" for corner in corners)
            name = f"__Anonymous_Sheet_DB__{number}"
            attributes = {"table:name": name, "table:target-range-address": area, "table:display-filter-buttons": True}
            yield element("table:database-range", attributes)


def _address(row: int, column: int) -> str:
    return f"{column_letters(column + 1)}{row + 1}"


class _Table:
    """One sheet, about to be told."""

    def __init__(self, sheet: OdsSheet, styles: Styles, checks: Checks) -> None:
        self._sheet, self._styles, self._checks = sheet, styles, checks
        checked = [check.columns[1] for check in sheet.checks]
        written = [max(cells) for cells in sheet.cells.values()]
        self._width = max([*checked, *written, *sheet.columns.sizes], default=0) + 1
        self._height = max([*(check.rows[1] for check in sheet.checks), *sheet.cells], default=0) + 1

    def told(self, page: str) -> str:
        attributes = {
            "table:name": self._sheet.name,
            "table:style-name": self._styles.sheet(page),
            "table:protected": self._sheet.is_protected or None,
        }
        free = {"table:select-protected-cells": True, "table:select-unprotected-cells": True}
        rows_too = {"loext:insert-rows": True, "loext:delete-rows": True, "loext:use-autofilter": True}
        protection = element("table:table-protection", {**free, **rows_too}) if self._sheet.is_protected else ""
        return element("table:table", attributes, protection, *self._columns(), *self._rows())

    def _columns(self) -> Iterator[str]:
        columns = self._sheet.columns
        told = []
        for column in range(self._width):
            attributes = {
                "table:style-name": self._styles.column(columns.sizes.get(column)),
                "table:default-cell-style-name": self._styles.cell(columns.looks.get(column)) or "Default",
            }
            told.append(element("table:table-column", attributes))
        first, last = self._sheet.repeated_columns or (0, -1)
        yield from told[:first]
        if last >= first:
            yield element("table:table-header-columns", None, *told[first : last + 1])
        yield from told[last + 1 if last >= first else first :]

    def _rows(self) -> Iterator[str]:
        numbered = ((row, self._row(row)) for row in range(self._height))
        for told, same in groupby(numbered, key=lambda item: item[1]):
            rows = [row for row, _ in same]
            repeated = self._sheet.repeated_row
            times = f' table:number-rows-repeated="{len(rows)}"' if len(rows) > 1 else ""
            text = told.replace("<table:table-row", f"<table:table-row{times}", 1)
            yield element("table:table-header-rows", None, text) if repeated in rows else text

    def _row(self, row: int) -> str:
        is_hidden = row in self._sheet.rows.hidden
        attributes = {
            "table:style-name": self._styles.row(self._sheet.rows.sizes.get(row)),
            "table:visibility": "collapse" if is_hidden else None,
        }
        return element("table:table-row", attributes, *self._cells(row))

    def _cells(self, row: int) -> Iterator[str]:
        cells = self._sheet.cells.get(row, {})
        for column in range(self._width):
            yield self._cell(row, column, cells.get(column, _EMPTY))

    def _cell(self, row: int, column: int, cell: OdsCell) -> str:
        look = cell.look or self._sheet.columns.looks.get(column)
        attributes: dict[str, object] = {
            "table:style-name": self._styles.cell(look),
            "table:content-validation-name": self._checks.of(self._sheet, row, column),
        }
        pattern = str(look.words.get("num_format", "General")) if look is not None else "General"
        note = self._sheet.notes.get((row, column))
        value, shown = _value(cell, pattern)
        return element("table:table-cell", {**attributes, **value}, _annotation(note) if note else "", shown)


def _value(cell: OdsCell, pattern: str) -> tuple[dict[str, object], str]:
    """The value as attributes, and as people see it."""
    match cell.value:
        case None:
            return {}, ""
        case str() as text if cell.is_error:
            return {"table:formula": f"of:={text}", "office:value-type": "string"}, paragraphs(text)
        case str() as text if cell.link:
            sheet, _, address = cell.link.partition("!")
            target = {"xlink:href": f"#{sheet}.{address}", "xlink:type": "simple"}
            link = element("text:a", target, inline(text))
            return {"office:value-type": "string"}, element("text:p", None, link)
        case str() as text:
            return {"office:value-type": "string"}, paragraphs(text)
        case date() as day:
            return {"office:value-type": "date", "office:date-value": f"{day:%Y-%m-%d}"}, paragraphs(f"{day:%d.%m.%Y}")
        case number:
            kind = "percentage" if pattern.endswith("%") else "float"
            return {"office:value-type": kind, "office:value": repr(number)}, paragraphs(shown_number(number, pattern))


def _annotation(note: Note) -> str:
    size = {f"svg:{side}": f"{note.words[side] / _PIXELS:.3f}in" for side in ("width", "height") if side in note.words}
    author = element("dc:creator", None, inline(str(note.words.get("author", ""))))
    return element("office:annotation", {"office:display": False, **size}, author, paragraphs(note.text))
