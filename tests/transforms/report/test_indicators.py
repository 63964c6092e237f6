"""Indicators: course, comparison, targets of levels and of quantities per quarter."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import IndicatorFact, Trend
from schemas.quarter import Quarter
from tests.builders import an_indicator_value
from tests.transforms.report.returns import Q3, Return, a_return, facts_of
from transforms.report.chart_indicators import _panel_values, indicator_panels


def values(*course: str | None, code: str = "KLI-01", **overrides: Any) -> list[Return]:
    """Returns of the last quarters with these values, the latest last; None is a quarter without a return."""
    return [
        a_return(
            quarter=Q3.shifted(position - len(course) + 1),
            kpi_value=[an_indicator_value(kpi_code=code, value=Decimal(value), **overrides)],
        )
        for position, value in enumerate(course)
        if value is not None
    ]


def the_indicator(*returns: Return) -> IndicatorFact:
    [indicator] = facts_of(*returns).indicators
    return indicator


def test_the_course_has_a_place_for_every_quarter_since_the_first_return() -> None:
    facts = facts_of(*values("10", None, "12", "14.2"))

    assert facts.quarters == ("Q4/2025", "Q1/2026", "Q2/2026", "Q3/2026")
    assert [figure.text for figure in facts.indicators[0].course] == ["10", "–", "12", "14,2"]


def test_the_course_ends_after_eight_quarters() -> None:
    assert len(facts_of(*values(*"123456789")).quarters) == 8


def test_the_quarter_of_the_year_before_is_what_counts() -> None:
    indicator = the_indicator(*values("50", "10", "20", "30", "40"))

    assert (indicator.compared.text, indicator.compared_with) == ("50", "Q3/2025")
    assert indicator.trend is Trend.WORSE


def test_without_a_year_before_the_quarter_before_is_compared_with() -> None:
    indicator = the_indicator(*values("30", "40"))

    assert (indicator.compared_with, indicator.trend) == ("Q2/2026", Trend.BETTER)


@pytest.mark.parametrize(("code", "trend"), [("KLI-05", Trend.WORSE), ("ALL-06", None)])
def test_better_lies_where_the_catalogue_says(code: str, trend: Trend | None) -> None:
    assert the_indicator(*values("1", "2", code=code)).trend is trend


def test_after_a_change_of_the_model_nothing_is_compared_across_it() -> None:
    old = values("30", "31", None, None, model_version="DigitalRadar 2021")
    indicator = the_indicator(*old, *values("40", "45"))

    assert indicator.broken_at == "Q2/2026"
    assert indicator.compared_with == "Q2/2026"


def test_a_change_just_now_leaves_nothing_to_compare_with() -> None:
    indicator = the_indicator(*values("30", None, model_version="DigitalRadar 2021"), *values("45"))

    assert (indicator.compared_with, indicator.trend) == (None, None)


def test_quantities_are_summed_since_january() -> None:
    indicator = the_indicator(*values("100", "10", "20", "30", code="CGT-01"))

    assert (indicator.is_flow, indicator.year_to_date.value) == (True, Decimal(60))


def test_a_year_with_a_missing_quarter_has_no_sum() -> None:
    assert the_indicator(*values("10", None, "30", code="CGT-01")).year_to_date.value is None


def test_levels_are_not_summed() -> None:
    assert the_indicator(*values("10", "20", "30")).year_to_date.value is None


def test_the_yearly_target_of_a_quantity_is_drawn_as_a_quarter_of_it() -> None:
    indicator = the_indicator(*values("20", "30", code="CGT-01", target_year=Decimal(120)))
    drawn = {value["kind"]: value["v"] for value in _panel_values(0, indicator, ["Q2/2026", "Q3/2026"])}

    assert drawn["target"] == drawn["bar now"] == 1.0


def test_one_value_alone_makes_no_course() -> None:
    assert indicator_panels(facts_of(*values("10"))) is None


def test_a_value_that_was_not_collected_is_no_number() -> None:
    row = an_indicator_value(value=None, measurement="not_collected", note="Erhebung zum Jahresende")
    indicator = the_indicator(a_return(kpi_value=[row]))

    assert (indicator.value.value, indicator.note) == (None, "Erhebung zum Jahresende")


def test_quarters_of_the_courses_are_those_of_the_report() -> None:
    assert facts_of(*values("1", "2"), quarter=Quarter(2026, 3)).quarters[-1] == "Q3/2026"
