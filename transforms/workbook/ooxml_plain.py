"""The values of a plainly written OOXML sheet, taken from the same look at its XML that finds its marks.

Nearly all sheets are plain: texts, numbers, whole days, truths, errors and formulas with their results. What is not
obvious here (texts in several fonts, times of day, unusual formats, escapes) is left to the value reader, sheet by
sheet: `plain_cells` gives None, and never a second opinion. docs/decisions/0008 tells why.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import Enum, auto
from functools import lru_cache
from itertools import compress, islice
from math import isfinite
from operator import ge
from typing import Final, TypeAlias

from schemas.workbook import CellKind, Cells, Content, Scalar
from transforms.workbook.archive import Archive
from transforms.workbook.marks import Mark
from transforms.workbook.ooxml_sheet import SheetParts
from transforms.workbook.symbols import as_seen
from transforms.workbook.xml_parts import unescape

_TEXT_ITEM = re.compile(rb'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|(.*?))</si>', re.DOTALL)
_RUN = re.compile(rb"<t(?: [^>]*)?>([^<]*)</t>")
_TYPE = re.compile(rb'\st="(\w+)"')
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LITERAL = r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|\[(?:Red|Blue|Black|Green|White|Rot|Blau)\]|[ €()+;-]'
_NUMBER_FORMAT = re.compile(rf"(?:{_LITERAL}|[0#?,.%@])*|General|0\.0+E\+0+")
_DATE_FORMAT = re.compile(rf"(?:{_LITERAL}|[./,]|d{{1,4}}|m{{1,5}}|yyyy|yy)*;?@?", re.IGNORECASE)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(61, 2_958_466)
"""Serial numbers that mean one day: before March 1900 programs disagree, behind it stands the year 10000."""
_DAYS_TO_1904 = 1462
_UNUSUAL = (b"<!", b"\r", b"_x", b"<rPh", b"\0")
_OPEN: Final = Content(CellKind.BLANK, "?")
"""Stands for a cell that holds something else than a plain value; with a formula its content is found there."""
_NOWHERE: Final = Content(CellKind.BLANK, None)
"""Takes the place of contents that are nothing, so that the others keep their numbers."""

_Value: TypeAlias = tuple[CellKind, Scalar]


class _NotPlainError(Exception):
    """The sheet holds something that is not read here."""


def plain_texts(archive: Archive) -> Sequence[str] | None:
    """Give the shared texts of a package in their order; None when they are written in an unusual way."""
    xml = archive.read("xl/sharedStrings.xml")
    if not xml:
        return ()
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or any(sign in xml for sign in _UNUSUAL):
        return None
    found: list[tuple[bytes, bytes]] = _TEXT_ITEM.findall(xml)
    if len(found) * 2 != xml.count(b"si>") or b"<si/>" in xml:
        return None
    try:
        return [_text(plain or b"".join(_RUN.findall(runs))) for plain, runs in found]
    except UnicodeDecodeError:
        return None


def plain_cells(parts: SheetParts, texts: Sequence[str] | None, *, is_date_1904: bool) -> Cells | None:
    """Give the cells of a sheet with their values; None when anything in it is for the value reader to judge.

    Dates are those that the file means, whichever year it counts from. A formula has the result that was stored.
    """
    if not parts.is_plain:
        return None
    read = _Contents(texts, is_date_1904=is_date_1904)
    try:
        contents = [
            _OPEN if not (text or entry.endswith(b"/")) else read.content(entry, text, look)
            for (entry, text), look in zip(parts.tags, parts.looks, strict=True)
        ]
        which = _with_formulas(parts, contents, read)
    except (_NotPlainError, UnicodeDecodeError):
        return None
    places = [row << 15 | column for row, column in zip(parts.rows, parts.columns, strict=True)]
    if any(map(ge, places, islice(places, 1, None))):
        return None
    return _kept(parts, which, contents)


def _with_formulas(parts: SheetParts, contents: list[Content | None], read: "_Contents") -> Sequence[int]:
    """Give each cell with a formula a content of its own, and require that no cell is left whose content is unknown."""
    which: Sequence[int] = parts.which
    if parts.special:
        which = list(which)
        for at, place in enumerate(zip(parts.rows, parts.columns, strict=True)):
            formula = parts.special.get(place)
            if formula is not None:
                mark, result = formula
                entry, _ = parts.tags[which[at]]
                which[at] = len(contents)
                contents.append(read.content(entry, result, mark))
    unknown = {number for number, content in enumerate(contents) if content is _OPEN}
    if not unknown.isdisjoint(which):
        raise _NotPlainError
    return which


def _kept(parts: SheetParts, which: Sequence[int], contents: Sequence[Content | None]) -> Cells:
    """Leave out what is nothing, and colour below the last value, which some files carry down to row 1,048,576."""
    only_looks = {
        number for number, c in enumerate(contents) if c is not None and c.kind is CellKind.BLANK and c.formula is None
    }
    told = [_NOWHERE if content is None else content for content in contents]
    if not only_looks and _NOWHERE not in told:
        return Cells(parts.rows, parts.columns, which, told)
    without_value = only_looks | {n for n, c in enumerate(told) if c is _NOWHERE or c.value is None}
    height = next(
        (row for row, n in zip(reversed(parts.rows), reversed(which), strict=True) if n not in without_value), 0
    )
    keep = [
        told[number] is not _NOWHERE and (row <= height or number not in only_looks)
        for row, number in zip(parts.rows, which, strict=True)
    ]
    rows, columns, numbers = (list(compress(values, keep)) for values in (parts.rows, parts.columns, which))
    return Cells(rows, columns, numbers, told)


class _Contents:
    """Reads what stands in the tags of one sheet's cells."""

    def __init__(self, texts: Sequence[str] | None, *, is_date_1904: bool) -> None:
        self._texts = texts
        self._is_date_1904 = is_date_1904
        self._values: dict[bytes, Callable[[bytes, Mark], _Value]] = {}

    def content(self, entry: bytes, text: bytes, mark: Mark) -> Content | None:
        """Give what a cell holds, None for nothing. ``entry`` is what stands in its tag behind the address."""
        if text:
            value_of = self._values.get(entry) or self._reader_for(entry)
            kind, value = value_of(text, mark)
        else:
            kind, value = CellKind.BLANK, None
        if kind is CellKind.BLANK:
            if mark.is_text:
                kind, value = CellKind.TEXT, ""
            elif mark.formula is None and mark.fill is None and not mark.is_struck:
                return None
        return Content(kind, value, mark.number_format, mark.fill, mark.formula, mark.is_struck)

    def _reader_for(self, entry: bytes) -> Callable[[bytes, Mark], _Value]:
        written = _TYPE.search(entry)
        read: Callable[[bytes, Mark], _Value]
        match written[1] if written else b"n":
            case b"s":
                read = self._shared
            case b"n":
                read = self._number
            case b"str" | b"inlineStr":
                read = _own_text
            case b"b":
                read = _truth
            case b"e":
                read = _error
            case _:
                raise _NotPlainError
        self._values[entry] = read
        return read

    def _shared(self, number: bytes, mark: Mark) -> _Value:
        if self._texts is None or not number.isdigit() or int(number) >= len(self._texts):
            raise _NotPlainError
        return _shown(self._texts[int(number)], mark)

    def _number(self, text: bytes, mark: Mark) -> _Value:
        if not _NUMBER.fullmatch(text):
            raise _NotPlainError
        number = float(text)
        meaning = _meaning(mark.number_format)
        if meaning is _Meaning.NUMBER and isfinite(number):
            return CellKind.NUMBER, number
        if meaning is _Meaning.DAY and number.is_integer() and number > 0:
            day = int(number) + (_DAYS_TO_1904 if self._is_date_1904 else 0)
            if day in _SERIALS:
                return CellKind.DATE, _DAY_ZERO + timedelta(days=day)
        raise _NotPlainError


def _own_text(text: bytes, mark: Mark) -> _Value:
    if any(sign in text for sign in _UNUSUAL):
        raise _NotPlainError
    return _shown(_text(text), mark)


def _shown(text: str, mark: Mark) -> _Value:
    if not text:
        return CellKind.BLANK, None
    return CellKind.TEXT, as_seen(text, mark.symbol_font) if mark.symbol_font else text


def _truth(text: bytes, _: Mark) -> _Value:
    if text not in (b"0", b"1"):
        raise _NotPlainError
    return CellKind.BOOLEAN, text == b"1"


def _error(text: bytes, _: Mark) -> _Value:
    return CellKind.ERROR, _text(text)


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


def _text(text: bytes) -> str:
    text.decode()  # strictly: what is no UTF-8 is not plain
    return unescape(text)
