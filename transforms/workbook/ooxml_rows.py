"""The rows of one OOXML sheet, taken apart by splitting, many times as fast as a parser walks through them.

Made for the plain form that all known programs write, in which every row begins with its number and every cell with
its address. Every byte is accounted for: what is written otherwise makes the rows incomplete, never silently shorter.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, islice, repeat

from schemas.place import column_number
from transforms.workbook.limits import Limits
from transforms.workbook.marks import Mark, refuse_cells
from transforms.workbook.ooxml_tags import Tags
from transforms.workbook.xml_parts import is_true, tag_attributes

_ROW = b"<row "
_ROW_END = b"</row>"
_CELL = b'<c r="'
_ADDRESS = re.compile(rb'([A-Z]{1,3})([0-9]{1,7})(?=")')
_ROW_NUMBER = re.compile(rb'r="([0-9]{1,7})"')
_OPENED = re.compile(rb"[^<>]*(?<!/)>")
_EMPTY = re.compile(rb"[^<>]*(?:/>|></row>)")
_BARE_ROW = re.compile(rb'<row r="[0-9]{1,7}"(?![^>]*hidden=)[^<>]*></row>')
_BLOCK = 4_000_000


class _Columns(dict[bytes, int]):
    def __missing__(self, letters: bytes) -> int:
        self[letters] = number = column_number(letters.decode())
        return number


COLUMNS = _Columns()
"""Numbers of columns by their letters."""


class _OtherColumnsError(Exception):
    """A cell stands in another column than the one above it."""


class _Wordings(dict[bytes, int]):
    """Numbers what stands behind the addresses of cells, which always begins with a quote."""

    def __missing__(self, wording: bytes) -> int:
        if not wording.startswith(b'"'):
            raise _OtherColumnsError
        self[wording] = number = len(self)
        return number


class Rows:
    """The stored cells of a sheet by column of numbers, without those in which there is nothing to see."""

    def __init__(self, styles: Sequence[Mark]) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.which: list[int] = []
        """The number of each cell's wording in ``tags``."""
        self.tags = Tags(styles)
        self.hidden: set[int] = set()
        self.is_in_order = True
        self._is_complete = True
        self._wordings = _Wordings()
        self._letters: list[bytes] = []
        self._numbers: list[int] = []
        """The columns in which the last row had cells; most rows of a table have the same."""

    @property
    def is_complete(self) -> bool:
        """Whether all was written the plain way, so that nothing was overlooked."""
        return self._is_complete and self.tags.is_complete

    def read(self, xml: bytes, begin: int, end: int, limits: Limits, sheet: str) -> None:
        """Take what stands between the tags of the sheet's data; `RefusedError` for too many cells.

        Goes block by block: a template formatted down to the last row has millions of empty cells, dropped on the way,
        and from the second block on before anybody looks at them.
        """
        is_mostly_nothing = False
        for block in _blocks(xml, begin, end):
            before = len(self.rows)
            self._read_block(self._without_nothing(block) if is_mostly_nothing else block)
            self.tags.read(islice(self._wordings, self.tags.count, None))
            seen = len(self.rows) - before
            self._drop_invisible(before)
            is_mostly_nothing |= (len(self.rows) - before) * 2 < seen
            if len(self.rows) > limits.sheet_cells:
                refuse_cells(sheet, limits)

    def _read_block(self, block: bytes) -> None:
        heads: dict[bytes, bool] = {}
        which_of = self._wordings.__getitem__
        before, *rows = block.split(_ROW)
        last = self.rows[-1] if self.rows else 0
        with_cells = ends = empty_ends = 0
        for row in rows:
            cells = row.split(_CELL)
            head = cells.pop(0)
            digits = _ROW_NUMBER.match(head)
            if digits is None:
                self._is_complete = False
                continue
            number = int(digits[1])
            looks = head[digits.end() :]
            if looks not in heads:
                heads[looks] = self._is_hidden(looks, has_cells=bool(cells))
            if heads[looks]:
                self.hidden.add(number)
            if not cells:
                empty_ends += looks.endswith(_ROW_END)
                continue
            with_cells += 1
            ends += cells[-1].endswith(_ROW_END)
            self.is_in_order &= number > last
            last = number
            if len(cells) == len(self._letters):
                addresses = [letters + digits[1] for letters in self._letters]
                try:
                    self.which += list(map(which_of, map(bytes.removeprefix, cells, addresses)))
                except _OtherColumnsError:
                    pass
                else:
                    self.rows += repeat(number, len(cells))
                    self.columns += self._numbers
                    continue
            self._read_row(number, digits[1], cells)
        self._is_complete &= not before and ends == with_cells and block.count(_ROW_END) == ends + empty_ends

    def _read_row(self, number: int, digits: bytes, cells: Sequence[bytes]) -> None:
        """Take a row's cells one by one, and remember in which columns they stand."""
        self._letters, self._numbers = [], []
        for cell in cells:
            address = _ADDRESS.match(cell)
            if address is None:
                self._is_complete = False
                continue
            letters, here = address.groups()
            column = COLUMNS[letters]
            self.is_in_order &= here == digits and column > (self._numbers[-1] if self._numbers else 0)
            self.rows.append(number if here == digits else int(here))
            self.columns.append(column)
            self.which.append(self._wordings[cell[address.end() :]])
            self._letters.append(letters)
            self._numbers.append(column)

    def _is_hidden(self, looks: bytes, *, has_cells: bool) -> bool:
        expected = _OPENED if has_cells else _EMPTY
        self._is_complete &= expected.fullmatch(looks) is not None
        return is_true(tag_attributes(looks.partition(b">")[0]).get(b"hidden"))

    def _without_nothing(self, block: bytes) -> bytes:
        """Cut out empty cells that are known to show nothing, and the rows that hold no other."""
        wordings = [wording for wording, number in self._wordings.items() if number in self.tags.invisible]
        nothing = b"|".join(re.escape(wording) for wording in wordings if wording.endswith(b"/>"))
        if not nothing:
            return block
        return _BARE_ROW.sub(b"", re.sub(rb'<c r="[A-Z]{1,3}[0-9]{1,7}(?:' + nothing + b")", b"", block))

    def _drop_invisible(self, begin: int) -> None:
        """Drop the cells taken since then whose wording shows nothing."""
        if self.tags.invisible:
            is_shown = [number not in self.tags.invisible for number in range(self.tags.count)]
            shown = list(map(is_shown.__getitem__, self.which[begin:]))
            for numbers in (self.rows, self.columns, self.which):
                numbers[begin:] = compress(numbers[begin:], shown)


def _blocks(xml: bytes, begin: int, end: int) -> Iterator[bytes]:
    """Cut the rows into blocks of a few megabytes."""
    while begin < end:
        cut = xml.find(_ROW, begin + _BLOCK, end) if end - begin > _BLOCK else -1
        cut = cut if cut >= 0 else end
        yield xml[begin:cut]
        begin = cut
