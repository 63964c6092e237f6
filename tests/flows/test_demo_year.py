"""The fictional year: believable, consistent over time, spoilt as intended, and the same each time."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from flows.clock import BERLIN
from flows.demo import DemoDelivery, demo_year
from flows.demo_course import Moment, report_rows, story
from flows.examination import Examined, Memory, duplicate, judge, unread
from schemas.codes import indicators, the_eight
from schemas.contract import return_tables
from schemas.delivery import Delivery
from schemas.findings import Finding, Verdict
from schemas.quarter import Quarter
from schemas.standards import DEFAULT_STANDARDS
from schemas.submission import Checked, Value
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook

YEAR = tuple(Quarter(2025, 4).shifted(number) for number in range(4))
MOMENTS = [Moment(YEAR, index) for index in range(4)]


@cache
def the_year() -> tuple[DemoDelivery, ...]:
    return tuple(demo_year(YEAR))


def judged(deliveries: tuple[DemoDelivery, ...]) -> Iterator[tuple[DemoDelivery, Checked]]:
    """Read and judge the deliveries one after the other, each with what came before it in memory."""
    memory = Memory({}, {})
    for demo in deliveries:
        if demo.verdict is None:
            continue
        delivery = Delivery(demo.content, demo.file_name, "demo", demo.received_at)
        first = memory.first_received(delivery.submission_id)
        if first is None:
            read = read_workbook(delivery.content, delivery.name)
            is_refused = isinstance(read, Finding)
            submission = unread(delivery.name, read) if is_refused else parse_submission(read, delivery.name)
            checked = judge(delivery, submission, memory, DEFAULT_STANDARDS)
        else:
            checked = duplicate(delivery, first)
        memory.add(Examined(delivery, checked))
        yield demo, checked


def project_history() -> Iterator[list[dict[str, Value]]]:
    """The rows of each project, quarter by quarter."""
    for org_code in the_eight():
        quarters = [report_rows(org_code, moment, None)["project"] for moment in MOMENTS]
        yield from (list(rows) for rows in zip(*quarters, strict=True))


def amount(row: dict[str, Value], name: str) -> Decimal:
    value = row[name]
    assert isinstance(value, Decimal)
    return value


def day(row: dict[str, Value], name: str) -> date:
    value = row[name]
    assert isinstance(value, date)
    return value


def test_intake_says_of_every_file_what_the_demo_intends_and_no_other_error() -> None:
    for demo, checked in judged(the_year()):
        reported = {(f.rule, str(place)) for f in checked.findings for place in f.all_places or (f.place,)}
        errors = {(finding.rule, str(finding.place)) for finding in checked.findings if finding.is_error}
        expected = {(finding.rule, finding.place) for finding in demo.expected}

        assert checked.verdict is demo.verdict, demo.file_name
        assert expected <= reported, demo.file_name
        assert errors <= expected, demo.file_name


def test_what_is_read_back_is_what_was_reported_whatever_the_habits_of_the_office() -> None:
    seen = set()
    for demo, checked in judged(the_year()):
        if demo.verdict is not Verdict.ACCEPTED or demo.org_code is None:
            continue
        truth = report_rows(demo.org_code, MOMENTS[YEAR.index(demo.quarter)], None)
        for table, rows in checked.tables.items():
            given = [{name: row.get(name) for name in return_tables()[table].fields} for row in truth[table]]
            assert [dict(row.values) for row in rows] == given, (demo.file_name, table)
        seen.add(demo.org_code)
    assert seen == set(the_eight())


def test_a_longer_history_leads_up_to_the_story_without_errors() -> None:
    history = tuple(demo_year([Quarter(2026, 3).shifted(number) for number in range(-6, 1)]))

    for demo, checked in judged(history):
        errors = {(finding.rule, str(finding.place)) for finding in checked.findings if finding.is_error}
        assert errors <= {(finding.rule, finding.place) for finding in demo.expected}, demo.file_name


def test_the_same_quarters_give_the_same_bytes() -> None:
    assert tuple(demo_year(YEAR)) == the_year()


def test_every_file_arrives_at_noon_on_a_working_day_after_its_quarter() -> None:
    for delivery in the_year():
        local = delivery.received_at.astimezone(BERLIN)
        assert local.hour == (13 if delivery.verdict is Verdict.DUPLICATE else 12)
        assert local.weekday() < 5
        assert delivery.quarter.last_day < local.date() < delivery.quarter.shifted(1).last_day
    instants = [delivery.received_at for delivery in the_year()]
    assert instants == sorted(instants)


def test_one_organisation_is_missing_in_one_quarter_and_each_mess_is_there() -> None:
    delivered = {(d.org_code, d.quarter) for d in the_year()}
    names = [delivery.file_name for delivery in the_year()]
    rules = {expected.rule for delivery in the_year() for expected in delivery.expected}

    assert {(o, q) for o in the_eight() for q in YEAR} - delivered == {("KRG", YEAR[1])}
    assert rules == {"S04", "S05", "S07", "S09", "C04", "C06", "C08", "X04"}
    assert sum(name.endswith(".zip") for name in names) == 4
    assert sum(name.startswith("~$") for name in names) == 1
    assert sum(name.startswith("Kopie von") for name in names) == 1
    assert sum(name.endswith("_v02.xlsx") for name in names) == 1


def test_the_register_grows_from_meeting_to_meeting_and_knows_the_requests() -> None:
    asked = {line["decision_id"] for line in story("requests")}
    books = [checked for _, checked in judged(the_year()) if "decision" in checked.tables]

    assert [len(book.tables["decision"]) for book in books] == [2, 4, 6]
    for row in books[-1].tables["decision"]:
        assert row.values["decision_id"] is None or row.text("decision_id") in asked


def test_every_return_says_that_it_is_fictional() -> None:
    assert all(line["assessment"] for line in story("assessments"))
    for _, checked in judged(the_year()):
        if checked.cover is not None:
            assert checked.cover.text("overall_assessment").endswith("(fiktiv)")


def test_baselines_are_frozen_and_actual_costs_and_progress_never_fall() -> None:
    for history in project_history():
        assert len({(row["end_baseline"], row["budget_total"]) for row in history}) == 1
        for before, after in pairwise(history):
            assert amount(before, "actual_cum") <= amount(after, "actual_cum")
            assert before["progress_pct"] is None or amount(before, "progress_pct") <= amount(after, "progress_pct")
        assert all(amount(row, "actual_cum") <= amount(row, "forecast_total") for row in history)


def test_who_is_late_or_dear_explains_it_and_never_twice_in_the_same_words() -> None:
    for history in project_history():
        for row in history:
            is_off = any(
                row[f"status_{part}"] in ("yellow", "red") for part in ("overall", "schedule", "cost", "scope")
            )
            assert bool(row["status_reason"]) == bool(row["cause_code"]) == is_off, row
        reasons = [row["status_reason"] for row in history if row["status_reason"]]
        assert len(reasons) == len(set(reasons))


def test_milestones_lie_where_they_can_be_believed() -> None:
    for org_code in the_eight():
        for moment in MOMENTS:
            rows = report_rows(org_code, moment, None)
            ends = {row["project_id"]: day(row, "end_forecast") for row in rows["project"]}
            for milestone in rows["milestone"]:
                is_reached = milestone["milestone_status"] == "reached"
                assert (day(milestone, "date_forecast") <= moment.quarter.last_day) == is_reached, milestone
                assert day(milestone, "date_forecast") <= ends[milestone["project_id"]], milestone


def test_the_last_quarter_shows_all_lights_and_asks_for_decisions() -> None:
    rows = [report_rows(org_code, MOMENTS[-1], None) for org_code in the_eight()]
    lights = [project["status_overall"] for row in rows for project in row["project"]]
    red = {p["project_id"] for row in rows for p in row["project"] if p["status_overall"] == "red"}
    asked = [request["project_id"] for row in rows for request in row["decision_request"]]

    assert len(lights) == len(story("projects"))
    assert {"green", "yellow", "red"} <= set(lights)
    assert red <= set(asked)


def test_cumulated_indicators_only_rise_and_percentages_stay_percentages() -> None:
    quarters = [Quarter(2026, 3).shifted(number) for number in range(-11, 1)]
    for org_code in the_eight():
        returns = [report_rows(org_code, Moment(tuple(quarters), n), None)["kpi_value"] for n in range(len(quarters))]
        for series in zip(*returns, strict=True):
            indicator = indicators()[str(series[0]["kpi_code"])]
            values = [amount(row, "value") for row in series if row.get("value") is not None]
            if indicator.is_cumulated:
                assert values == sorted(values)
            if indicator.unit.startswith("%"):
                assert all(0 <= value <= 100 for value in values)


def test_texts_keep_to_the_lengths_of_the_contract() -> None:
    for org_code in the_eight():
        for moment in MOMENTS:
            for table, rows in report_rows(org_code, moment, None).items():
                for row in rows:
                    for name, value in row.items():
                        limit = return_tables()[table].fields[name].max_length
                        assert not (limit and isinstance(value, str) and len(value) > limit), value


def test_for_load_tests_each_organisation_reports_as_many_projects_as_asked() -> None:
    projects = report_rows("GTM", MOMENTS[-1], 9)["project"]

    assert [row["project_id"] for row in projects] == [f"GTM-{number:03d}" for number in range(1, 10)]
    assert len({row["title"] for row in projects}) == 9
    assert len({row["budget_total"] for row in projects}) > 2


def test_without_mess_there_are_eight_clean_workbooks() -> None:
    deliveries = demo_year(YEAR[-1:], projects_per_organisation=5, is_messy=False)

    assert [delivery.org_code for delivery in sorted(deliveries, key=lambda d: the_eight().index(str(d.org_code)))] == [
        *the_eight()
    ]
    assert all(delivery.file_name.endswith(".xlsx") and not delivery.expected for delivery in deliveries)


@pytest.mark.parametrize("quarters", [(), (YEAR[0], YEAR[2]), (YEAR[1], YEAR[0])])
def test_quarters_that_do_not_follow_one_another_are_refused(quarters: tuple[Quarter, ...]) -> None:
    with pytest.raises(ValueError, match="follow"):
        demo_year(quarters)
