"""The projects: lights, trends, and what is said of organisations that did not deliver."""

from datetime import date
from decimal import Decimal

import pytest

from schemas.facts import Light, Trend, figures_of
from schemas.quarter import Quarter
from tests.builders import a_project
from tests.transforms.report.returns import Q2, Q3, a_light, a_return, facts_of, the_project


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        ("green", "yellow", Trend.WORSE),
        ("yellow", "red", Trend.WORSE),
        ("red", "green", Trend.BETTER),
        ("yellow", "yellow", Trend.SAME),
        ("grey", "grey", Trend.SAME),
        ("grey", "green", None),
    ],
)
def test_the_trend_compares_with_the_last_return(before: str, now: str, trend: Trend | None) -> None:
    facts = facts_of(a_return(quarter=Q2, projects=[a_light(before)]), a_return(projects=[a_light(now)]))

    assert the_project(facts).trend is trend


def test_a_project_that_was_not_reported_before_is_new() -> None:
    facts = facts_of(a_return(quarter=Q2), a_return(projects=[a_light("green"), a_light("green", number=2)]))

    assert the_project(facts, "KLI-002").trend is Trend.NEW


def test_in_the_first_report_nothing_is_called_new() -> None:
    assert the_project(facts_of(a_return())).trend is None


@pytest.mark.parametrize(("phase", "trend"), [("completed", Trend.COMPLETED), ("cancelled", Trend.DROPPED)])
def test_closed_projects_have_words_of_their_own_and_are_not_counted(phase: str, trend: Trend) -> None:
    facts = facts_of(a_return(quarter=Q2), a_return(projects=[a_light("green", phase=phase)]))

    assert the_project(facts).trend is trend
    assert facts.portfolio.running.value == 0


def test_after_a_gap_the_last_known_return_is_what_is_compared_with() -> None:
    facts = facts_of(
        a_return(quarter=Quarter(2026, 1), projects=[a_light("green")]),
        a_return("SWG", Q2),
        a_return(projects=[a_light("yellow")]),
    )
    project = the_project(facts)

    assert (project.trend, project.before_quarter) == (Trend.WORSE, "Q1/2026")


def test_quarters_in_red_are_counted_without_a_gap() -> None:
    reds = [a_return(quarter=Q3.shifted(-back), projects=[a_light("red")]) for back in (0, 1, 3)]

    assert the_project(facts_of(*reds)).numbers.red_quarters.value == 2


def test_a_light_without_a_valid_value_is_unknown() -> None:
    facts = facts_of(a_return(projects=[a_project(failed=["status_overall"])]))

    assert the_project(facts).lights.overall is Light.UNKNOWN


def test_reported_and_suggested_light_stand_side_by_side() -> None:
    late = a_light("green", status_schedule="green", end_baseline=date(2026, 6, 30), end_forecast=date(2026, 12, 31))
    project = the_project(facts_of(a_return(projects=[late])))

    assert (project.lights.schedule, project.suggested.schedule) == (Light.GREEN, Light.RED)
    assert project.suggested.overall is Light.YELLOW


def test_a_missing_amount_is_said_to_be_missing_and_nothing_is_worked_out_from_it() -> None:
    numbers = the_project(facts_of(a_return(projects=[a_project(failed=["forecast_total"])]))).numbers

    assert (numbers.forecast.text, numbers.forecast.missing) == ("fehlt", 1)
    assert (numbers.deviation.value, numbers.deviation.text) == (None, "–")


def test_money_knows_its_exact_value_its_text_and_its_cell() -> None:
    [project] = facts_of(a_return(projects=[a_project(budget_total=Decimal("1450499.99"))])).projects
    [source] = project.numbers.budget.sources

    assert (project.numbers.budget.value, project.numbers.budget.text) == (Decimal("1450499.99"), "1.450")
    assert (source.submission_id, source.table, source.key) == ("KLI-2026-Q3-1", "project", "KLI-001")
    assert (source.field, source.sheet, source.row) == ("budget_total", "Projekte", 5)


def test_without_a_return_a_project_is_named_and_none_of_its_old_values_told() -> None:
    facts = facts_of(a_return(quarter=Q2, projects=[a_light("green")]), a_return("SWG"))
    project = the_project(facts)

    assert set(map(str, (project.lights.overall, project.lights.cost))) == {"not_delivered"}
    assert (project.title, project.before_quarter) == ("Patientenportal KLI-001", "Q2/2026")
    assert (project.phase, project.reason, project.next_step) == (None, None, None)
    assert {figure.value for figure in figures_of(project)} == {None}


def test_closed_projects_of_a_missing_organisation_are_not_missed() -> None:
    facts = facts_of(a_return(quarter=Q2, projects=[a_light("green", phase="completed")]), a_return("SWG"))

    assert [p.org_code for p in facts.projects] == ["SWG"]


def test_a_reason_that_is_word_for_word_the_old_one_is_noticed() -> None:
    returns = [a_return(quarter=quarter, projects=[a_light("yellow")]) for quarter in (Q2, Q3)]

    assert the_project(facts_of(*returns)).is_reason_repeated


def test_texts_are_cut_where_the_contract_ends_them() -> None:
    [project] = facts_of(a_return(projects=[a_light("red", status_reason="Wort " * 800)])).projects

    assert project.reason is not None
    assert len(project.reason) <= 300
    assert project.reason.endswith("…")
