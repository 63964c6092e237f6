"""The facts as a whole: figures with ids and sources, the same every time, written canonically."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from schemas.facts import ReportFacts, figures_of
from schemas.quarter import Quarter
from schemas.thresholds import Thresholds
from tests.builders import a_decision, a_decision_request, a_funded_project, a_milestone, a_risk, an_indicator_value
from tests.transforms.report.returns import (
    NOW,
    Q2,
    Q3,
    a_light,
    a_return,
    all_eight,
    facts_of,
    report_tables,
    the_project,
)
from transforms.report.facts import build_facts, facts_json
from transforms.report.state import QUARTERS_BACK


@pytest.fixture(scope="module")
def full() -> ReportFacts:
    """A quarter with something in every part."""
    rest = all_eight(without="KLI")
    klinikum = a_return(
        projects=[a_funded_project(), a_light("red", number=2)],
        milestone=[a_milestone()],
        kpi_value=[an_indicator_value()],
        risk=[a_risk()],
        decision_request=[a_decision_request()],
    )
    return facts_of(*all_eight(Q2), *rest, klinikum, decisions=[a_decision(amount=Decimal("67000.00"))])


def test_every_figure_has_an_id_of_its_own(full: ReportFacts) -> None:
    by_id: dict[str, set[str]] = {}
    for figure in figures_of(full):
        by_id.setdefault(figure.id, set()).add(repr(figure))

    assert [figure_id for figure_id, versions in by_id.items() if len(versions) > 1] == []


def test_every_figure_that_says_something_knows_its_cells(full: ReportFacts) -> None:
    without = {f.id for f in figures_of(full) if f.value and not f.sources}

    assert without == {"delivery.expected"}


def test_figures_have_readable_ids(full: ReportFacts) -> None:
    ids = {figure.id for figure in figures_of(full)}

    assert {
        "lights.red.count",
        "lights.red.change",
        "finance.KLI.actual",
        "finance.total.deviation_pct",
        "project.KLI-002.end_forecast",
        "milestone.KLI-001/1.delay",
        "kpi.KLI.KLI-01.value",
        "kpi.KLI.KLI-01.2026-Q3",
        "request.KLI-B01.needed_by",
        "decision.LK-2026-01.amount",
        "risk.KLI-R01.weight",
    } <= ids


def test_the_facts_are_written_with_figures_by_id(full: ReportFacts) -> None:
    document = json.loads(facts_json(full))
    budget = document["figures"]["project.KLI-001.budget"]
    names = document["source_fields"]

    assert (budget["value"], budget["unit"], budget["text"]) == (200000, "EUR", "200")
    assert dict(zip(names, budget["sources"][0], strict=True)) == {
        "submission_id": "KLI-2026-Q3-1",
        "table": "project",
        "key": "KLI-001",
        "field": "budget_total",
        "sheet": "Projekte",
        "row": 5,
    }
    [first] = [p for p in document["report"]["projects"] if p["project_id"] == "KLI-001"]
    assert first["numbers"]["budget"] == {"figure": "project.KLI-001.budget"}
    assert document["figures"]["project.KLI-001.end_forecast"]["value"] == "2027-06-30"


def test_equal_facts_are_written_with_equal_bytes(full: ReportFacts) -> None:
    again = facts_of(a_return())

    assert facts_json(full) == facts_json(full)
    assert facts_json(again) == facts_json(facts_of(a_return()))


def test_the_order_of_rows_in_the_tables_does_not_matter() -> None:
    returns = [*all_eight(Q2), *all_eight(Q3)]
    shuffled = {name: frame.reverse() for name, frame in report_tables(returns).items()}

    assert facts_json(build_facts(shuffled, Q3, built_at=NOW)) == facts_json(facts_of(*returns))


def test_returns_of_later_quarters_change_nothing() -> None:
    returns = [*all_eight(Q2), *all_eight(Q3)]
    later = [a_return(quarter=Quarter(2026, 4), projects=[a_light("red")])]

    assert facts_json(facts_of(*returns, *later)) == facts_json(facts_of(*returns))


def test_older_quarters_need_only_what_is_remembered_of_them() -> None:
    returns = [a_return(quarter=Q3.shifted(-back), projects=[a_light("red")]) for back in range(QUARTERS_BACK + 4)]

    assert the_project(facts_of(*returns)).numbers.red_quarters.value == QUARTERS_BACK + 1


def test_the_report_is_dated_in_the_time_of_the_city() -> None:
    late = facts_of(a_return(), built_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    summer = facts_of(a_return(), built_at=datetime(2026, 7, 8, 12, tzinfo=ZoneInfo("Europe/Berlin")))

    assert (late.built_on, late.built_text) == (date(2027, 1, 1), "01.01.2027, 00:30 Uhr")
    assert summer.built_text == "08.07.2026, 12:00 Uhr"


def test_the_thresholds_in_force_decide() -> None:
    late = a_light("yellow", end_baseline=date(2026, 9, 1), end_forecast=date(2026, 10, 1))
    strict = facts_of(a_return(projects=[late]), thresholds=Thresholds(schedule_green_days=10))
    usual = facts_of(a_return(projects=[late]))

    assert str(the_project(usual).suggested.schedule) == "green"
    assert str(the_project(strict).suggested.schedule) == "yellow"


def test_a_single_return_makes_a_report() -> None:
    facts = facts_of(a_return())

    assert (facts.delivery.delivered.value, len(facts.delivery.missing_names)) == (1, 7)
    assert Counter(p.lights.overall for p in facts.projects) == {"green": 1}


def test_empty_tables_make_a_report() -> None:
    tables = report_tables([])
    facts = build_facts({name: pl.DataFrame(schema=frame.schema) for name, frame in tables.items()}, Q3, built_at=NOW)

    assert facts.delivery.expected.value == 0
    assert facts.projects == ()
