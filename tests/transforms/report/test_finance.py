"""Sums that say what they lack, grants that expire, operation that is not secured."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import DeliveryState, Money, ReportFacts
from schemas.thresholds import Thresholds
from tests.builders import a_funded_project, a_project
from tests.transforms.report.returns import Q2, a_return, facts_of


def the_money(facts: ReportFacts, org_code: str) -> Money:
    return next(money for money in facts.finance.organisations if money.org_code == org_code)


def an_amount(number: int, **amounts: str) -> Any:
    return a_project(project_id=f"KLI-{number:03d}", **{name: Decimal(value) for name, value in amounts.items()})


def test_plan_actual_and_forecast_are_summed_exactly() -> None:
    projects = [
        an_amount(1, budget_total="100000.10", actual_cum="40000.00", forecast_total="110000.10"),
        an_amount(2, budget_total="50000.00", actual_cum="10000.05", forecast_total="50000.00"),
    ]
    money = facts_of(a_return(projects=projects)).finance.total

    assert (money.budget.value, money.actual.value) == (Decimal("150000.10"), Decimal("50000.05"))
    assert (money.deviation.value, money.deviation.text) == (Decimal("10000.00"), "+10")
    assert (money.deviation_pct.text, money.actual_pct.text) == ("+6,7", "33")
    assert len(money.budget.sources) == 2


def test_a_sum_says_how_many_values_it_lacks_and_deviations_leave_those_projects_out() -> None:
    projects = [
        an_amount(1, budget_total="100000.00", forecast_total="110000.00"),
        a_project(project_id="KLI-002", failed=["forecast_total"]),
    ]
    money = facts_of(a_return(projects=projects)).finance.total

    assert (money.forecast.text, money.forecast.missing) == ("110", 1)
    assert (money.deviation.text, money.deviation.missing) == ("+10", 1)
    assert money.deviation_pct.text == "+10,0"


def test_a_sum_that_lacks_all_is_itself_missing() -> None:
    money = facts_of(a_return(projects=[a_project(failed=["forecast_total"])])).finance.total

    assert (money.forecast.value, money.forecast.text) == (None, "fehlt")


def test_an_organisation_without_a_return_is_in_no_sum() -> None:
    facts = facts_of(a_return("KRG", Q2), a_return("KLI"))
    absent = the_money(facts, "KRG")

    assert absent.state is DeliveryState.NOT_DELIVERED
    assert (absent.budget.value, absent.budget.text) == (None, "–")
    assert facts.finance.total.budget.value == Decimal("200000.00")


def test_when_nobody_delivered_the_sum_is_not_nought() -> None:
    assert facts_of().finance.total.budget.value is None
    assert facts_of().finance.expiring_total.value is None


def test_a_fehlanzeige_is_a_return_with_nothing_to_sum() -> None:
    facts = facts_of(a_return(projects=[], cover={"submission_status": "nil_return"}))

    assert the_money(facts, "KLI").state is DeliveryState.NIL_RETURN
    assert facts.finance.total.budget.value == 0


def test_grants_that_end_within_twelve_months_with_money_left_expire() -> None:
    projects = [
        a_funded_project(project_id="KLI-001", funding_end=date(2027, 9, 30)),
        a_funded_project(project_id="KLI-002", funding_end=date(2027, 10, 1)),
        a_funded_project(project_id="KLI-003", funding_end=date(2026, 12, 31), funding_drawn=Decimal("120000.00")),
        a_funded_project(project_id="KLI-004", funding_end=date(2026, 6, 30)),
    ]
    finance = facts_of(a_return(projects=projects)).finance

    assert finance.expiring == ("KLI-004", "KLI-001")
    assert (finance.expiring_total.value, finance.expiring_count.value) == (Decimal("120000.00"), 2)
    assert finance.expiring_until.value == date(2027, 9, 30)
    assert finance.funded == ("KLI-004", "KLI-003", "KLI-001", "KLI-002")


def test_a_grant_whose_drawn_money_is_unknown_is_still_told_to_expire() -> None:
    finance = facts_of(
        a_return(projects=[a_funded_project(funding_end=date(2026, 12, 31), failed=["funding_drawn"])])
    ).finance

    assert finance.expiring == ("KLI-001",)
    assert (finance.expiring_total.value, finance.expiring_total.missing) == (None, 1)


@pytest.mark.parametrize(
    ("phase", "secured", "named"),
    [
        ("implementation", "open", ("KLI-001",)),
        ("pilot", "no", ("KLI-001",)),
        ("pilot", "yes", ()),
        ("development", "open", ()),
        ("completed", "no", ()),
    ],
)
def test_operation_matters_from_implementation_on(phase: str, secured: str, named: tuple[str, ...]) -> None:
    facts = facts_of(a_return(projects=[a_project(phase=phase, operation_secured=secured)]))

    assert facts.finance.unsecured == named


@pytest.mark.parametrize(("end", "named"), [(date(2027, 3, 31), ("KLI-001",)), (date(2027, 4, 1), ())])
def test_the_warning_time_ends_where_the_month_ends_as_in_rule_x13(end: date, named: tuple[str, ...]) -> None:
    granted = a_funded_project(funding_drawn=Decimal(0), funding_end=end)

    facts = facts_of(a_return(projects=[granted]), thresholds=Thresholds(funding_warning_months=6))

    assert facts.finance.expiring == named
