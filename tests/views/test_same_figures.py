"""The views and the report tell the same numbers: what both work out is compared on the samples."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from schemas.facts import Figure, ReportFacts
from schemas.quarter import Quarter
from schemas.standards import DEFAULT_STANDARDS
from tests.samples import HANDED_IN
from transforms.answer.differences import ChangeKind, changes_between
from transforms.report.facts import build_facts
from transforms.report.portfolio import BALANCE
from warehouse.database import open_warehouse
from warehouse.reading import read_tables


@pytest.fixture(scope="module")
def samples(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module", params=list(HANDED_IN))
def facts(request: pytest.FixtureRequest, published: Path) -> ReportFacts:
    quarter = Quarter.parse(request.param)
    return build_facts(read_tables(published, quarter), quarter, built_at=HANDED_IN[request.param])


def asked(samples: duckdb.DuckDBPyConnection, query: str, facts: ReportFacts) -> list[tuple[object, ...]]:
    return samples.execute(query, {"quarter": facts.quarter}).fetchall()


def same(found: object, figure: Figure) -> bool:
    """Percentages are doubles in the views, exact in the report."""
    if isinstance(found, float) and isinstance(figure.value, Decimal):
        return found == pytest.approx(float(figure.value), rel=1e-12)
    return found == figure.value


def test_the_lights_of_the_portfolio(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    [counts] = asked(
        samples,
        f"select {', '.join(f'sum({light})' for light in BALANCE)}, sum(running) from report.traffic_lights "
        "where report_quarter = $quarter",
        facts,
    )

    assert counts == (*(light.count.value for light in facts.portfolio.lights), facts.portfolio.running.value)


def test_the_migration_between_quarters(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    moves = asked(
        samples,
        "select light_before, light_now, count(*), list(project_id order by project_id) from report.light_moves "
        "where report_quarter = $quarter group by all order by all",
        facts,
    )

    assert moves == [
        (cell.before, cell.now, cell.count.value, sorted(cell.project_ids)) for cell in facts.portfolio.migration
    ]


def test_each_project_with_its_light_and_trend(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    states = asked(
        samples,
        "select project_id, light, light_before, trend, is_closed, red_quarters from report.project_states "
        "where report_quarter = $quarter order by 1",
        facts,
    )

    assert states == [
        (p.project_id, p.lights.overall, p.before, p.trend, p.is_closed, p.numbers.red_quarters.value or 0)
        for p in sorted(facts.projects, key=lambda project: project.project_id)
    ]


def test_the_sums_of_money(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    parts = (
        "budget", "actual", "forecast", "deviation", "deviation_pct", "actual_pct", "forecast_pct",
        "funding_approved", "funding_drawn", "funding_drawn_pct",
    )  # fmt: skip
    columns = ", ".join(part if part.endswith("_pct") else f"{part}_eur" for part in parts)
    sums = asked(
        samples,
        f"select coalesce(org_code, ''), {columns} from report.budgets "
        "where report_quarter = $quarter and scope <> 'action_field'",
        facts,
    )
    found = {org_code: values for org_code, *values in sums}
    told = {money.org_code: money for money in (*facts.finance.organisations, facts.finance.total)}

    assert found.keys() == {code for code, money in told.items() if money.budget.value is not None}
    for code, values in found.items():
        for part, value in zip(parts, values, strict=True):
            assert same(value, getattr(told[str(code)], part)), (code, part)


def test_the_milestones(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    slips = asked(
        samples,
        "select concat_ws('/', project_id, milestone_no), slip_days, moved_days, times_moved, overdue_days "
        "from report.milestone_slips where report_quarter = $quarter order by project_id, milestone_no",
        facts,
    )

    assert slips == [
        (m.milestone_id, m.delay.value, m.moved_now.value, m.times_moved.value, m.overdue.value)
        for m in facts.milestones
    ]


def test_the_grants_that_expire(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    months = facts.thresholds.funding_warning_months
    expiring = asked(
        samples,
        "select project_id, funding_remaining, funding_drawn_pct, funding_end from report.funds_at_risk "
        f"where report_quarter = $quarter and months_left <= {months} order by funding_end, project_id",
        facts,
    )
    numbers = {p.project_id: p.numbers for p in facts.projects}

    assert [row[0] for row in expiring] == list(facts.finance.expiring)
    assert sum(Decimal(str(row[1])) for row in expiring) == facts.finance.expiring_total.value
    for project_id, *values in expiring:
        of_it = numbers[str(project_id)]
        assert all(map(same, values, (of_it.funding_remaining, of_it.funding_drawn_pct, of_it.funding_end)))


def test_the_indicators(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    found = {
        (org_code, kpi_code): values
        for org_code, kpi_code, *values in asked(
            samples,
            "select org_code, kpi_code, value, previous_value, year_before_value, target_year, compared_value, "
            "year_to_date, trend from report.kpi_series where report_quarter = $quarter",
            facts,
        )
    }

    assert found.keys() == {(i.org_code, i.kpi_code) for i in facts.indicators}
    for told in facts.indicators:
        figures = (told.value, told.previous, told.year_before, told.target, told.compared, told.year_to_date)
        *values, trend = found[told.org_code, told.kpi_code]
        assert values == [figure.value for figure in figures], told.kpi_code
        assert trend == told.trend


def test_who_delivered_and_how_good_it_was(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    found = asked(
        samples,
        "select d.org_code, d.delivery_state, d.version, d.received_on, q.errors, q.warnings, q.notes, "
        "q.incomplete_rows from report.deliveries as d join report.data_quality as q using (report_quarter, org_code) "
        "join organisation as o using (org_code) where report_quarter = $quarter order by o.position",
        facts,
    )

    assert found == [
        (
            o.org_code, o.state, o.version.value, o.received_on.value, o.errors.value, o.warnings.value, o.notes.value,
            o.incomplete_rows.value,
        )
        for o in facts.delivery.organisations
    ]  # fmt: skip


def test_the_calendar_closes_where_the_rules_do(samples: duckdb.DuckDBPyConnection, facts: ReportFacts) -> None:
    [[closes_on]] = asked(samples, "select editorial_close_on from calendar where report_quarter = $quarter", facts)

    assert isinstance(closes_on, date)
    assert not DEFAULT_STANDARDS.has_closed(Quarter.parse(facts.quarter), closes_on)
    assert DEFAULT_STANDARDS.has_closed(Quarter.parse(facts.quarter), closes_on + timedelta(days=1))


def test_the_differences_of_versions_are_those_that_the_receipt_tells(
    published: Path, samples: duckdb.DuckDBPyConnection
) -> None:
    with open_warehouse(published.parents[1] / "warehouse.duckdb") as warehouse:
        [correction] = [answer for answer in warehouse.answers() if answer.version == 2]
    assert correction.content is not None
    assert correction.replaced is not None
    told = {
        (change.table, change.field)
        for change in changes_between(correction.replaced, correction.content)
        if change.kind is ChangeKind.CHANGED
    }

    found = samples.execute(
        "select table_name, field from report.version_differences where org_code = 'KLI' and version_after = 2"
    ).fetchall()

    assert set(found) == told


def test_the_samples_contradict_themselves_nowhere(samples: duckdb.DuckDBPyConnection) -> None:
    assert samples.execute("from report.contradictions").fetchall() == []
