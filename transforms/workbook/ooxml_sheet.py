"""The second look at one OOXML sheet: positions, styles, error values, formulas, what is hidden or merged.

A sheet is taken apart in the plain form that all known programs write (`transforms.workbook.ooxml_rows`);
`_plain_form` brings every other valid form (prefixes, other order of attributes, implied positions, comments, CDATA,
UTF-16) into it first. The caller compares the cells found with the value reader's.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from schemas.place import column_number
from transforms.workbook.limits import Limits
from transforms.workbook.marks import Mark, StoredCells, refuse_cells
from transforms.workbook.ooxml_rows import COLUMNS, Rows
from transforms.workbook.ooxml_tags import Tags
from transforms.workbook.refusals import refuse_damaged
from transforms.workbook.xml_parts import is_true, tag_attributes

_DATA = b"<sheetData>"
_DATA_END = b"</sheetData>"
_COLUMN = re.compile(rb"<col\s[^>]*>")
_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?"')
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# Possessive, so that an unclosed quote costs one look and not a search through all ways to take the text apart.
_TAG = re.compile(rb"""<(/?)(?:[\w.-]++:)?([\w.-]++)((?:[^>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+)(/?)>""")
_INDENT = re.compile(rb">\s++<")
_ADDRESS = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_TAGS_A_CELL = 8
"""More than any program writes; a sheet with more in all is not worth bringing into its plain form."""


class SheetParts(Struct, frozen=True):
    """What one sheet's XML shows: all stored cells that have a value or a visible mark.

    ``which`` gives the number of each cell's wording in ``tags``, since most cells of a table repeat another one.
    """

    rows: list[int]
    columns: list[int]
    which: list[int]
    tags: Tags
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    is_plain: bool
    """The sheet is written the plain way from beginning to end and in order, so that nothing in it was overlooked."""

    @property
    def cells(self) -> StoredCells:
        """The cells with their marks, for the value reader's values to be joined to."""
        marks = self.tags.marks()
        return StoredCells(self.rows, self.columns, [marks[number] for number in self.which])


def read_sheet_parts(xml: bytes, styles: Sequence[Mark], limits: Limits, name: str) -> SheetParts:
    """Take one sheet apart; what cannot be made out is simply not marked. `RefusedError` for too many cells."""
    head, rows, tail = _divided(xml, styles, limits, name)
    is_plain = rows.is_complete and b"<!" not in head and b"<!" not in tail and tail.endswith(b"</worksheet>", -20)
    if not is_plain:
        if xml.count(b"<") > _TAGS_A_CELL * limits.sheet_cells:
            refuse_cells(name, limits)
        head, rows, tail = _divided(_plain_form(xml), styles, limits, name)
    return SheetParts(
        rows=rows.rows,
        columns=rows.columns,
        which=rows.which,
        tags=rows.tags,
        hidden_rows=frozenset(rows.hidden),
        hidden_columns=frozenset(_hidden_columns(head, max(rows.columns, default=0))),
        merged=tuple(
            (int(top), COLUMNS[left], int(bottom or top), COLUMNS[right or left])
            for left, top, right, bottom in _MERGED.findall(tail)
        ),
        is_plain=is_plain and rows.is_in_order,
    )


def _divided(xml: bytes, styles: Sequence[Mark], limits: Limits, name: str) -> tuple[bytes, Rows, bytes]:
    """Give what stands before a sheet's rows, the rows, and what stands behind them."""
    rows = Rows(styles)
    begin, end = xml.find(_DATA), xml.rfind(_DATA_END)
    if begin < 0:
        return xml, rows, xml
    begin += len(_DATA)
    if end < begin:
        end = len(xml)
    rows.read(xml, begin, end, limits, name)
    return xml[:begin], rows, xml[end:]


def _hidden_columns(head: bytes, last_column: int) -> Iterator[int]:
    """Hidden columns up to the last used one; people hide all empty ones to the right."""
    for tag in _COLUMN.findall(head):
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
    return _INDENT.sub(b"><", _TAG.sub(_TagWriter(), xml))


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
