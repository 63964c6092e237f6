"""The life cycle of rules, and waivers: how a finding counts, decided in one place."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.findings import Finding, RuleChange, Severity, State, Verdict, assert_sound, rules
from schemas.quarter import Quarter
from schemas.standards import Standards, Waiver
from schemas.submission import Checked, Submission
from tests.builders import RECEIVED_ON, a_cover, a_milestone, a_project, a_submission
from tests.transforms.rules.judging import judged, the_cell

ENDS_BEFORE_IT_BEGINS = a_project(start_date=date(2028, 1, 1))
"""Breaks X01, an error at Ende Prognose."""
NOT_READ = Finding("C08", place=the_cell("project", "status_cost"), details={"farbe": "rot"})
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


def with_rule(name: str, *changes: RuleChange, **overrides: Any) -> Standards:
    """The catalogue with one rule as the test wants it."""
    return Standards(tried_out={name: replace(rules()[name], changes=changes, **overrides)})


def a_change(since: Quarter, severity: Severity, state: State = State.ACTIVE) -> RuleChange:
    return RuleChange(since, severity, state, "Beschluss der Datenrunde")


def a_waiver(rule: str = "X01", **overrides: Any) -> Waiver:
    given = {"org": "KLI", "reason": "Neubau wird umgeplant", "until": date(2026, 12, 31)}
    return Waiver(rule, **{**given, **overrides})


def waiving(*waivers: Waiver) -> Standards:
    return Standards(waivers=waivers)


def of_rule(findings: Iterable[Finding], rule: str = "X01") -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


def end_forecast(checked: Checked) -> object:
    return checked.tables["project"][0].values["end_forecast"]


def test_an_active_error_nulls_its_cell_and_shows_in_the_verdict() -> None:
    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]))

    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert end_forecast(checked) is None
    assert checked.shadowed == ()


def test_a_shadow_rule_is_counted_and_changes_nothing() -> None:
    submission = a_submission([ENDS_BEFORE_IT_BEGINS])

    checked = judged(submission, standards=with_rule("X01", state=State.SHADOW))

    [shadow] = checked.shadowed
    assert (shadow.rule, shadow.severity, shadow.state) == ("X01", Severity.ERROR, State.SHADOW)
    assert of_rule(checked.findings) == []
    assert (checked.verdict, checked.tables) == (Verdict.ACCEPTED, submission.tables)


def test_a_cell_that_a_shadow_rule_speaks_about_is_still_judged_by_the_others() -> None:
    milestone = a_milestone(date_forecast=date(2028, 6, 30))

    checked = judged(
        a_submission([ENDS_BEFORE_IT_BEGINS], milestones=[milestone]), standards=with_rule("X01", state=State.SHADOW)
    )

    assert len(of_rule(checked.findings, "B07")) == 1


def test_a_rule_becomes_stricter_with_a_quarter_and_older_returns_are_judged_as_before() -> None:
    standards = with_rule("X05", a_change(Q4, Severity.ERROR))
    contradictory = a_project(status_cost="red", cause_code="supplier", status_reason="Preise gestiegen")

    before = judged(a_submission([contradictory]), standards=standards)
    after = judged(
        a_submission([contradictory], cover=a_cover(report_quarter="2026-Q4")),
        today=date(2027, 1, 12),
        standards=standards,
    )

    assert [finding.severity for finding in of_rule(before.findings, "X05")] == [Severity.WARNING]
    assert before.verdict is Verdict.ACCEPTED
    assert [finding.severity for finding in of_rule(after.findings, "X05")] == [Severity.ERROR]
    assert after.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_a_rule_that_became_milder_leaves_the_value() -> None:
    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=with_rule("X01", a_change(Q3, Severity.WARNING)))

    assert (checked.verdict, end_forecast(checked)) == (Verdict.ACCEPTED, date(2027, 6, 30))


def test_the_last_change_up_to_a_quarter_is_the_one_that_holds() -> None:
    rule = replace(
        rules()["X01"],
        changes=(a_change(Quarter(2026, 1), Severity.WARNING), a_change(Q4, Severity.INFO, State.SHADOW)),
    )

    assert [rule.at(quarter).severity for quarter in (Quarter(2025, 4), Q3, Q4)] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.INFO,
    ]
    assert (rule.latest.state, rule.since) == (State.SHADOW, Q4)
    assert rules()["X01"].latest is rules()["X01"]


def test_a_waived_error_is_information_with_the_reason_and_keeps_the_value() -> None:
    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=waiving(a_waiver()))

    [finding] = of_rule(checked.findings)
    assert (finding.severity, finding.state) == (Severity.INFO, State.WAIVED)
    assert finding.message == (
        "KLI-001: Ende Prognose liegt vor Beginn. (Ausgesetzt bis 31.12.2026: Neubau wird umgeplant)"
    )
    assert (checked.verdict, end_forecast(checked)) == (Verdict.ACCEPTED, date(2027, 6, 30))


@pytest.mark.parametrize(
    ("until", "severity"),
    [
        (date(2026, 10, 8), Severity.ERROR),
        (RECEIVED_ON, Severity.INFO),
        (date(2026, 10, 10), Severity.INFO),
    ],
)
def test_the_last_day_of_a_waiver_belongs_to_it(until: date, severity: Severity) -> None:
    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=waiving(a_waiver(until=until)))

    assert [finding.severity for finding in of_rule(checked.findings)] == [severity]


@pytest.mark.parametrize(("since", "severity"), [(RECEIVED_ON, Severity.INFO), (date(2026, 10, 10), Severity.ERROR)])
def test_what_was_received_before_a_waiver_began_is_judged_as_it_was(since: date, severity: Severity) -> None:
    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=waiving(a_waiver(since=since)))

    assert [finding.severity for finding in of_rule(checked.findings)] == [severity]


@pytest.mark.parametrize("override", [{"org": "SWG"}, {"rule": "X02"}, {"project": "KLI-002"}])
def test_another_organisation_rule_or_project_is_not_affected(override: dict[str, Any]) -> None:
    waiver = a_waiver(**{"rule": "X01", **override})

    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=waiving(waiver))

    assert [finding.severity for finding in of_rule(checked.findings)] == [Severity.ERROR]


def test_a_waiver_for_one_project_leaves_the_others() -> None:
    projects = [ENDS_BEFORE_IT_BEGINS, a_project(project_id="KLI-002", start_date=date(2028, 1, 1))]

    checked = judged(a_submission(projects), standards=waiving(a_waiver(project="KLI-002")))

    assert [(f.details["projekt"], f.severity) for f in of_rule(checked.findings)] == [
        ("KLI-001", Severity.ERROR),
        ("KLI-002", Severity.INFO),
    ]


def test_a_waiver_for_a_project_finds_cells_whose_message_does_not_name_it() -> None:
    unread = a_submission([a_project(failed=["status_cost"])], findings=[NOT_READ])

    other, own = (
        judged(unread, standards=waiving(a_waiver("C08", project=project))) for project in ("KLI-002", "KLI-001")
    )

    assert [finding.severity for finding in of_rule(other.findings, "C08")] == [Severity.ERROR]
    assert [finding.severity for finding in of_rule(own.findings, "C08")] == [Severity.INFO]


def test_a_cell_that_could_not_be_read_stays_empty_however_mildly_it_is_told() -> None:
    value_left = a_submission([a_project()], findings=[NOT_READ])

    checked = judged(value_left, standards=waiving(a_waiver("C08")))

    assert checked.verdict is Verdict.ACCEPTED
    assert checked.tables["project"][0].values["status_cost"] is None
    assert "status_cost" in checked.tables["project"][0].failed


@pytest.mark.parametrize(
    ("submission", "rule"),
    [
        (a_submission([a_project(), a_project(project_id=None)]), "C01"),
        (a_submission([a_project(), a_project(title="Zweites")]), "B02"),
        (a_submission(cover=a_cover(money_unit=None)), "C01"),
    ],
    ids=["a row without key", "a key twice", "amounts without unit"],
)
def test_what_all_else_rests_on_cannot_be_waived(submission: Submission, rule: str) -> None:
    checked = judged(submission, standards=waiving(a_waiver(rule)))

    assert checked.verdict is Verdict.REJECTED
    assert any(finding.is_error for finding in of_rule(checked.findings, rule))


def test_a_line_of_the_deckblatt_can_be_waived_when_nothing_rests_on_it() -> None:
    checked = judged(
        a_submission(cover=a_cover(approved_by_role=None)), standards=waiving(a_waiver("C01", until=RECEIVED_ON))
    )

    assert checked.verdict is Verdict.ACCEPTED
    assert [finding.state for finding in of_rule(checked.findings, "C01")] == [State.WAIVED]


def test_a_shadow_rule_is_not_told_where_it_is_waived() -> None:
    standards = replace(with_rule("X01", state=State.SHADOW), waivers=(a_waiver(),))

    checked = judged(a_submission([ENDS_BEFORE_IT_BEGINS]), standards=standards)

    assert (of_rule(checked.findings), len(checked.shadowed)) == ([], 1)


@pytest.mark.parametrize(
    ("rule", "changes", "complaint"),
    [
        ("S02", [a_change(Q3, Severity.WARNING)], "cannot be changed"),
        ("C08", [a_change(Q3, Severity.ERROR, State.SHADOW)], "cannot be a shadow rule"),
        ("X01", [a_change(Q3, Severity.ERROR, State.WAIVED)], "waived for one organisation"),
    ],
)
def test_a_change_that_cannot_be_is_refused(rule: str, changes: list[RuleChange], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        assert_sound(replace(rules()[rule], changes=tuple(changes)))


def test_rules_that_stop_the_reading_have_one_severity_for_ever() -> None:
    firm = {name for name, rule in rules().items() if rule.guards == "file"}

    assert firm == {"F01", "F02", "F03", "F06", "F08", "F10", "F11", "S01", "S02", "S03", "S06", "S08"}
