"""The values of a plainly written OOXML sheet, taken from the same look at its XML that finds its marks.

Nearly all sheets are plain: texts, numbers, whole days, truths, errors and formulas with their results. What is not
obvious here (texts in several fonts, times of day, unusual formats, escapes) is left to the value reader, sheet by
sheet: `plain_cells` gives None, and never a second opinion. docs/decisions/0008 tells why.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import Enum, auto
from functools import lru_cache
from itertools import compress
from math import isfinite
from typing import Final

from schemas.workbook import CellKind, Cells, Content, Scalar
from transforms.workbook.archive import Archive
from transforms.workbook.marks import Mark
from transforms.workbook.ooxml_sheet import SheetParts
from transforms.workbook.ooxml_tags import Alike
from transforms.workbook.symbols import as_seen
from transforms.workbook.xml_parts import unescape

_TEXT_ITEM = re.compile(r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|(.*?))</si>', re.DOTALL)
_RUN = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_NUMBERS = re.compile(rb"(?:-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?;)*+")
_LITERAL = r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|\[(?:Red|Blue|Black|Green|White|Rot|Blau)\]|[ €()+;-]'
_NUMBER_FORMAT = re.compile(rf"(?:{_LITERAL}|[0#?,.%@])*|General|0\.0+E\+0+")
_DATE_FORMAT = re.compile(rf"(?:{_LITERAL}|[./,]|d{{1,4}}|m{{1,5}}|yyyy|yy)*;?@?", re.IGNORECASE)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(61, 2_958_466)
"""Serial numbers that mean one day: before March 1900 programs disagree, behind it stands the year 10000."""
_DAYS_TO_1904 = 1462
_UNUSUAL = (b"<!", b"\r", b"_x", b"<rPh", b"\0")
_NOWHERE: Final = Content(CellKind.BLANK, None)
"""Takes the place of contents that are nothing, so that the others keep their numbers."""
_new_content: Final[Callable[[type[Content], tuple[object, ...]], Content]] = tuple.__new__


class _NotPlainError(Exception):
    """The sheet holds something that is not read here."""


def plain_texts(archive: Archive) -> Sequence[str] | None:
    """Give the shared texts of a package in their order; None when they are written in an unusual way."""
    xml = archive.read("xl/sharedStrings.xml")
    if not xml:
        return ()
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or any(sign in xml for sign in _UNUSUAL):
        return None
    try:
        found: list[tuple[str, str]] = _TEXT_ITEM.findall(xml.decode())  # strictly: what is no UTF-8 is not plain
    except UnicodeDecodeError:
        return None
    if len(found) * 2 != xml.count(b"si>") or b"<si/>" in xml:
        return None
    texts = [plain or "".join(_RUN.findall(runs)) for plain, runs in found]
    return [unescape(text) for text in texts] if b"&" in xml else texts


def plain_cells(parts: SheetParts, texts: Sequence[str] | None, *, is_date_1904: bool) -> Cells | None:
    """Give the cells of a sheet with their values; None when anything in it is for the value reader to judge.

    Dates are those that the file means, whichever year it counts from. A formula has the result that was stored.
    """
    if not parts.is_plain:
        return None
    read = _Values(texts, is_date_1904=is_date_1904)
    contents: list[Content] = [_NOWHERE] * parts.tags.count
    try:
        for group in parts.tags.groups:
            for number, content in zip(group.numbers, read.contents(group), strict=True):
                contents[number] = content
    except (_NotPlainError, ValueError, IndexError):
        return None
    return _kept(parts, contents)


def _kept(parts: SheetParts, contents: Sequence[Content]) -> Cells:
    """Leave out what is nothing, and colour below the last value, which some files carry down to row 1,048,576."""
    without_value = {number for number, content in enumerate(contents) if content.value is None}
    only_looks = {number for number in without_value if contents[number].formula is None}
    nothing = {number for number in only_looks if contents[number] is _NOWHERE}
    rows, columns, which = parts.rows, parts.columns, parts.which
    last = next((at for at in range(len(which) - 1, -1, -1) if which[at] not in without_value), -1)
    below = bisect_right(rows, rows[last]) if last >= 0 else 0
    if not (nothing.isdisjoint(which) and only_looks.isdisjoint(which[below:])):
        keep = [number not in nothing for number in which[:below]]
        keep += [number not in only_looks for number in which[below:]]
        rows, columns, which = (list(compress(numbers, keep)) for numbers in (rows, columns, which))
    return Cells(rows, columns, which, contents)


class _Values:
    """Reads what the cells of one sheet store, as far as that is obvious."""

    def __init__(self, texts: Sequence[str] | None, *, is_date_1904: bool) -> None:
        self._texts = texts
        self._is_date_1904 = is_date_1904
        self._readers: dict[bytes, Callable[[Alike], tuple[CellKind, Sequence[Scalar]]]] = {
            b"s": self._shared,
            b"n": self._numbers,
            b"str": _own_texts,
            b"inlineStr": _own_texts,
            b"b": _truths,
            b"e": _errors,
        }

    def contents(self, group: Alike) -> Sequence[Content]:
        """Give what cells hold that are written alike, `_NOWHERE` for nothing."""
        mark = group.mark
        read = self._readers.get(group.type)
        if read is None or not group.is_obvious:
            raise _NotPlainError
        kind, values = read(group) if all(group.texts) else (CellKind.BLANK, [None] * len(group.texts))
        blank = _NOWHERE
        if mark.is_text:
            blank = _content(CellKind.TEXT, "", mark)
        elif mark.formula is not None or mark.fill is not None or mark.is_struck:
            blank = _content(CellKind.BLANK, None, mark)
        if kind is CellKind.BLANK:
            return [blank] * len(values)
        number_format, fill, formula, is_struck = mark.number_format, mark.fill, mark.formula, mark.is_struck
        contents = [_new_content(Content, (kind, value, number_format, fill, formula, is_struck)) for value in values]
        if kind is CellKind.TEXT and "" in values:
            return [content if content.value else blank for content in contents]
        return contents

    def _shared(self, group: Alike) -> tuple[CellKind, Sequence[Scalar]]:
        if self._texts is None or not b"".join(group.texts).isdigit():
            raise _NotPlainError
        return _shown(list(map(self._texts.__getitem__, map(int, group.texts))), group.mark)

    def _numbers(self, group: Alike) -> tuple[CellKind, Sequence[Scalar]]:
        if not _NUMBERS.fullmatch(b";".join(group.texts) + b";"):
            raise _NotPlainError
        numbers = list(map(float, group.texts))
        meaning = _meaning(group.mark.number_format)
        if meaning is _Meaning.NUMBER and all(map(isfinite, numbers)):
            return CellKind.NUMBER, numbers
        if meaning is _Meaning.DAY and all(number.is_integer() and number > 0 for number in numbers):
            return CellKind.DATE, [_day(int(number), is_date_1904=self._is_date_1904) for number in numbers]
        raise _NotPlainError


def _content(kind: CellKind, value: Scalar, mark: Mark) -> Content:
    return Content(kind, value, mark.number_format, mark.fill, mark.formula, mark.is_struck)


@lru_cache(maxsize=8192)
def _day(serial: int, *, is_date_1904: bool) -> date:
    day = serial + (_DAYS_TO_1904 if is_date_1904 else 0)
    if day not in _SERIALS:
        raise _NotPlainError
    return _DAY_ZERO + timedelta(days=day)


def _own_texts(group: Alike) -> tuple[CellKind, Sequence[Scalar]]:
    together = b"\0".join(group.texts)
    if together.count(b"\0") >= len(group.texts) or any(sign in together for sign in _UNUSUAL[:-1]):
        raise _NotPlainError
    return _shown([unescape(text) for text in together.decode().split("\0")], group.mark)


def _shown(texts: list[str], mark: Mark) -> tuple[CellKind, Sequence[Scalar]]:
    return CellKind.TEXT, [as_seen(text, mark.symbol_font) for text in texts] if mark.symbol_font else texts


def _truths(group: Alike) -> tuple[CellKind, Sequence[Scalar]]:
    if not {b"0", b"1"}.issuperset(group.texts):
        raise _NotPlainError
    return CellKind.BOOLEAN, [text == b"1" for text in group.texts]


def _errors(group: Alike) -> tuple[CellKind, Sequence[Scalar]]:
    return CellKind.ERROR, [unescape(text.decode()) for text in group.texts]


class _Meaning(Enum):
    NUMBER = auto()
    DAY = auto()
    UNCLEAR = auto()


@lru_cache(maxsize=1024)
def _meaning(number_format: str) -> _Meaning:
    """Tell what a format makes of a number, as far as nobody could see it otherwise."""
    if _NUMBER_FORMAT.fullmatch(number_format):
        return _Meaning.NUMBER
    return _Meaning.DAY if _DATE_FORMAT.fullmatch(number_format) else _Meaning.UNCLEAR
