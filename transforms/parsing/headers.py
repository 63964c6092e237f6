"""Headings: which row is the header, and which column holds which field (M56–M58, M64–M70)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from msgspec import Struct

from schemas.contract import Required, Table, layouts
from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import Content
from transforms.parsing.readings import ONE
from transforms.parsing.text import match_key, single_line

HEADER_DEPTH = 25
"""The header stands within the first rows; title, logo and help may stand above it (M64)."""

_UNIT = (
    r"(?P<unit>T€|TEUR|T EUR|k€|Tsd\.? ?(?:€|EUR|Euro)?|Tausend (?:€|Euro)|Mio\.? ?(?:€|EUR|Euro)?"
    r"|€|EUR|Euro|%|Prozent)"
)
_HEADING_UNIT = re.compile(
    rf"(?P<name>.*\w.*?)\s*(?:[(\[]\s*(?:in )?{_UNIT}\s*[)\]]|\bin {_UNIT.replace('unit', 'bare')})", re.IGNORECASE
)
_BEFORE_UNIT = ("(", "[", "in ")
"""One of these stands in every heading that names a unit; looking for them costs less than the whole pattern."""
_HEADING_MARK = re.compile(r"(?<=\S)\s*(?:[¹²³⁴⁵⁶⁷⁸⁹]+|\*+|[1-9]\))$")
_UNIT_LINE = re.compile(
    rf"\(?(?:alle )?(?:angaben|beträge|geldbeträge|werte|zahlen)?:? ?(?:sind )?in {_UNIT}[.)]*", re.IGNORECASE
)


class Heading(NamedTuple):
    """A heading that surely means a field, by its label or an alias. ``unit`` is EUR for one unit, if it names one."""

    field: str
    is_label: bool
    unit: Decimal | None = None


class Header(Struct, frozen=True):
    """The header of one table: where each field stands, and what there is to say about it."""

    row: int
    columns: Mapping[str, int]
    units: Mapping[str, Decimal]
    """Fields whose heading names a unit of money, in EUR."""
    headings: Mapping[int, str]
    """Column to heading, of all columns that have one."""
    findings: tuple[Finding, ...]
    is_complete: bool
    """No required column is missing and none is there twice."""


@lru_cache(maxsize=4096)
def recognise(version: str, table: str, text: str) -> Heading | None:
    """Tell which field a heading means under a template version; None when it means none surely."""
    index = _index(version, table)
    heading = index.get(match_key(text))
    if heading is not None or len(text) > 80:
        return heading
    name = single_line(text)
    if not name[-1:].isalnum() or not name.isascii():  # no mark ends in a letter or a plain digit
        name = _HEADING_MARK.sub("", name)
    lowered = name.lower()
    match = _HEADING_UNIT.fullmatch(name) if any(sign in lowered for sign in _BEFORE_UNIT) else None
    if match is None:
        return index.get(match_key(name)) if name != text else None
    heading = index.get(match_key(match["name"]))
    return heading and heading._replace(unit=unit_factor(match["unit"] or match["bare"]))


def unit_factor(unit: str) -> Decimal | None:
    """Give EUR for one unit of a written unit of money, „T€“ is 1,000; None for a percentage."""
    name = unit.casefold()
    if name.startswith("mio"):
        return Decimal(1_000_000)
    if name.startswith(("t", "k")):
        return Decimal(1000)
    return ONE if name.startswith(("€", "eur")) else None


def unit_line(text: str) -> Decimal | None:
    """Read „alle Angaben in T€“ above a table as EUR for one unit; None for any other text (M24)."""
    match = _UNIT_LINE.fullmatch(single_line(text)) if len(text) <= 60 else None
    return unit_factor(match["unit"]) if match else None


def header_rows(lines: Mapping[int, Mapping[int, Content]], version: str, table: Table) -> list[int]:
    """Give the rows near the top that qualify as the header; one always should."""
    return [row for row, cells in lines.items() if row <= HEADER_DEPTH and is_header(cells, version, table)]


def is_header(cells: Mapping[int, Content], version: str, table: Table) -> bool:
    """Whether a row names enough fields to be the header: a third of the table's, and at least two."""
    needed = max(2, -(-len(table.fields) // 3))
    if len(cells) < needed:
        return False
    texts = {cell.value for cell in cells.values() if isinstance(cell.value, str)}
    if len(texts) < needed:
        return False
    found = [recognise(version, table.name, text) for text in texts]
    return len({heading.field for heading in found if heading}) >= needed


def read_header(sheet: str, row: int, cells: Mapping[int, Content], version: str, table: Table) -> Header:
    """Assign the columns of a header row by name, never by position.

    The label beats an alias (then S04 tells it). Two columns for one field are S06 and none is read; a required
    column that is missing is S03; what is unknown is kept for S05.
    """
    headings = {column: text for column, cell in cells.items() if (text := single_line(cell.text))}
    found = {column: recognise(version, table.name, text) for column, text in headings.items()}
    candidates: dict[str, list[int]] = {}
    for column, heading in found.items():
        if heading is not None:
            candidates.setdefault(heading.field, []).append(column)
    columns: dict[str, int] = {}
    findings: list[Finding] = []
    for name, field in table.fields.items():
        where = candidates.get(name, [])
        labelled = [column for column in where if (h := found[column]) and h.is_label]
        chosen = labelled or where
        if len(chosen) > 1:
            places = tuple(Place(sheet, row, column) for column in chosen)
            findings.append(Finding("S06", places[0], headings[chosen[0]], None, {"spalte": field.label}, places))
        elif chosen:
            columns[name] = chosen[0]
            if not labelled:
                findings.append(_read_as(Place(sheet, row, chosen[0]), headings[chosen[0]], field.label))
        elif field.required is Required.YES:
            findings.append(Finding("S03", Place(sheet), None, field.label, {"spalte": field.label}))
    return Header(
        row=row,
        columns=columns,
        units={name: unit for name, column in columns.items() if (h := found[column]) and (unit := h.unit) is not None},
        headings=headings,
        findings=tuple(findings),
        is_complete=not any(finding.is_error for finding in findings),
    )


def suggestion(text: str, table: Table, columns: Mapping[str, int]) -> str | None:
    """Name the missing field whose label comes nearest to an unknown heading: a hint, never a reading (M68)."""
    from difflib import get_close_matches  # noqa: PLC0415  # only headings nobody knows pay for the import

    missing = {match_key(field.label): field.label for name, field in table.fields.items() if name not in columns}
    nearest = get_close_matches(match_key(text), missing, n=1, cutoff=0.75)
    return f"vielleicht „{missing[nearest[0]]}“" if nearest else None


def _read_as(place: Place, found: str, label: str) -> Finding:
    return Finding("S04", place, found, label, {"gefunden": found, "spalte": label})


@cache
def _index(version: str, table: str) -> Mapping[str, Heading]:
    headings = layouts()[version].headings[table]
    index: dict[str, Heading] = {}
    for field, names in headings.items():
        index.setdefault(match_key(names[0]), Heading(field, is_label=True))
    for field, names in headings.items():
        for alias in names[1:]:
            index.setdefault(match_key(alias), Heading(field, is_label=False))
    return index
