"""The receipt as JSON, for programs: the same facts under the names of the contract."""

import json
from collections.abc import Sequence

from schemas.answer import Answer, ToldFinding
from schemas.submission import Version
from transforms.answer.differences import Change
from transforms.answer.receipt import answer_name, quarter_changes, replaced_changes
from transforms.answer.wording import to_do
from transforms.documents import Json, json_value


def receipt_document(answer: Answer, workbook: str | None = None) -> dict[str, Json]:
    """Write the receipt as a document; findings as in ``die8 check --json``, instants in UTC.

    ``workbook`` as for `transforms.answer.receipt.receipt_text`.
    """
    return {
        "submission_id": answer.submission_id,
        "file": answer.file_name,
        "sha256": answer.sha256 or None,
        "received_at": answer.received_at.isoformat(),
        "organisation": answer.org_code,
        "quarter": str(answer.quarter) if answer.quarter else None,
        "version": answer.version,
        "verdict": str(answer.verdict),
        "to_do": to_do(answer),
        "due": answer.due.isoformat() if answer.due else None,
        "workbook": {"file": f"{answer_name(answer)}.xlsx", "kind": workbook} if workbook else None,
        "findings": [_finding(finding) for finding in answer.findings],
        "replaced": _compared(answer.replaced, replaced_changes(answer)),
        "quarter_before": _compared(answer.quarter_before, quarter_changes(answer)),
    }


def receipt_json(answer: Answer, workbook: str | None = None) -> str:
    """Write the document as text."""
    return json.dumps(receipt_document(answer, workbook), ensure_ascii=False, indent=1) + "\n"


def _finding(finding: ToldFinding) -> dict[str, Json]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "sheet": place.sheet if place else None,
        "cell": str(place) if place else None,
        "cells": [str(covered) for covered in finding.places],
        "value": finding.value,
        "expected": finding.expected,
        "message": finding.message,
    }


def _compared(version: Version | None, changes: Sequence[Change] | None) -> Json:
    if version is None or changes is None:
        return None
    return {
        "quarter": str(version.quarter),
        "version": version.version,
        "file": version.file_name,
        "received_at": version.received_at.isoformat(),
        "changes": [_change(change) for change in changes],
    }


def _change(change: Change) -> dict[str, Json]:
    return {
        "kind": str(change.kind),
        "table": change.table,
        "item": change.item,
        "field": change.field or None,
        "before": json_value(change.before),
        "after": json_value(change.after),
    }
