"""What the tests of the rules ask: which findings of one rule a return gives, and where."""

from datetime import date

from msgspec.structs import replace

from schemas.contract import tables
from schemas.findings import Finding
from schemas.place import Place
from schemas.standards import DEFAULT_STANDARDS, Standards
from schemas.submission import NO_HISTORY, Checked, History, Submission
from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds
from tests.builders import FIRST_DATA_ROW, RECEIVED_ON, a_cover
from transforms.rules.engine import check_submission


def judged(
    submission: Submission,
    history: History = NO_HISTORY,
    *,
    today: date = RECEIVED_ON,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    standards: Standards = DEFAULT_STANDARDS,
) -> Checked:
    """Check a return; every finding must be able to say its sentence."""
    checked = check_submission(submission, history, today, replace(standards, thresholds=thresholds))
    assert all(finding.message for finding in checked.findings)
    return checked


def found(
    rule: str,
    submission: Submission,
    history: History = NO_HISTORY,
    *,
    today: date = RECEIVED_ON,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    standards: Standards = DEFAULT_STANDARDS,
) -> list[Finding]:
    """The findings of one rule."""
    checked = judged(submission, history, today=today, thresholds=thresholds, standards=standards)
    return [finding for finding in checked.findings if finding.rule == rule]


def the_cell(table: str, field: str, row: int = FIRST_DATA_ROW) -> Place:
    """Where the builders put a field: of the first row unless told otherwise."""
    contract = tables()[table]
    if table == "submission":
        return a_cover().place(field)
    return Place(contract.sheet, row, list(contract.fields).index(field) + 1)
