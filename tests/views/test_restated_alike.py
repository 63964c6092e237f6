"""Annex B of a report and the views mean the same by „restated“: compared on the samples, some of them corrected."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from flows.past import read_past
from schemas.contract import tables
from schemas.facts import Restated, RestatementKind
from schemas.quarter import Quarter
from schemas.release import Release
from tests.builders import a_milestone, a_project
from tests.warehouse.deliveries import Judged, an_accepted
from transforms.report.facts import build_facts
from warehouse.database import open_warehouse
from warehouse.reading import query, read_tables
from warehouse.reports import FrozenReport

Q1, Q2, Q3 = Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)
JUNE, AUGUST, NOVEMBER = (datetime(2026, month, 20, 10, tzinfo=UTC) for month in (6, 8, 11))
"""Between the reports on Q1 and Q2, between those on Q2 and Q3, and after that on Q3."""
RELEASED = {Q1: datetime(2026, 6, 20, 9, tzinfo=UTC), Q2: datetime(2026, 8, 20, 11, tzinfo=UTC)}
"""The first an hour before the corrections of June, the second an hour after those of August."""


def corrections() -> list[Judged]:
    """Values that changed, rows that came and went, a late return, and a second correction of the same quarter."""
    changed = a_project(
        project_id="KLI-001", title="Patientenportal", actual_cum=Decimal("701000.50"), status_cost="red"
    )
    new = a_project(project_id="KLI-009")
    return [
        an_accepted([changed], org="KLI", quarter=str(Q1), version=2, received_at=JUNE),
        an_accepted(org="KRG", quarter=str(Q1), version=1, received_at=JUNE),
        an_accepted([changed, new], org="KLI", quarter=str(Q1), version=3, received_at=AUGUST),
        an_accepted(
            [a_project(project_id="VHS-001", end_forecast=date(2027, 5, 31))], org="VHS", quarter=str(Q2), version=2,
            received_at=AUGUST, milestones=[a_milestone(project_id="VHS-001")],
        ),
    ]  # fmt: skip


def frozen(quarter: Quarter, submission_ids: Sequence[str]) -> FrozenReport:
    release = Release(quarter, 1, RELEASED[quarter], "f" * 64, (), tuple(submission_ids))
    return FrozenReport(release, b'{"figures": {}, "source_fields": []}')


@pytest.fixture(scope="module", params=["released", "not released"])
def corrected(
    request: pytest.FixtureRequest, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Release]]:
    """The samples with the corrections, the reports on Q1 and Q2 released or not."""
    home = tmp_path_factory.mktemp("corrected")
    shutil.copytree(published.parents[1], home, dirs_exist_ok=True)
    releases: list[FrozenReport] = []
    with open_warehouse(home / "warehouse.duckdb") as warehouse:
        if request.param == "released":
            releases.append(frozen(Q1, warehouse.submissions_behind(Q1)))
        warehouse.load(corrections())
        if request.param == "released":
            releases.append(frozen(Q2, warehouse.submissions_behind(Q2)))
        warehouse.load_reports(releases)
        warehouse.publish(home / "published" / "die8.duckdb")
    return home / "published" / "die8.duckdb", [report.release for report in releases]


@pytest.mark.parametrize("quarter", [Q2, Q3], ids=str)
def test_annex_b_is_what_the_view_says_of_the_report_before(
    corrected: tuple[Path, list[Release]], quarter: Quarter
) -> None:
    published, releases = corrected
    now = read_tables(published, quarter)
    past = read_past(published, releases, quarter, NOVEMBER, now)

    facts = build_facts(now, quarter, built_at=NOVEMBER, seen=past.tables, comparison=past.comparison)

    assert in_annex(facts.restated) == in_view(published, quarter.previous)
    assert in_annex(facts.restated) or (quarter is Q3 and releases), "a comparison of nothing proves nothing"


@pytest.mark.parametrize("quarter", [Q1, Q2], ids=str)
def test_since_the_report_of_its_quarter_is_one_of_these_reports(
    corrected: tuple[Path, list[Release]], quarter: Quarter
) -> None:
    published, _ = corrected
    columns = "org_code, table_name, row_key, field, change, value_before, value_after, cell_before, cell_after"

    own = query(published, f"select {columns} from report.restated where report_quarter = '{quarter}' order by all")
    since = query(
        published,
        f"select {columns} from report.restated_since where report_quarter = '{quarter}' "
        f"and since_report = '{quarter}' order by all",
    )

    assert own.rows == since.rows


def in_annex(restated: Restated) -> set[tuple[object, ...]]:
    fields = {(table.name, field.label): field.name for table in tables().values() for field in table.fields.values()}
    values = {
        (
            value.quarter, value.org_code, value.table, value.key, str(value.kind), value.corrected_on,
            *((fields[value.table, value.label], exact(value.printed.value), exact(value.now.value))
              if value.kind is RestatementKind.CHANGED else ()),
        )
        for value in restated.values
    }  # fmt: skip
    return values | {
        (late.quarter, late.org_code, "submission", "", "late_return", late.received_on.value) for late in restated.late
    }


def exact(value: object) -> str | None:
    """Numbers and days are compared; the annex has texts and codes in words."""
    return None if value is None else str(value)


def in_view(published: Path, since: Quarter) -> set[tuple[object, ...]]:
    """What the annex prints of the view: rows that have a key, as a whole where they came or went."""
    found = query(
        published,
        "select report_quarter, org_code, table_name, row_key, change, corrected_on, field, value_before, value_after "
        f"from report.restated_since where since_report = '{since}' and table_name <> 'cooperation' "
        "and (change = 'late_return' or table_name <> 'submission') "
        "and (table_name, coalesce(field, '')) not in (('kpi_value', 'kpi_name'), ('kpi_value', 'unit'))",
    ).rows
    return {
        (Quarter.parse(str(quarter)).in_tables, org, table, key, change, day, *(
            (field, number_or_day(table, field, before), number_or_day(table, field, after)) if change == "changed" else ()
        ))
        for quarter, org, table, key, change, day, field, before, after in found
    }  # fmt: skip


def number_or_day(table: object, field: object, text: object) -> object:
    kind = tables()[str(table)].fields[str(field)].type
    return text if kind in ("money", "percent", "number", "integer", "date") else None
