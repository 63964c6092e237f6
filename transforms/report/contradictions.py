"""What the returns of one quarter say against each other, seen when all are there (rules B11 and B12)."""

from datetime import UTC, datetime
from typing import TypeAlias

from schemas.facts import FindingFact
from schemas.submission import Value, Version
from transforms.report.state import Record, State
from transforms.report.writing import cut, for_display
from transforms.rules.across_returns import quarter_findings

_LONGEST_MESSAGE = 300
_COMPARED = ("project", "cooperation")

_Values: TypeAlias = dict[str, Value]


def build_contradictions(state: State) -> tuple[FindingFact, ...]:
    """Tell each contradiction between two organisations once, whoever of them handed in first.

    They belong to the quarter and to no file, so they have no place.
    """
    returns = {org_code: _version(state, org_code) for org_code in sorted(state.submissions)}
    return tuple(
        FindingFact("", finding.severity.value, finding.rule, "", cut(for_display(finding.message), _LONGEST_MESSAGE))
        for finding in quarter_findings(returns)
    )


def _version(state: State, org_code: str) -> Version:
    tables = {
        name: tuple(_values(record) for record in state.rows[name] if record.org_code == org_code) for name in _COMPARED
    }
    submission = state.submissions[org_code]
    received = submission.instant("received_at") or datetime.min.replace(tzinfo=UTC)
    return Version(
        state.quarter, submission.count("version") or 1, submission.text("file_name") or "", received, {}, tables
    )


def _values(record: Record) -> _Values:
    """The values as rules know them: lists are tuples there."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.values.items()}  # type: ignore[misc]  # the warehouse gives what the contract's types allow
