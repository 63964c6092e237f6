"""References in the compiled formulas of xls and xlsb: which of them reach into other workbooks (M52).

Formulas themselves are not taken apart. Their first token tells enough: a cell that shows another workbook's value
begins with a reference to it.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct, field

from schemas.place import column_letters

_REFERENCE, _AREA, _NAME = 0x1A, 0x1B, 0x19
"""The tokens of references to another sheet, without the two bits for the kind of result."""


class References(Struct):
    """The targets to which formulas of one file can refer by number."""

    books: list[str | None] = field(default_factory=list)
    """Other workbooks by number; None for the file itself."""
    sheets: list[tuple[int, int]] = field(default_factory=list)
    """Number of the workbook and of the first sheet in it, by the number that tokens carry."""

    @property
    def links(self) -> tuple[str, ...]:
        """The other workbooks, as the file names them."""
        return tuple(dict.fromkeys(book for book in self.books if book))

    def formula(self, tokens: bytes) -> str:
        """Give ``[Budget.xlsx]`` for a formula that begins in another workbook, else an empty text."""
        target = self._target(tokens)
        book = self.books[target[0]] if target and target[0] < len(self.books) else None
        return f"[{book}]" if book else ""

    def cell(self, tokens: bytes, sheets: Sequence[str], layout: str) -> str:
        """Give the cell to which a name refers, ``Deckblatt!$B$4``; empty for anything else.

        ``layout`` is that of row and column in the file.
        """
        target = self._target(tokens)
        if not target or tokens[0] & 0x1F != _REFERENCE or len(tokens) < 3 + struct.calcsize(layout):
            return ""
        row, column = struct.unpack_from(layout, tokens, 3)
        sheet = sheets[target[1]] if target[1] < len(sheets) else ""
        return f"{sheet}!${column_letters((column & 0x3FFF) + 1)}${row + 1}" if sheet else ""

    def _target(self, tokens: bytes) -> tuple[int, int] | None:
        if len(tokens) < 3 or tokens[0] & 0x1F not in (_REFERENCE, _AREA, _NAME) or tokens[0] < 0x20:
            return None
        number = struct.unpack_from("<H", tokens, 1)[0]
        return self.sheets[number] if number < len(self.sheets) else None


def readable_path(path: str) -> str:
    """Write a path that an xls file stores with control characters for its folders."""
    return "".join(sign if sign >= " " else "/" for sign in path).strip("/")
