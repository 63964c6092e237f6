"""The rows of a table sheet: which are data, totals, footnotes or nothing (M66, M67, M71, M72, M75, M82)."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby, islice

from msgspec import Struct, field

from schemas.tabular import alternatives
from schemas.workbook import CellKind, Content, RawSheet
from transforms.parsing.text import is_blank, is_not_given, match_key, single_line

ROW_LIMIT = 2000
"""More rows are no status report; what lies beyond is not read, and the return is refused (M82)."""

Line = Mapping[int, Content]
"""The cells of one row by column, from left to right."""

_SUM_WORDS = frozenset(alternatives("summe|summen|gesamt|gesamtsumme|insgesamt|zwischensumme|total|σ|∑"))
_FOOTNOTE = re.compile(
    r"\*|[¹²³⁴⁵⁶⁷⁸⁹]|\(?\d\)|©|(?:anmerkung|quelle|hinweis|fußnote|legende|erläuterung)\w{0,3}\s*:|stand\s*:",
    re.IGNORECASE,
)
_UNIT_WORDS = frozenset(
    alternatives(
        "eur|euro|€|t€|teur|tsd€|tsdeur|%|prozent|text|datum|ttmmjjjj|zahl|ganzzahl|betrag|auswahl|liste|code|nr|"
        "pflicht|freiwillig|optional|ja|nein|jjjjqn"
    )
)


class Lines(Struct):
    """The rows below the header, sorted by what they are."""

    data: dict[int, Line] = field(default_factory=dict)
    totals: dict[int, Line] = field(default_factory=dict)
    footnotes: dict[int, Line] = field(default_factory=dict)
    units: dict[int, Line] = field(default_factory=dict)
    beside: dict[int, Line] = field(default_factory=dict)
    """Rows that hold something only outside the table's columns: remarks, of which the columns are told (S05)."""
    is_over_limit: bool = False


def lines_of(sheet: RawSheet) -> dict[int, dict[int, Content]]:
    """Give the sheet's rows that hold anything: values, fills, or formulas without a result. Blank text is no value."""
    cells = sheet.cells
    contents = [_as_seen(content) if content.kind is CellKind.TEXT else content for content in cells.contents]
    places = zip(cells.columns, map(contents.__getitem__, cells.which), strict=True)
    lines: dict[int, dict[int, Content]] = {}
    for row, same in groupby(cells.rows):
        lines.setdefault(row, {}).update(islice(places, len(list(same))))
    return lines


def _as_seen(content: Content) -> Content:
    """A text of blanks is an empty cell from here on."""
    value = content.value
    if isinstance(value, str) and not value[:1].isalnum() and is_blank(value):
        return content._replace(kind=CellKind.BLANK, value=None)
    return content


def columns_filled(line: Line) -> list[int]:
    """Give the columns of a row that hold a value, from left to right."""
    return [column for column, cell in line.items() if cell.kind is not CellKind.BLANK]


def columns_used(lines: Iterable[Line]) -> set[int]:
    """Give the columns that hold a value in any of the rows."""
    used: set[int] = set()
    for line in lines:
        if not line.keys() <= used:
            used.update(columns_filled(line))
    return used


def filled(line: Line) -> list[Content]:
    """Give the cells of a row that hold a value, from left to right."""
    return [cell for cell in line.values() if cell.kind is not CellKind.BLANK]


def sort_lines(
    below: Mapping[int, Line], header_row: int, anchor: int, has_key: Callable[[Content], bool], columns: frozenset[int]
) -> Lines:
    """Sort the rows below the header.

    ``anchor`` is the column of the first key field and ``has_key`` tells whether a cell there is a valid key; with one
    a row is data whatever else it holds. Without one it may be a total (a sum word and numbers, M71), a footnote (after
    the last row with a key: marked as one, or alone in its row after an empty row, M72) or the row of units under the
    header (M66). Every other row that holds anything in the table's ``columns`` is data: that its key is missing is for
    the rules to say.
    """
    kept = {row: line for row, line in below.items() if _has_value(line)}
    keyed = {row for row, line in kept.items() if (cell := line.get(anchor)) is not None and has_key(cell)}
    last_keyed = max(keyed, default=header_row)
    lines = Lines()
    for row, line in kept.items():
        if row in keyed:
            lines.data[row] = line
        elif _is_total(line, columns):
            lines.totals[row] = line
        elif row == header_row + 1 and _is_unit_row(line):
            lines.units[row] = line
        elif row > last_keyed and _is_footnote(line, is_after_gap=row - 1 not in kept):
            lines.footnotes[row] = line
        elif columns.isdisjoint(columns_filled(line)):
            lines.beside[row] = line
        else:
            lines.data[row] = line
        if len(lines.data) > ROW_LIMIT:
            lines.data.popitem()
            lines.is_over_limit = True
            break
    return lines


def _has_value(line: Line) -> bool:
    for cell in line.values():  # noqa: SIM110  # asked for every row, and a generator costs more than the answer
        if cell.kind is not CellKind.BLANK:
            return True
    return False


def _is_total(line: Line, columns: frozenset[int]) -> bool:
    """Whether a row holds a sum word and, in the table's columns, otherwise only numbers."""
    cells = filled(line)
    word = next((cell for cell in cells if isinstance(cell.value, str)), None)
    if word is None or not isinstance(word.value, str):
        return False
    first_word = single_line(word.value).split(" ", 1)[0].strip(":.-= ").casefold()
    if first_word not in _SUM_WORDS:
        return False
    others = (cell for column, cell in line.items() if cell is not word and column in columns)
    return all(_is_amount_like(cell.value) for cell in others if isinstance(cell.value, str))


def _is_amount_like(text: str) -> bool:
    return any(sign.isdigit() for sign in text) or is_not_given(text)


def _is_unit_row(line: Line) -> bool:
    return all(isinstance(cell.value, str) and match_key(cell.value) in _UNIT_WORDS for cell in filled(line))


def _is_footnote(line: Line, *, is_after_gap: bool) -> bool:
    cells = filled(line)
    first = cells[0].value
    if not isinstance(first, str):
        return False
    is_marked = len(cells) <= 2 and _FOOTNOTE.match(single_line(first)) is not None
    return is_marked or (is_after_gap and len(cells) == 1)
