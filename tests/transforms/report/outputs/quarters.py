"""Builders for quarters that have something of everything, and for all outputs of one."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from schemas.editions import editions
from schemas.facts import ReportFacts
from schemas.submission import Value
from tests.builders import (
    a_cooperation,
    a_decision,
    a_decision_request,
    a_funded_project,
    a_milestone,
    a_risk,
    an_indicator_value,
)
from tests.transforms.report.returns import NOW, Q2, Q3, Return, a_light, a_return, all_eight, report_tables
from transforms.report.facts import build_facts
from transforms.report.outputs.making import make_outputs


def a_full_quarter() -> list[Return]:
    """Two quarters of the eight; the Klinikum has something in every table, Kultur Räume nothing this time."""
    projects = [
        a_funded_project(funding_end=date(2026, 12, 31)),
        a_light("red", number=2, forecast_total=Decimal("1234567.89"), end_forecast=date(2027, 5, 31)),
        a_light("yellow", number=3, failed=["forecast_total"]),
    ]
    now = a_return(
        projects=projects,
        milestone=[a_milestone(date_baseline=date(2026, 6, 30)), a_milestone(milestone_no=2)],
        kpi_value=[an_indicator_value(), an_indicator_value(kpi_code="KLI-05", target_year=None)],
        risk=[a_risk()],
        decision_request=[a_decision_request()],
        cooperation=[a_cooperation()],
    )
    before = a_return(quarter=Q2, kpi_value=[an_indicator_value()])
    others = [r for r in all_eight(Q3, without="KLI") if r.org_code != "KRG"]
    return [*all_eight(Q2, without="KLI"), *others, before, now]


def facts_for(edition: str, returns: Iterable[Return], decisions: Iterable[Mapping[str, Value]] = ()) -> ReportFacts:
    """The facts of one edition."""
    return build_facts(
        report_tables(returns, decisions),
        Q3,
        built_at=NOW,
        edition=editions()[edition],
        meeting_on=date(2026, 11, 12),
        is_fictional=True,
    )


@cache
def full_facts() -> ReportFacts:
    """The facts of the full quarter."""
    return facts_for("lenkungskreis", a_full_quarter(), [a_decision()])


@cache
def full_outputs() -> dict[str, bytes]:
    """All outputs of the full quarter, by ending; made once for all tests."""
    return make_outputs(full_facts())
