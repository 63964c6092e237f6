from decimal import Decimal
from typing import Any

import pytest

from schemas.findings import Verdict
from schemas.submission import Row
from tests.builders import a_cover, a_funded_project, a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, judged, the_cell

BEFORE = a_history(a_version(projects=[a_funded_project(actual_cum=Decimal(80_000))]))


def in_thousands(**overrides: Any) -> Row:
    """The amounts of `a_funded_project` as someone types them who thinks in TEUR."""
    typed = {
        "budget_total": Decimal(200),
        "actual_cum": Decimal(95),
        "forecast_total": Decimal(200),
        "funding_approved": Decimal(120),
        "funding_drawn": Decimal(60),
    }
    return a_funded_project(**{**typed, **overrides})


def test_amounts_like_those_of_the_quarter_before_hold() -> None:
    assert found("C09", a_submission([a_funded_project()]), BEFORE) == []


def test_thousands_in_a_return_in_euros_are_suspected_in_each_amount() -> None:
    submission = a_submission([in_thousands()])

    findings = found("C09", submission, BEFORE)

    fields = ["budget_total", "actual_cum", "forecast_total", "funding_approved", "funding_drawn"]
    assert [finding.place for finding in findings] == [the_cell("project", field) for field in fields]
    assert findings[1].message == (
        "S5: Betrag 95,00 passt nicht zur Einheit EUR (Vorquartal 80.000,00 EUR). Euro oder Tausend Euro?"
    )


def test_the_suspected_amounts_become_null_and_nothing_is_converted() -> None:
    checked = judged(a_submission([in_thousands()]), BEFORE)

    assert {finding.rule for finding in checked.findings} == {"C09"}
    assert checked.verdict is Verdict.ACCEPTED_WITH_FINDINGS
    assert checked.tables["project"][0].values["budget_total"] is None


def test_euros_in_a_return_in_thousands_are_suspected_as_well() -> None:
    blown_up = a_project(
        budget_total=Decimal(200_000_000), actual_cum=Decimal(95_000_000), forecast_total=Decimal(200_000_000)
    )
    submission = a_submission([blown_up], cover=a_cover(money_unit="TEUR"))

    assert len(found("C09", submission, a_history())) == 3
    assert "Einheit TEUR" in found("C09", submission, a_history())[0].message


def test_one_amount_that_fell_is_no_mix_up() -> None:
    project = a_funded_project(forecast_total=Decimal(2_000), actual_cum=Decimal(1_000))

    assert found("C09", a_submission([project]), BEFORE) == []


def test_spending_that_grew_a_hundredfold_is_no_mix_up() -> None:
    history = a_history(a_version(projects=[a_project(actual_cum=Decimal(100))]))

    assert found("C09", a_submission([a_project(actual_cum=Decimal(95_000))]), history) == []


def test_without_a_quarter_before_nothing_is_suspected() -> None:
    assert found("C09", a_submission([in_thousands()])) == []


@pytest.mark.parametrize(("amount", "is_suspected"), [("2000.00", True), ("2000.01", False), ("0.00", False)])
def test_a_hundredth_is_where_the_suspicion_begins(amount: str, *, is_suspected: bool) -> None:
    planned = a_project(budget_total=Decimal(amount), forecast_total=Decimal(amount), actual_cum=Decimal(0))

    assert bool(found("C09", a_submission([planned]), a_history())) is is_suspected


@pytest.mark.parametrize(("amount", "is_suspected"), [("20000000.00", True), ("19999999.99", False)])
def test_a_hundredfold_is_where_it_begins_the_other_way(amount: str, *, is_suspected: bool) -> None:
    planned = a_project(budget_total=Decimal(amount), forecast_total=Decimal(amount))
    submission = a_submission([planned], cover=a_cover(money_unit="TEUR"))

    assert bool(found("C09", submission, a_history())) is is_suspected


def test_what_was_zero_says_nothing_about_the_unit() -> None:
    history = a_history(a_version(projects=[a_funded_project(funding_approved=Decimal(0))]))

    assert len(found("C09", a_submission([in_thousands()]), history)) == 5
    assert found("C09", a_submission([in_thousands()]), history)[3].details["vor"] == "0,00 EUR"


def test_without_a_unit_none_can_be_the_wrong_one() -> None:
    blown_up = a_project(budget_total=Decimal(200_000_000), forecast_total=Decimal(200_000_000))

    assert found("C09", a_submission([blown_up], cover=a_cover(money_unit=None)), a_history()) == []
