"""The Beschlussbuch is judged like a return, by what holds for it."""

from typing import Any

from schemas.findings import Verdict
from schemas.submission import Checked, Row, Submission
from tests.builders import a_decision, a_submission
from tests.transforms.rules.judging import judged


def a_row(number: int, *failed: str, **overrides: Any) -> Row:
    values = dict(a_decision(**overrides))
    columns = {name: position for position, name in enumerate(values, start=1)}
    return Row("decision", values, "Beschlüsse", number, columns, failed=frozenset(failed))


def a_book(*rows: Row, **overrides: Any) -> Submission:
    parts = {"org_code": None, "quarter": None, "tables": {"decision": rows}, **overrides}
    read = a_submission(file_name="Beschlussbuch.xlsx", **parts)
    return Submission(read.file_name, None, None, None, read.tables, read.findings, is_readable=read.is_readable)


def findings(checked: Checked) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.place)) for finding in checked.findings]


def test_a_sound_book_is_accepted_although_it_is_nobodys() -> None:
    checked = judged(a_book(a_row(5), a_row(6, decision_no="LK-2026-02")))

    assert (checked.verdict, checked.findings) == (Verdict.ACCEPTED, ())


def test_a_missing_outcome_is_told_and_the_rest_taken() -> None:
    checked = judged(a_book(a_row(5, outcome=None)))

    assert findings(checked) == [("C01", "Beschlüsse!F5")]
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_a_decision_without_number_rejects_the_book() -> None:
    assert judged(a_book(a_row(5, decision_no=None))).verdict is Verdict.REJECTED


def test_a_number_given_twice_rejects_the_book() -> None:
    checked = judged(a_book(a_row(5), a_row(6)))

    assert [rule for rule, _ in findings(checked)] == ["B02"]
    assert checked.verdict is Verdict.REJECTED


def test_what_could_not_be_read_is_rejected_not_unassigned() -> None:
    assert judged(a_book(is_readable=False)).verdict is Verdict.REJECTED
