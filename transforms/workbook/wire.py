"""A read workbook as bytes, for the way out of the reading process.

JSON, because the other end has looked into a hostile file: bytes from there may be wrong, they must never be able to
do anything. Cells travel by column, and each content once, which is a quarter of the size and several times as fast as
cell by cell.
"""

import json
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from math import isfinite
from typing import Any, TypeAlias

import orjson

from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import CellKind, Cells, Content, FileFormat, RawSheet, RawWorkbook, Scalar

_Json: TypeAlias = dict[str, Any]

_LETTERS = dict(zip(CellKind, "tndbe_", strict=True))
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_READERS: Mapping[str, Callable[[str], Scalar]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}
_SHORT, _LONG = "H", "I"
"""Kinds of unsigned numbers in an `array`: most sheets have no row beyond the 65,535th."""
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})
_new_content: Callable[[type[Content], tuple[object, ...]], Content] = tuple.__new__


class UnreadableAnswerError(ValueError):
    """The bytes are not what `pack` writes."""


def pack(answer: RawWorkbook | Finding) -> bytes:
    """Write an answer as bytes. The reverse of `unpack`, exactly."""
    packed = {"finding": packed_finding(answer)} if isinstance(answer, Finding) else {"workbook": _packed(answer)}
    if isinstance(answer, Finding) or all(map(_is_finite, answer.sheets)):
        with suppress(TypeError):  # orjson knows no half characters and no numbers beyond 64 bits
            return orjson.dumps(packed, default=_packed_scalar, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return json.dumps(packed, separators=(",", ":"), default=_packed_scalar).encode()


def unpack(packed: bytes) -> RawWorkbook | Finding:
    """Read an answer back; `UnreadableAnswerError` for anything that `pack` does not write."""
    try:
        try:
            answer = orjson.loads(packed)
        except orjson.JSONDecodeError:  # such as Infinity, which only json writes and reads
            answer = json.loads(packed)
        if "finding" in answer:
            return finding_from(answer["finding"])
        return _workbook(answer["workbook"])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as reason:
        raise UnreadableAnswerError(type(reason).__name__) from None


def _is_finite(sheet: RawSheet) -> bool:
    """Whether no number is infinite or none at all: orjson would write null for it."""
    values = [content.value for content in sheet.cells.contents]
    return isfinite(sum([value for value in values if type(value) is float]))


def _packed_scalar(value: object) -> _Json:
    if isinstance(value, (date, time)):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(type(value).__name__)


def _scalar(value: _Json) -> Scalar:
    [(name, text)] = value.items()
    return _READERS[name](text)


def _packed(workbook: RawWorkbook) -> _Json:
    return {
        "format": workbook.format,
        "sheets": [_packed_sheet(sheet) for sheet in workbook.sheets],
        "is_date_1904": workbook.is_date_1904,
        "external_links": workbook.external_links,
        "defined_names": dict(workbook.defined_names),
        "generator": workbook.generator,
        "authors": workbook.authors,
        "notes": workbook.notes,
    }


def _workbook(packed: _Json) -> RawWorkbook:
    return RawWorkbook(
        format=FileFormat(packed["format"]),
        sheets=tuple(_sheet(sheet) for sheet in packed["sheets"]),
        is_date_1904=_of(bool, packed["is_date_1904"]),
        external_links=tuple(_all_of(str, packed["external_links"])),
        defined_names={name: _of(str, text) for name, text in packed["defined_names"].items()},
        generator=_of(str, packed["generator"]),
        authors=tuple(_all_of(str, packed["authors"])),
        notes=tuple(_all_of(str, packed["notes"])),
    )


def _packed_sheet(sheet: RawSheet) -> _Json:
    cells = sheet.cells
    looks: dict[tuple[str, str | None, bool], int] = {}
    by_column = list(zip(*cells.contents, strict=True)) or [()] * len(Content._fields)
    kinds, values, formats, fills, formulas, strikes = by_column
    return {
        "name": sheet.name,
        "rows": _packed_numbers(cells.rows),
        "columns": _packed_numbers(cells.columns),
        "which": _packed_numbers(cells.which),
        "kinds": "".join(map(_LETTERS.__getitem__, kinds)),
        "values": values,
        "look": [looks.setdefault(look, len(looks)) for look in zip(formats, fills, strikes, strict=True)],
        "looks": list(looks),
        "formulas": {str(at): formula for at, formula in enumerate(formulas) if formula is not None},
        "is_hidden": sheet.is_hidden,
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": sorted(sheet.hidden_columns),
        "merged": sheet.merged,
    }


def _sheet(packed: _Json) -> RawSheet:
    return RawSheet(
        name=_of(str, packed["name"]),
        cells=_cells(packed),
        is_hidden=_of(bool, packed["is_hidden"]),
        hidden_rows=frozenset(_all_of(int, packed["hidden_rows"])),
        hidden_columns=frozenset(_all_of(int, packed["hidden_columns"])),
        merged=tuple(_area(*_all_of(int, area)) for area in packed["merged"]),
    )


def _cells(packed: _Json) -> Cells:
    contents = _contents(packed)
    rows, columns, which = (_numbers(packed[name]) for name in ("rows", "columns", "which"))
    if not len(rows) == len(columns) == len(which) or (which and max(which) >= len(contents)):
        raise IndexError
    return Cells(rows, columns, which, contents)


def _packed_numbers(numbers: Sequence[int]) -> str:
    """Many small numbers, none of them negative, in a form that needs no look at each of them to be sure what it is."""
    try:
        packed = array(_SHORT, numbers)
    except OverflowError:
        packed = array(_LONG, numbers)
    return packed.typecode + b2a_base64(packed.tobytes(), newline=False).decode("ascii")


def _numbers(packed: str) -> list[int]:
    kind, text = packed[:1], packed[1:]
    if kind not in (_SHORT, _LONG):
        raise ValueError
    numbers = array(kind)
    numbers.frombytes(a2b_base64(text, strict_mode=True))
    return numbers.tolist()


def _contents(packed: _Json) -> list[Content]:
    values = packed["values"]
    if not _PLAIN_TYPES.issuperset(map(type, values)):
        values = [_scalar(value) if type(value) is dict else value for value in values]
        if list in set(map(type, values)):
            raise TypeError
    looks = [_look(*look) for look in packed["looks"]]
    formats, fills, strikes = ([look[at] for look in looks] for at in range(3))
    look = _all_of(int, packed["look"])
    formulas: list[str | None] = [None] * len(look)
    for at, formula in packed["formulas"].items():
        formulas[int(at)] = _of(str, formula)
    columns = zip(
        map(_KINDS.__getitem__, packed["kinds"]),
        values,
        map(formats.__getitem__, look),
        map(fills.__getitem__, look),
        formulas,
        map(strikes.__getitem__, look),
        strict=True,
    )
    return [_new_content(Content, content) for content in columns]


def _look(number_format: str, fill: str | None, is_struck: bool) -> tuple[str, str | None, bool]:  # noqa: FBT001  # unpacked
    return _of(str, number_format), fill if fill is None else _of(str, fill), _of(bool, is_struck)


def _area(top: int, left: int, bottom: int, right: int) -> tuple[int, int, int, int]:
    return top, left, bottom, right


def packed_finding(finding: Finding) -> _Json:
    """A finding as JSON values; how it stands is left out, which only checking knows. The reverse of `finding_from`."""
    return {
        "rule": finding.rule,
        "place": _packed_place(finding.place),
        "value": finding.value,
        "expected": finding.expected,
        "details": dict(finding.details),
        "places": [_packed_place(place) for place in finding.places],
    }


def finding_from(packed: _Json) -> Finding:
    """Read a finding back; TypeError and the like for what `packed_finding` does not write."""
    return Finding(
        rule=_of(str, packed["rule"]),
        place=_place(packed["place"]) if packed["place"] is not None else None,
        value=packed["value"] if packed["value"] is None else _of(str, packed["value"]),
        expected=packed["expected"] if packed["expected"] is None else _of(str, packed["expected"]),
        details={name: _of(str, text) for name, text in packed["details"].items()},
        places=tuple(_place(place) for place in packed["places"]),
    )


def _packed_place(place: Place | None) -> list[str | int | None] | None:
    return None if place is None else [place.sheet, place.row, place.column]


def _place(packed: Sequence[Any]) -> Place:
    sheet, row, column = packed
    return Place(_of(str, sheet), None if row is None else _of(int, row), None if column is None else _of(int, column))


def _of(kind: type, value: Any) -> Any:  # noqa: ANN401  # what JSON gives is what is judged here
    if type(value) is not kind:
        raise TypeError
    return value


def _all_of(kind: type, values: Any) -> Any:  # noqa: ANN401  # what JSON gives is what is judged here
    if type(values) is not list or not {kind}.issuperset(map(type, values)):
        raise TypeError
    return values
