"""Reading what is published: the report's frames, an analyst's queries, and no way out of the file."""

import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from schemas.contract import tables
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from tests.builders import a_project
from tests.warehouse.deliveries import OCTOBER_9, OCTOBER_12, an_accepted, published_after
from warehouse.errors import QueryError
from warehouse.reading import query, read_tables
from warehouse.shape import CATALOGUES, versioned_tables


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quarters = ["2024-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    batch = [an_accepted(quarter=quarter) for quarter in quarters]
    correction = an_accepted([a_project(partner_orgs=("SWG",))], version=2, received_at=OCTOBER_12)
    return published_after(tmp_path_factory.mktemp("reading"), [*batch, correction])


def test_the_frames_hold_the_quarter_and_those_before_it_as_they_count_now(published: Path) -> None:
    frames = read_tables(published, Quarter(2026, 3))

    assert set(frames) == {*versioned_tables(), *CATALOGUES}
    assert frames["submission"].select("report_quarter", "version").rows() == [("2026-Q2", 1), ("2026-Q3", 2)]
    assert frames["project"]["report_quarter"].to_list() == ["2026-Q2", "2026-Q3"]
    assert len(frames["organisation"]) == 9


def test_fewer_quarters_can_be_read(published: Path) -> None:
    frames = read_tables(published, Quarter(2026, 3), quarters_back=0)

    assert frames["project"]["report_quarter"].to_list() == ["2026-Q3"]


def test_frames_have_exact_types(published: Path) -> None:
    project = read_tables(published, Quarter(2026, 3))["project"]

    assert list(project.columns) == [column.name for column in stored_tables()["project"].public_columns]
    assert set(tables()["project"].fields) <= set(project.columns)
    assert project.schema["budget_total"] == pl.Decimal(18, 2)
    assert project.schema["partner_orgs"] == pl.List(pl.String)
    assert project.schema["end_forecast"] == pl.Date()


def test_the_same_file_gives_the_same_frames(published: Path) -> None:
    first, second = read_tables(published, Quarter(2026, 3)), read_tables(published, Quarter(2026, 3))

    assert all(first[name].equals(second[name]) for name in first)


def test_a_query_gives_names_types_and_python_values(published: Path) -> None:
    result = query(published, "select org_code, budget_total, partner_orgs from project where partner_orgs is not null")

    assert result.columns == ("org_code", "budget_total", "partner_orgs")
    assert result.types == ("VARCHAR", "DECIMAL(18,2)", "VARCHAR[]")
    assert result.rows == [("KLI", Decimal("200000.00"), ["SWG"])]


def test_instants_come_as_instants(published: Path) -> None:
    [[instant]] = query(published, "select min(recorded_at) from submission").rows

    assert isinstance(instant, datetime)
    assert instant == OCTOBER_9


def test_a_limit_cuts_and_says_so(published: Path) -> None:
    cut, whole = query(published, "from range(3)", 2), query(published, "from range(3)", 3)

    assert (cut.rows, cut.is_cut) == ([(0,), (1,)], True)
    assert (len(whole.rows), whole.is_cut) == (3, False)


@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from '/etc/passwd'",
        "from glob('/*')",
        "copy (select 1) to '{folder}/escape.csv'",
        "attach '{folder}/escape.duckdb' as escape",
        "export database '{folder}/escape'",
        "set enable_external_access = true",
        "set memory_limit = '64GB'",
        "install httpfs",
        "load httpfs",
        "from read_parquet('https://example.org/x.parquet')",
        "delete from history.project",
        "drop view project",
        "create table main.mine as select 1",
        "select nothing",
        "not sql",
    ],
)
def test_a_query_reaches_nothing_but_the_file_and_changes_nothing(published: Path, sql: str) -> None:
    before = published.read_bytes()

    with pytest.raises(QueryError):
        query(published, sql.replace("{folder}", str(published.parent)))

    assert published.read_bytes() == before


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"die8\.duckdb"):
        query(tmp_path / "die8.duckdb", "select 1")

    assert list(tmp_path.iterdir()) == []


def test_a_process_that_has_read_ends_without_a_word_on_standard_error(published: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from schemas.quarter import Quarter;"
        "from warehouse.reading import query, read_tables;"
        "frames = read_tables(Path(sys.argv[1]), Quarter(2026, 3)); query(Path(sys.argv[1]), 'from project')"
    )

    done = subprocess.run([sys.executable, "-c", code, published], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")
