"""What becomes of a return or of the Beschlussbuch: the verdicts of contract.md §4."""

from collections.abc import Iterable

from schemas.contract import tables
from schemas.findings import Finding, Verdict
from schemas.submission import is_register
from transforms.rules.case import Case

_CONTRADICTIONS = frozenset({"X02", "X03", "F11"})
"""The Deckblatt contradicts the rest, or the way by which it came: nothing of the file can be trusted to be meant."""


def verdict(case: Case, findings: Iterable[Finding]) -> Verdict:
    """Decide from the findings and the failed cells of a judged return.

    What was not read cannot be a draft or anybody's; what is nobody's cannot be accepted, unless it is the
    Beschlussbuch; a draft is answered and never loaded, whatever is wrong with it.
    """
    submission = case.submission
    if not submission.is_readable:
        return Verdict.REJECTED
    if not is_register(submission.tables) and (submission.org_code is None or submission.quarter is None):
        return Verdict.UNASSIGNED
    if case.cover is not None and case.cover.values["submission_status"] == "draft":
        return Verdict.DRAFT
    errors = [finding for finding in findings if finding.is_error]
    if any(_is_blocking(case, finding) for finding in errors) or _has_failed_key(case):
        return Verdict.REJECTED
    return Verdict.ACCEPTED_WITH_FINDINGS if errors else Verdict.ACCEPTED


def _is_blocking(case: Case, error: Finding) -> bool:
    in_cover = error.place is not None and error.place.sheet == case.sheet("submission").sheet
    return in_cover or error.rule in _CONTRADICTIONS


def _has_failed_key(case: Case) -> bool:
    """Whether a row cannot be identified; a Deckblatt cell that failed without a finding of its own counts as well."""
    if case.cover is not None and case.cover.failed:
        return True
    return any(not row.failed.isdisjoint(table.key) for table in tables().values() for row in case.rows(table.name))
