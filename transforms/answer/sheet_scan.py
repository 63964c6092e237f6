"""Where rows and cells stand in the XML of a worksheet, as far as they are asked for."""

import re
from collections.abc import Callable, Collection, Mapping
from xml.parsers import expat

from msgspec import Struct, field

from schemas.place import column_number
from transforms.answer.xml_edit import Tag, closed, parse, start_tag_end
from transforms.workbook.xml_parts import is_true

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_VALUE_ELEMENTS = frozenset({"v", "is", "f"})


class Cell(Struct):
    """A stored cell; ``style`` counts in the style sheet, 0 where the file names none."""

    row: int
    column: int
    tag: Tag
    has_content: bool = False

    @property
    def style(self) -> int:
        """The cell's style."""
        return self.tag.number("s")


class Row(Struct):
    """A row that is asked for, with all its cells."""

    number: int
    tag: Tag
    cells: dict[int, Cell] = field(default_factory=dict)


class SheetScan(Struct):
    """One worksheet: its own elements, the rows asked for, and what of the rest matters for marking."""

    root: Tag
    children: list[Tag]
    """The elements directly below the root, in order."""
    rows: dict[int, Row]
    following: dict[int, int | None]
    """For each row asked for that is not there: where it belongs, None behind the last one."""
    first_in_column: dict[int, Cell]
    """For the columns asked for: the first cell with content."""
    restyled: list[Cell]
    """Cells whose style is among those looked for."""
    hidden_rows: set[int]
    columns: list[tuple[int, int, int, bool]]
    """First and last column, style, and whether hidden."""
    merged: list[tuple[int, int, int, int]]
    views: list[Tag]

    def child(self, name: str) -> Tag | None:
        """Give an element below the root by its name."""
        return next((tag for tag in self.children if tag.local_name == name), None)

    def column_style(self, column: int) -> int:
        """The style that a cell of the column has while nothing is stored for it."""
        return next((style for low, high, style, _ in self.columns if low <= column <= high), 0)

    def is_hidden(self, row: int, column: int) -> bool:
        """Whether the cell lies in a hidden row or column."""
        return row in self.hidden_rows or any(low <= column <= high for low, high, _, hidden in self.columns if hidden)

    def visible_cell(self, row: int, column: int) -> tuple[int, int]:
        """The cell that shows what the given one holds: within a merged range its first."""
        for top, left, bottom, right in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return row, column


def scan_sheet(
    xml: bytes, rows: Collection[int] = (), columns: Collection[int] = (), styles: Collection[int] = ()
) -> SheetScan:
    """Look through a worksheet once, for these rows, the tops of these columns and all cells of these styles.

    Raises:
        MalformedPartError: the part is not well-formed.
    """
    scanner = _Scanner(xml, frozenset(rows), frozenset(columns), frozenset(styles))
    parse(scanner.parser, xml)
    return scanner.finished()


class _Scanner:
    def __init__(self, xml: bytes, rows: frozenset[int], columns: frozenset[int], styles: frozenset[int]) -> None:
        self._xml = xml
        self._wanted_rows, self._wanted_columns, self._wanted_styles = rows, columns, {str(style) for style in styles}
        self._open_columns = set(columns)
        self._missing = sorted(rows, reverse=True)
        self._depth = 0
        self._in_rows = False
        self._row_number = self._column = 0
        self._row: Row | None = None
        self._cell: Cell | None = None
        self.scan = SheetScan(_NO_TAG, [], {}, {}, {}, [], set(), [], [], [])
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._inner: Mapping[str, Callable[[str, dict[str, str]], None]] = {
            "col": self._found_columns,
            "mergeCell": self._found_merged,
            "sheetView": self._found_view,
        }

    def finished(self) -> SheetScan:
        """What was found; only after everything was read."""
        for number in self._missing:
            if number not in self.scan.rows:
                self.scan.following[number] = None
        return self.scan

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        depth = self._depth
        if depth == 4 and self._in_rows:
            self._found_cell(name, attributes)
        elif depth == 5 and self._in_rows:
            if self._cell is not None and name.rpartition(":")[2] in _VALUE_ELEMENTS:
                self._cell.has_content = True
        elif depth == 3 and self._in_rows:
            self._found_row(name, attributes)
        elif depth == 3:
            found = self._inner.get(name.rpartition(":")[2])
            if found is not None:
                found(name, attributes)
        elif depth == 2:
            self._in_rows = name.rpartition(":")[2] == "sheetData"
            self.scan.children.append(self._tag(name, attributes))
        elif depth == 1:
            self.scan.root = self._tag(name, attributes)

    def _end(self, _: str) -> None:
        depth = self._depth
        self._depth -= 1
        if depth == 4 and self._cell is not None:
            self._finish_cell(self._cell)
        elif depth == 3 and self._row is not None:
            self._row.tag = closed(self._xml, self._row.tag, self.parser.CurrentByteIndex)
            self._row = None
        elif depth == 2:
            self._in_rows = False
            self.scan.children[-1] = closed(self._xml, self.scan.children[-1], self.parser.CurrentByteIndex)
        elif depth == 1:
            self.scan.root = closed(self._xml, self.scan.root, self.parser.CurrentByteIndex)

    def _found_row(self, name: str, attributes: dict[str, str]) -> None:
        text = attributes.get("r", "")
        number = self._row_number = int(text) if text.isdigit() and len(text) < 8 else self._row_number + 1
        self._column = 0
        if is_true(attributes.get("hidden")):
            self.scan.hidden_rows.add(number)
        while self._missing and self._missing[-1] < number:
            absent = self._missing.pop()
            if absent not in self.scan.rows:
                self.scan.following[absent] = self.parser.CurrentByteIndex
        if number in self._wanted_rows and number not in self.scan.rows:
            self._row = self.scan.rows[number] = Row(number, self._tag(name, attributes))
            self.scan.following.pop(number, None)

    def _found_cell(self, name: str, attributes: dict[str, str]) -> None:
        if self._row is None and not self._open_columns and not self._wanted_styles:
            return
        match = _ADDRESS.fullmatch(attributes.get("r", ""))
        column = self._column = column_number(match[1].upper()) if match else self._column + 1
        is_styled = bool(self._wanted_styles) and attributes.get("s", "0") in self._wanted_styles
        if self._row is not None or is_styled or column in self._open_columns:
            self._cell = Cell(self._row_number, column, self._tag(name, attributes))
            if is_styled:
                self.scan.restyled.append(self._cell)

    def _finish_cell(self, cell: Cell) -> None:
        cell.tag = closed(self._xml, cell.tag, self.parser.CurrentByteIndex)
        if self._row is not None:
            self._row.cells.setdefault(cell.column, cell)
        if cell.has_content and cell.column in self._open_columns:
            self._open_columns.discard(cell.column)
            self.scan.first_in_column[cell.column] = cell
        self._cell = None

    def _found_columns(self, _: str, attributes: dict[str, str]) -> None:
        low, high = _count(attributes.get("min")), _count(attributes.get("max"))
        self.scan.columns.append((low, high, _count(attributes.get("style")), is_true(attributes.get("hidden"))))

    def _found_merged(self, _: str, attributes: dict[str, str]) -> None:
        ends = [_ADDRESS.fullmatch(end) for end in attributes.get("ref", "").split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (left, top), (right, bottom) = ((column_number(m[1].upper()), int(m[2])) for m in (ends[0], ends[1]))
            self.scan.merged.append((top, left, bottom, right))

    def _found_view(self, name: str, attributes: dict[str, str]) -> None:
        self.scan.views.append(self._tag(name, attributes))

    def _tag(self, name: str, attributes: dict[str, str]) -> Tag:
        begin = self.parser.CurrentByteIndex
        end = start_tag_end(self._xml, begin)
        return Tag(name, name, attributes, begin, end, end, end)


_NO_TAG = Tag("", "", {}, 0, 0, 0, 0)


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 0
