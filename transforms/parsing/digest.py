"""A parsed return as bytes: what is kept of a file whose own bytes may be kept no longer.

It holds all that judging and loading need, and nothing that they do not: no author, no comment, no other sheet, no
formatting. A rebuild judges it like a file that has just been read.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec.structs import replace

from schemas.contract import FieldType, tables
from schemas.findings import Finding
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import Row, Submission, Value
from transforms.workbook.wire import finding_from, packed_finding

_Json: TypeAlias = dict[str, Any]
Amend: TypeAlias = Callable[[str, str], str]
"""Gives the new text of a place; places are called as `texts_of` calls them."""

FILE_NAME, SHEET, FINDING = "file name", "sheet", "finding"
"""Places that are no fields."""


def pack_submission(submission: Submission) -> bytes:
    """Write a parsed return as JSON; equal returns give equal bytes. The reverse of `unpack_submission`, exactly."""
    document = {
        "file_name": submission.file_name,
        "org_code": submission.org_code,
        "quarter": None if submission.quarter is None else str(submission.quarter),
        "cover": None if submission.cover is None else _packed_row(submission.cover),
        "tables": {name: [_packed_row(row) for row in rows] for name, rows in submission.tables.items()},
        "findings": [packed_finding(finding) for finding in submission.findings],
        "is_readable": submission.is_readable,
        "file_format": submission.file_format,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def unpack_submission(packed: bytes) -> Submission:
    """Read a parsed return back.

    Raises:
        ValueError, KeyError, TypeError: the bytes are not what `pack_submission` writes.
    """
    document = json.loads(packed)
    return Submission(
        file_name=document["file_name"],
        org_code=document["org_code"],
        quarter=None if document["quarter"] is None else Quarter.parse(document["quarter"]),
        cover=None if document["cover"] is None else _row(document["cover"]),
        tables={name: tuple(map(_row, rows)) for name, rows in document["tables"].items()},
        findings=tuple(map(finding_from, document["findings"])),
        is_readable=document["is_readable"],
        file_format=document["file_format"],
    )


def amended(submission: Submission, amend: Amend) -> Submission:
    """Change every text of a return that people wrote: its name, free texts, cells as found, what findings quote.

    Codes, keys and numbers stay, and what was given stays given: a text that loses all its words keeps the
    replacement. A mailbox that changes is no mailbox any more and becomes „not given“.
    """
    return replace(
        submission,
        file_name=amend(FILE_NAME, submission.file_name),
        cover=None if submission.cover is None else _amended_row(submission.cover, amend),
        tables={name: tuple(_amended_row(row, amend) for row in rows) for name, rows in submission.tables.items()},
        findings=tuple(_amended_finding(finding, amend) for finding in submission.findings),
    )


def texts_of(submission: Submission) -> list[tuple[str, str]]:
    """Every text that `amended` would look at, with the field it belongs to: ``project.status_reason``, or a word."""
    found = [(FILE_NAME, submission.file_name)]
    for row in submission.rows():
        found += [(f"{row.table}.{name}", value) for name, value in row.values.items() if isinstance(value, str)]
        found += [(f"{row.table}.{name}", raw) for name, raw in row.raw.items()]
        found.append((SHEET, row.sheet))
    for finding in submission.findings:
        found += [(FINDING, text) for text in (finding.value, finding.expected, *finding.details.values()) if text]
    return found


def _amended_row(row: Row, amend: Amend) -> Row:
    table = tables()[row.table]
    values: dict[str, Value] = {}
    for name, value in row.values.items():
        field, place = table.fields[name], f"{row.table}.{name}"
        is_free = not field.pattern and not field.code_list and name not in table.key
        if isinstance(value, str) and is_free and field.type is FieldType.TEXT:
            values[name] = amend(place, value)
        elif isinstance(value, str) and field.type is FieldType.EMAIL:
            values[name] = value if amend(place, value) == value else None
        else:
            values[name] = value
    raw = {name: amend(f"{row.table}.{name}", text) for name, text in row.raw.items()}
    return replace(row, values=values, sheet=amend(SHEET, row.sheet), raw=raw)


def _amended_finding(finding: Finding, amend: Amend) -> Finding:
    def amended_place(place: Place) -> Place:
        return replace(place, sheet=amend(SHEET, place.sheet))

    return replace(
        finding,
        place=None if finding.place is None else amended_place(finding.place),
        value=None if finding.value is None else amend(FINDING, finding.value),
        expected=None if finding.expected is None else amend(FINDING, finding.expected),
        details={name: amend(FINDING, text) for name, text in finding.details.items()},
        places=tuple(map(amended_place, finding.places)),
    )


def _packed_value(value: Value) -> object:
    match value:
        case Decimal():
            return {"n": str(value)}
        case date():
            return {"d": value.isoformat()}
        case _:
            return value


def _value(packed: object) -> Value:
    match packed:
        case {"n": str(number)}:
            return Decimal(number)
        case {"d": str(day)}:
            return date.fromisoformat(day)
        case list():
            return tuple(map(str, packed))
        case None | str() | int():
            return packed
        case _:
            msg = f"no value: {packed!r}"
            raise TypeError(msg)


def _packed_row(row: Row) -> _Json:
    return {
        "table": row.table,
        "values": {name: _packed_value(value) for name, value in row.values.items()},
        "sheet": row.sheet,
        "source_row": row.source_row,
        "columns": dict(row.columns),
        "rows": dict(row.rows),
        "raw": dict(row.raw),
        "failed": sorted(row.failed),
    }


def _row(packed: Mapping[str, Any]) -> Row:
    return Row(
        table=packed["table"],
        # A field that the contract has got since then was not given.
        values={
            **dict.fromkeys(tables()[packed["table"]].fields),
            **{name: _value(value) for name, value in packed["values"].items()},
        },
        sheet=packed["sheet"],
        source_row=packed["source_row"],
        columns=packed["columns"],
        rows=packed["rows"],
        raw=packed["raw"],
        failed=frozenset(packed["failed"]),
    )
