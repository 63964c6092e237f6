"""The JSON documents that commands print (design.md §4)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from schemas.findings import Finding
from schemas.submission import Checked, Row, Value

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def check_document(checked: Checked, *, with_data: bool = False) -> dict[str, Json]:
    """Write the outcome of checking one file as the pinned document of ``die8 check --json``.

    Fields and codes are those of the contract, dates ISO, amounts and numbers JSON numbers, cells ``Projekte!F12``.
    With ``with_data`` the clean tables come along, the Deckblatt as table ``submission``.
    """
    submission = checked.submission
    document: dict[str, Json] = {
        "file": submission.file_name,
        "verdict": str(checked.verdict),
        "organisation": submission.org_code,
        "quarter": str(submission.quarter) if submission.quarter else None,
        "findings": [finding_document(finding) for finding in checked.findings],
    }
    if with_data:
        cover = [row_document(checked.cover)] if checked.cover else []
        document["tables"] = {
            "submission": cover,
            **{name: [row_document(row) for row in rows] for name, rows in checked.tables.items()},
        }
    return document


def finding_document(finding: Finding) -> dict[str, Json]:
    """Write one finding; ``cell`` is the place to look first, ``cells`` all of them."""
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "sheet": finding.place.sheet if finding.place else None,
        "cell": str(finding.place) if finding.place else None,
        "cells": [str(place) for place in finding.all_places],
        "value": finding.value,
        "expected": finding.expected,
        "message": finding.message,
    }


def row_document(row: Row) -> dict[str, Json]:
    """Write the values of one row by field name."""
    return {name: json_value(value) for name, value in row.values.items()}


def json_value(value: Value) -> Json:
    """Write a stored value as JSON: dates ISO, exact numbers as numbers, lists as lists."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value
