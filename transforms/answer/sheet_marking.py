"""Marking cells on a worksheet: a colour, and a place for a comment. Nothing else of the sheet changes."""

from collections.abc import Mapping

from msgspec import Struct, field

from schemas.place import Place, column_letters
from transforms.answer.marks import Mark
from transforms.answer.sheet_scan import Row, SheetScan, scan_sheet
from transforms.answer.styles import Styles
from transforms.answer.xml_edit import Edits, MalformedPartError
from transforms.workbook.xml_parts import is_true

_BEFORE_LEGACY_DRAWING = frozenset(
    (
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
        *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews"),
        *("mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions"),
        *("pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches"),
        *("ignoredErrors", "smartTags", "drawing"),
    )
)
"""Elements of a worksheet that stand before the reference to the shapes of its comments (ISO 29500-1, 18.3.1.99)."""


class MarkedSheet(Struct):
    """One worksheet on its way to being marked."""

    scan: SheetScan
    edits: Edits
    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    """What is said at which cell, by row and column."""
    shown_at: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """For the place of each finding the cell that stands for it."""

    def is_hidden(self, place: Place) -> bool:
        """Whether the cell that stands for a place cannot be seen."""
        at = self.shown_at.get(place)
        return at is not None and self.scan.is_hidden(*at)

    def deselect(self) -> None:
        """Let the sheet not be one of the selected ones: what is typed would go into all of these."""
        for view in self.scan.views:
            if is_true(view.value("tabSelected")):
                self.edits.set(view, {"tabSelected": None})

    def refer_to_shapes(self, relation_id: str, namespace: str) -> None:
        """Let the sheet show the shapes of its comments; it must not refer to any yet."""
        before = [tag.end for tag in self.scan.children if tag.local_name in _BEFORE_LEGACY_DRAWING]
        element = f'<{self.scan.root.prefix}legacyDrawing xmlns:r="{namespace}" r:id="{relation_id}"/>'
        self.edits.insert(max(before), element.encode())


def mark_sheet(xml: bytes, marks: Mapping[Place, Mark], styles: Styles) -> MarkedSheet:
    """Colour the cells to mark and take back the colours of an earlier answer.

    A row is marked at its first cell, a column at its top, a merged range at the cell that shows its value. Cells that
    are not stored yet are put where they belong.

    Raises:
        MalformedPartError: the part is no worksheet.
    """
    sheet = _open(xml, marks, styles)
    for place, mark in marks.items():
        at = sheet.shown_at[place]
        known = sheet.cells.setdefault(at, Mark(mark.severity))
        for text in mark.texts:
            known.add(mark.severity, text)
    for cell in sheet.scan.restyled:
        if (cell.row, cell.column) not in sheet.cells:
            sheet.edits.set(cell.tag, {"s": str(styles.unmarked(cell.style))})
    _colour(sheet, styles)
    return sheet


def _open(xml: bytes, marks: Mapping[Place, Mark], styles: Styles) -> MarkedSheet:
    """Find the cells that stand for the places; those of columns and merged ranges take a second look."""
    rows = {place.row for place in marks if place.row is not None}
    columns = {place.column for place in marks if place.row is None and place.column is not None}
    scan = scan_sheet(xml, rows, columns, styles.marked_styles)
    if scan.child("sheetData") is None:
        msg = "a worksheet without cells"
        raise MalformedPartError(msg)
    shown_at = {place: scan.visible_cell(*_cell_for(scan, place)) for place in marks}
    more = {row for row, _ in shown_at.values()} - rows
    if more:
        scan = scan_sheet(xml, rows | more, columns, styles.marked_styles)
    return MarkedSheet(scan, Edits(xml), {}, shown_at)


def _cell_for(scan: SheetScan, place: Place) -> tuple[int, int]:
    if place.row is None:
        column = place.column or 1
        top = scan.first_in_column.get(column)
        return (top.row if top else 1), column
    if place.column is None:
        row = scan.rows.get(place.row)
        filled = [cell.column for cell in row.cells.values() if cell.has_content] if row else []
        return place.row, min(filled, default=1)
    return place.row, place.column


def _colour(sheet: MarkedSheet, styles: Styles) -> None:
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(sheet.cells):
        by_row.setdefault(row, []).append(column)
    data = sheet.scan.child("sheetData")
    for number, columns in by_row.items():
        row_there = sheet.scan.rows.get(number)
        if row_there is not None:
            _colour_in_row(sheet, row_there, columns, styles)
            continue
        prefix = sheet.scan.root.prefix
        new_cells = "".join(_new_cell(sheet, styles, (number, column), None) for column in columns)
        new_row = f'<{prefix}row r="{number}">{new_cells}</{prefix}row>'.encode()
        following = sheet.scan.following[number]
        if following is not None:
            sheet.edits.insert(following, new_row)
        elif data is not None:
            sheet.edits.append_as_is(data, new_row)


def _colour_in_row(sheet: MarkedSheet, row: Row, columns: list[int], styles: Styles) -> None:
    for column in columns:
        cell = row.cells.get(column)
        if cell is not None:
            style = styles.marked(cell.style, sheet.cells[row.number, column].severity)
            sheet.edits.set(cell.tag, {"s": str(style)})
            continue
        new_cell = _new_cell(sheet, styles, (row.number, column), row).encode()
        following = [other for other in row.cells.values() if other.column > column]
        if following:
            sheet.edits.insert(min(following, key=lambda other: other.column).tag.start, new_cell)
        else:
            sheet.edits.append_as_is(row.tag, new_cell)
    _widen_spans(sheet, row, columns)


def _new_cell(sheet: MarkedSheet, styles: Styles, at: tuple[int, int], row: Row | None) -> str:
    """Write a cell that looks as the empty place did, but for its colour."""
    number, column = at
    has_own_style = row is not None and is_true(row.tag.value("customFormat"))
    style = row.tag.number("s") if row is not None and has_own_style else sheet.scan.column_style(column)
    marked = styles.marked(style, sheet.cells[at].severity)
    return f'<{sheet.scan.root.prefix}c r="{column_letters(column)}{number}" s="{marked}"/>'


def _widen_spans(sheet: MarkedSheet, row: Row, columns: list[int]) -> None:
    """Let the row's hint about its used columns stay true."""
    low, _, high = row.tag.value("spans").partition(":")
    if low.isdigit() and high.isdigit():
        first, last = min(int(low), *columns), max(int(high), *columns)
        if (first, last) != (int(low), int(high)):
            sheet.edits.set(row.tag, {"spans": f"{first}:{last}"})
