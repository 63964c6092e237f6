"""The second look at one OOXML sheet: positions, styles, error values, formulas, what is hidden or merged.

A sheet is scanned with regular expressions, about eight times as fast as expat. They are written for the plain form
that all known programs write; `_plain_form` brings every other valid form (prefixes, other order of attributes,
implied positions, comments, CDATA, UTF-16) into it first. The caller compares the cells found with the value reader's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from typing import TypeAlias

from schemas.place import column_number
from transforms.workbook.limits import Limits
from transforms.workbook.marks import NO_MARK, Mark, StoredCells, refuse_cells
from transforms.workbook.refusals import refuse_damaged
from transforms.workbook.xml_parts import is_true, tag_attributes, unescape

_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>'
    rb'(?:<(?:v|is><t(?: xml:space="preserve")?)>([^<]*)</(?:v|t></is)>)?'
)
_STYLE = re.compile(rb'\ss="([0-9]{1,6})"')
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*?\st="e"[^>]*)>(?:\s*<f\b[^>]*?(?:/>|>[^<]*</f>))?\s*<v[^>]*>([^<]*)<'
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]*)>\s*<f\b([^>]*?)(?:/>|>([^<]*)</f>)(?:\s*<v[^>/]*>([^<]+)</v>)?'
)
_ANY_FORMULA = re.compile(rb"<f[\s/>]")
_ROW = re.compile(rb"<row\b[^>]*>")
_COLUMN = re.compile(rb"<col\s[^>]*>")
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?"')
_SHARED = re.compile(rb'\bsi="([0-9]+)"')
_DECLARATION = re.compile(rb"!(?<=<!)")
"""The beginning of a comment or of CDATA, looked for by its second byte, which is rare."""
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# Possessive, so that an unclosed quote costs one look and not a search through all ways to take the text apart.
_TAG = re.compile(rb"""<(/?)(?:[\w.-]++:)?([\w.-]++)((?:[^>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+)(/?)>""")
_ADDRESS = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")


Tag: TypeAlias = tuple[bytes, bytes]
"""What stands in a cell's tag behind its address, and the stored value or inline text where it follows at once."""


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What one sheet's XML shows: all stored cells that have a value or a visible mark.

    ``which`` gives each cell's number in ``tags`` and ``looks``, since most cells of a table repeat another one.
    """

    rows: list[int]
    columns: list[int]
    which: list[int]
    tags: list[Tag]
    looks: list[Mark]
    """The marks that the style alone gives to the cells with this tag."""
    special: Mapping[tuple[int, int], tuple[Mark, bytes]]
    """Mark and stored result, by row and column, of the cells that hold a formula or an error."""
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    is_plain: bool
    """The sheet is written the plain way from beginning to end, so that nothing in it was overlooked."""

    @property
    def cells(self) -> StoredCells:
        """The cells with their full marks, for the value reader's values to be joined to."""
        marks = [self.looks[number] for number in self.which]
        if self.special:
            for at, place in enumerate(zip(self.rows, self.columns, strict=True)):
                if place in self.special:
                    marks[at] = self.special[place][0]
        return StoredCells(self.rows, self.columns, marks)


class _Columns(dict[bytes, int]):
    def __missing__(self, letters: bytes) -> int:
        self[letters] = number = column_number(letters.decode())
        return number


class _Rows(dict[bytes, int]):
    def __missing__(self, digits: bytes) -> int:
        self[digits] = number = int(digits)
        return number


_COLUMNS = _Columns()
_BLOCK = 4_000_000
_TAGS_A_CELL = 8
"""More than any program writes; a sheet with more in all is not worth bringing into its plain form."""
_NOTHING_TO_SEE = Mark(is_empty=True)
"""The one mark of all empty cells whose style shows nothing; nobody could miss them."""


class _Marks(dict[bytes, Mark]):
    """The mark for what stands in a cell's tag behind its address, of which a sheet has few different ones."""

    def __init__(self, styles: Sequence[Mark]) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, rest: bytes) -> Mark:
        mark = self.style(rest)
        if rest.endswith(b"/"):
            mark = mark._replace(is_empty=True) if mark.fill or mark.is_struck else _NOTHING_TO_SEE
        self[rest] = mark
        return mark

    def style(self, rest: bytes) -> Mark:
        """Look up the cell's style; an unknown one is plain."""
        style = _STYLE.search(rest)
        number = int(style[1]) if style else 0
        return self._styles[number] if number < len(self._styles) else NO_MARK


class _Tags(dict[Tag, int]):
    """Numbers the different tags of a sheet."""

    def __missing__(self, tag: Tag) -> int:
        self[tag] = number = len(self)
        return number


def read_sheet_parts(xml: bytes, styles: Sequence[Mark], limits: Limits, name: str) -> SheetParts:
    """Scan one sheet; what cannot be made out is simply not marked. `RefusedError` for too many cells."""
    marks = _Marks(styles)
    rows, columns, which, tags, is_complete = _stored_cells(xml, marks, limits, name)
    if not is_complete:
        if xml.count(b"<") > _TAGS_A_CELL * limits.sheet_cells:
            refuse_cells(name, limits)
        xml = _plain_form(xml)
        rows, columns, which, tags, _ = _stored_cells(xml, marks, limits, name)
    return SheetParts(
        rows=rows,
        columns=columns,
        which=which,
        tags=tags,
        looks=[marks[rest] for rest, _ in tags],
        special=_special_marks(xml, marks),
        hidden_rows=frozenset(_hidden_rows(xml)),
        hidden_columns=frozenset(_hidden_columns(xml, max(columns, default=0))),
        merged=tuple(
            (int(top), _COLUMNS[left], int(bottom or top), _COLUMNS[right or left])
            for left, top, right, bottom in _MERGED.findall(xml, max(0, xml.rfind(b"</sheetData")))
        ),
        is_plain=is_complete and xml.endswith(b"</worksheet>", -20) and (b"</sheetData>" in xml or not rows),
    )


def _stored_cells(
    xml: bytes, marks: _Marks, limits: Limits, name: str
) -> tuple[list[int], list[int], list[int], list[Tag], bool]:
    """Collect the cells worth keeping, and tell whether the plain pattern saw all that hold something.

    Goes block by block: a template formatted down to the last row has millions of empty cells, dropped on the way.
    """
    row_numbers, tags = _Rows(), _Tags()
    rows: list[int] = []
    columns: list[int] = []
    which: list[int] = []
    with_content = begin = 0
    while begin < len(xml):
        end = xml.find(b"<row ", begin + _BLOCK) if len(xml) - begin > _BLOCK else -1
        end = end if end >= 0 else len(xml)
        found: list[tuple[bytes, bytes, bytes, bytes]] = _CELL.findall(xml, begin, end)
        if found:
            letters, digits, rests, texts = zip(*found, strict=True)
            numbers = list(map(tags.__getitem__, zip(rests, texts, strict=True)))
            is_closed = [rest.endswith(b"/") for rest, _ in tags]
            with_content += len(found) - sum(map(is_closed.__getitem__, numbers))
            is_shown = [marks[rest] is not _NOTHING_TO_SEE for rest, _ in tags]
            shown = list(map(is_shown.__getitem__, numbers)) if not all(is_shown) else repeat(True)
            rows += compress(map(row_numbers.__getitem__, digits), shown)
            columns += compress(map(_COLUMNS.__getitem__, letters), shown)
            which += compress(numbers, shown)
        if len(rows) > limits.sheet_cells:
            refuse_cells(name, limits)
        begin = end
    return rows, columns, which, list(tags), _is_plain(xml) and with_content == xml.count(b"</c>")


def _is_plain(xml: bytes) -> bool:
    """Tell whether names and rows are written the plain way. Searches for a rare byte are much faster than others."""
    rows_at = xml.find(b"<sheetData")
    if rows_at < 0 or _DECLARATION.search(xml):
        return False
    return xml.find(b"hidden=", rows_at) < 0 or xml.count(b"<row ") == xml.count(b'<row r="')


def _special_marks(xml: bytes, marks: _Marks) -> dict[tuple[int, int], tuple[Mark, bytes]]:
    """Find error values and formulas; few cells, hence a pass of its own and only where there are any."""
    special: dict[tuple[int, int], tuple[Mark, bytes]] = {}
    if _ANY_FORMULA.search(xml):
        shared: dict[bytes, bytes] = {}
        for letters, digits, rest, attributes, text, result in _FORMULA.findall(xml):
            if b't="shared"' in attributes and (number := _SHARED.search(attributes)):
                text = shared.setdefault(number[1], text)  # noqa: PLW2901  # only the first cell carries the text
            mark = marks.style(rest)._replace(formula=unescape(text), is_text=b't="str"' in rest and not result)
            special[int(digits), _COLUMNS[letters]] = mark, result
    if any(b't="e"' in rest for rest in marks):
        for letters, digits, rest, text in _ERROR.findall(xml):
            place = (int(digits), _COLUMNS[letters])
            mark, _ = special.get(place, (marks.style(rest), b""))
            special[place] = mark._replace(error=unescape(text)), text
    return special


def _hidden_rows(xml: bytes) -> Iterator[int]:
    if b"hidden=" not in xml:
        return
    for tag in _ROW.findall(xml):
        if b"hidden=" in tag:
            attributes = tag_attributes(tag)
            if is_true(attributes.get(b"hidden")):
                yield _number(attributes.get(b"r", b""))


def _hidden_columns(xml: bytes, last_column: int) -> Iterator[int]:
    """Hidden columns up to the last used one; people hide all empty ones to the right."""
    for tag in _COLUMN.findall(xml, 0, max(0, xml.find(b"<sheetData"))):
        attributes = tag_attributes(tag)
        if is_true(attributes.get(b"hidden")):
            last = min(_number(attributes.get(b"max", b"")), last_column)
            yield from range(_number(attributes.get(b"min", b"")), last + 1)


def _plain_form(xml: bytes) -> bytes:
    """Rewrite a sheet so that every cell reads ``<c r="A1" …>``, whatever the writer's taste."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in xml[:4]:
        xml = xml.decode("utf-16", "replace").encode()
    xml = _COMMENT.sub(b"", xml)
    xml = _CDATA.sub(lambda match: match[1].replace(b"&", b"&amp;").replace(b"<", b"&lt;"), xml)
    return _TAG.sub(_TagWriter(), xml)


def _number(digits: bytes) -> int:
    """Read the number of a row or column, of which the largest has seven digits."""
    if not digits.isdigit() or len(digits) > 7:
        refuse_damaged("Zeilen- oder Spaltennummern sind unleserlich")
    return int(digits)


class _TagWriter:
    """Rewrites tags one after the other, counting the positions that a file may leave out."""

    def __init__(self) -> None:
        self._row = 0
        self._column = 0

    def __call__(self, match: re.Match[bytes]) -> bytes:
        closing, name, raw_attributes, closed = match.groups()
        if closing:
            return b"</" + name + b">"
        attributes = {key.rpartition(b":")[2]: value for key, value in tag_attributes(raw_attributes).items()}
        if name == b"row":
            self._row = _number(attributes.pop(b"r", b"%d" % (self._row + 1)))
            self._column = 0
            attributes = {b"r": b"%d" % self._row, **attributes}
        elif name == b"c":
            address = _ADDRESS.fullmatch(attributes.pop(b"r", b"").upper())
            if address:
                self._column = column_number(address[1].decode())
                self._row = int(address[2])
            else:
                self._column += 1
            attributes = {b"r": _address(self._row, self._column), **attributes}
        texts = [b' %s="%s"' % (key, value.replace(b'"', b"&quot;")) for key, value in attributes.items()]
        return b"<" + name + b"".join(texts) + closed + b">"


def _address(row: int, column: int) -> bytes:
    letters = b""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = b"%c" % (65 + digit) + letters
    return letters + b"%d" % row
