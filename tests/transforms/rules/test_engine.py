from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.findings import Finding, Severity, Verdict
from schemas.place import Place
from tests.builders import (
    RECEIVED_ON,
    a_cover,
    a_history,
    a_milestone,
    a_project,
    a_red_project,
    a_submission,
    an_indicator_value,
)
from tests.transforms.rules.judging import judged, the_cell
from transforms.rules.engine import check_submission

NOT_A_NUMBER = Finding("C04", place=the_cell("project", "actual_cum"), value="neunhunderttausend")


def test_a_sound_return_is_accepted_as_it_is() -> None:
    submission = a_submission()

    checked = judged(submission, a_history())

    assert checked.verdict is Verdict.ACCEPTED
    assert (checked.cover, checked.tables, checked.version) == (submission.cover, submission.tables, 1)
    assert checked.submission is submission


def test_warnings_and_remarks_leave_a_return_accepted() -> None:
    checked = judged(a_submission([a_red_project()], indicator_values=[]), a_history())

    assert {finding.severity for finding in checked.findings} == {Severity.WARNING, Severity.INFO}
    assert checked.verdict is Verdict.ACCEPTED


def test_a_cell_that_parsing_refused_has_no_second_finding() -> None:
    project = a_project(failed=["actual_cum"])

    checked = judged(a_submission([project], findings=[NOT_A_NUMBER]), a_history())

    assert checked.findings == (NOT_A_NUMBER,)
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_a_value_left_in_a_refused_cell_is_removed() -> None:
    project = a_project(actual_cum=Decimal(10**9))

    checked = judged(a_submission([project], findings=[NOT_A_NUMBER]), a_history())

    assert checked.findings == (NOT_A_NUMBER,)
    assert checked.tables["project"][0].values["actual_cum"] is None


def test_a_warning_of_parsing_does_not_silence_the_rules() -> None:
    warning = Finding("C11", place=the_cell("project", "end_forecast"), details={"art": "Name"})
    project = a_project(start_date=date(2028, 1, 1))

    checked = judged(a_submission([project], findings=[warning]))

    assert [finding.rule for finding in checked.findings] == ["C11", "X01"]


def test_a_failed_cell_is_not_warned_about_by_later_families() -> None:
    red = a_red_project(status_reason=None)

    rules = [finding.rule for finding in judged(a_submission([red]), a_history()).findings]

    assert "X04" in rules
    assert "Q10" not in rules


@pytest.mark.parametrize(
    ("table_rows", "table"),
    [
        ({"projects": [a_project(failed=["project_id"])], "milestones": []}, "project"),
        ({"milestones": [a_milestone(failed=["milestone_no"])]}, "milestone"),
        ({"indicator_values": [an_indicator_value(failed=["kpi_code"])]}, "kpi_value"),
    ],
)
def test_a_failed_key_rejects_the_return(table_rows: dict[str, Any], table: str) -> None:
    checked = judged(a_submission(**table_rows))

    assert (checked.verdict, checked.version) == (Verdict.REJECTED, None)
    assert len(checked.tables[table]) == 1


def test_an_error_in_the_deckblatt_rejects_the_return() -> None:
    unknown_version = Finding(
        "F06", place=the_cell("submission", "template_version"), value="0.3", details={"version": "1.0"}
    )

    checked = judged(a_submission(findings=[unknown_version]))

    assert checked.verdict is Verdict.REJECTED
    assert checked.cover is not None
    assert checked.cover.values["template_version"] is None


def test_an_optional_cell_of_the_deckblatt_counts_as_well() -> None:
    assert judged(a_submission(cover=a_cover(failed=["contact_mailbox"]))).verdict is Verdict.REJECTED


def test_what_could_not_be_read_is_rejected_without_further_judgement() -> None:
    no_sheet = Finding("S01", place=Place("Projekte"))
    submission = a_submission([a_project(title=None)], findings=[no_sheet], is_readable=False)

    checked = judged(submission)

    assert (checked.verdict, checked.findings) == (Verdict.REJECTED, (no_sheet,))


@pytest.mark.parametrize("unknown", [{"org_code": None}, {"quarter": None}])
def test_a_return_of_nobody_or_no_quarter_is_unassigned_and_still_judged(unknown: dict[str, Any]) -> None:
    checked = judged(a_submission([a_project(title=None)], **unknown), a_history())

    assert checked.verdict is Verdict.UNASSIGNED
    assert checked.version is None
    assert "C01" in {finding.rule for finding in checked.findings}


def test_an_unreadable_file_of_nobody_is_rejected() -> None:
    assert judged(a_submission(org_code=None, quarter=None, is_readable=False)).verdict is Verdict.REJECTED


def test_a_draft_is_judged_and_never_loaded() -> None:
    checked = judged(a_submission([a_project(title=None)], cover=a_cover(submission_status="draft")))

    assert (checked.verdict, checked.version) == (Verdict.DRAFT, None)
    assert [finding.rule for finding in checked.findings] == ["C01"]


def test_a_draft_with_a_broken_deckblatt_is_still_a_draft() -> None:
    broken = a_cover(submission_status="draft", money_unit=None)

    assert judged(a_submission(cover=broken)).verdict is Verdict.DRAFT


def test_findings_come_in_the_order_in_which_one_reads_the_file() -> None:
    beyond = Finding("S05", place=Place("Anlage"), details={"spalte": "Notiz"})
    about_file = Finding("F04")
    submission = a_submission(
        [a_project(title=None, benefit=None), a_project(project_id="KLI-002", title=None)],
        milestones=[a_milestone(), a_milestone(project_id="KLI-002", title=None)],
        cover=a_cover(approved_on=date(2026, 9, 1)),
        findings=[beyond, about_file],
    )

    findings = judged(submission).findings

    assert [str(finding.place or finding.rule) for finding in findings] == [
        "F04",
        "Deckblatt!B10",
        "Projekte!B5",
        "Projekte!C5",
        "Projekte!B6",
        "Meilensteine!C6",
        "Anlage",
    ]


def test_sheets_under_another_name_keep_their_order() -> None:
    project = replace(a_project(title=None), sheet="Projektliste")
    milestone = replace(a_milestone(title=None), sheet="Anhang 1")

    findings = judged(a_submission([project], milestones=[milestone])).findings

    assert [finding.place.sheet for finding in findings if finding.place] == ["Projektliste", "Anhang 1"]


def test_the_same_return_gives_the_same_outcome() -> None:
    submission = a_submission([a_red_project(status_reason=None)], indicator_values=[])

    first, second = (check_submission(submission, a_history(), RECEIVED_ON) for _ in range(2))

    assert first == second


def test_a_return_without_a_deckblatt_is_unassigned() -> None:
    submission = replace(a_submission(), cover=None, org_code=None, quarter=None)

    assert judged(submission).verdict is Verdict.UNASSIGNED
