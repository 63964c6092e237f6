"""Reading what is published: the report's frames, an analyst's queries, and no way out of the file."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
from warehouse.connection import kept_open, open_anew, open_for_reading
from warehouse.errors import QueryError, WrongQueryError
from warehouse.reading import asked, query, query_frame, read_tables
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


def test_what_is_kept_open_is_of_one_state_while_another_is_published(published: Path, tmp_path: Path) -> None:
    """A report asks several times; a run that publishes meanwhile must not make its pages contradict each other."""
    path = tmp_path / "die8.duckdb"
    path.write_bytes(published.read_bytes())
    other = published_after(tmp_path, [an_accepted(quarter="2026-Q3")])

    def versions() -> list[int]:
        return read_tables(path, Quarter(2026, 3), quarters_back=0)["submission"]["version"].to_list()

    with kept_open(path):
        assert versions() == [2]
        other.replace(path)
        assert versions() == [2]
        with ThreadPoolExecutor(1) as another:
            assert another.submit(versions).result() == [1], "another thread opens what lies there"
        assert [row for (row,) in query(path, "select version from submission").rows] == [1], "a person's query, too"
        open_anew(path)
        assert versions() == [1]
    assert versions() == [1]


def test_what_is_kept_open_is_opened_anew_after_a_failure(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "die8.duckdb"
    path.write_bytes(published.read_bytes())

    with kept_open(path):
        with pytest.raises(QueryError), open_for_reading(path, is_plain=True) as connection:
            connection.execute("from no_such_table")
        (path.parent / "other").write_bytes(b"no database")
        (path.parent / "other").replace(path)
        with pytest.raises(QueryError, match="cannot be opened"):
            read_tables(path, Quarter(2026, 3))


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


REFUSED = [
    "from read_csv('/etc/passwd')",
    "from read_text('/etc/passwd')",
    "from read_blob('/etc/passwd')",
    "from read_json('/etc/passwd')",
    "from sniff_csv('/etc/passwd')",
    "from parquet_metadata('/etc/passwd')",
    "from '/etc/passwd'",
    "from glob('/*')",
    "copy (select 1) to '{folder}/escape.csv'",
    "copy (select 1) to '{folder}/escape.parquet' (format parquet)",
    "select 1; copy (select 1) to '{folder}/escape.csv'",
    "attach '{folder}/escape.duckdb' as escape",
    "attach '{folder}/die8.duckdb' as again",
    "export database '{folder}/escape'",
    "import database '{folder}/escape'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set memory_limit = '64GB'",
    "set threads = 64",
    "set temp_directory = '{folder}'",
    "set allowed_directories = ['/']",
    "reset memory_limit",
    "pragma enable_profiling",
    "pragma profiling_output = '{folder}/escape.json'",
    "set log_query_path = '{folder}/escape.log'",
    "install httpfs",
    "load httpfs",
    "create secret (type s3)",
    "from duckdb_secrets()",
    "from read_parquet('https://example.org/x.parquet')",
    "from a_frame_of_the_program",
    "select getenv('HOME')",
    "detach die8",
    "delete from history.project",
    "update history.project set title = 'x'",
    "drop view project",
    "create table main.mine as select 1",
    "create or replace view report.versions as select 1",
    "select nothing",
    "not sql",
]
"""What reliability.md §5 names, and then some: each must be refused."""


@pytest.mark.parametrize("sql", REFUSED)
def test_a_query_reaches_nothing_but_the_file_and_changes_nothing(published: Path, sql: str) -> None:
    a_frame_of_the_program = pl.DataFrame({"secret": [1]})
    before = published.read_bytes()

    with pytest.raises(WrongQueryError):
        query(published, sql.replace("{folder}", str(published.parent)))

    assert published.read_bytes() == before
    assert [path.name for path in published.parent.iterdir()] == ["die8.duckdb"]
    del a_frame_of_the_program


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("from projct", "there is no table „projct“; nearest are: project, history.project, project_as_of"),
        ("from versions", "there is no table „versions“; nearest are: report.versions"),
        ("from projects_as_of('2026-01-01')", "there is no table „projects_as_of“; nearest are: project_as_of, "),
        ("from xyz", "there is no table „xyz“; there are: calendar, cooperation, cooperation_as_of, decision"),
        ("from histori.project", "there is no schema „histori“; nearest are: history"),
        ("select budgettotal from project", "there is no column „budgettotal“; nearest are: budget_total"),
        ("select p.titel from project as p", "there is no column „titel“; nearest are: title"),
        ("select xyz from project", 'there is no column „xyz“; `die8 sql "describe project"` lists'),
        ("select berlinday(now())", "there is no function „berlinday“; nearest are: berlin_day"),
        ("selct 1", 'no valid SQL: syntax error at or near "selct"'),
        ("from read_csv('x')", "not allowed: a query reads the published file and nothing else"),
        ("set threads = 9", "not allowed: a query reads the published file and nothing else"),
        ("delete from history.project", "not allowed: a query changes nothing"),
        ("select title, count(*) from project", 'wrong query: column "title" must appear in the GROUP BY clause'),
    ],
)
def test_a_wrong_query_is_answered_with_a_sentence_and_the_nearest_names(published: Path, sql: str, said: str) -> None:
    with pytest.raises(WrongQueryError) as raised:
        query(published, sql)

    assert said in str(raised.value)


def test_the_place_of_the_mistake_is_shown(published: Path) -> None:
    with pytest.raises(WrongQueryError) as raised:
        query(published, "select titel from project")

    assert str(raised.value).splitlines()[-2:] == ["LINE 1: select titel from project", "               ^^^^^"]


def test_a_query_that_needs_too_much_memory_says_so(published: Path) -> None:
    with pytest.raises(WrongQueryError, match="needs more than the 1GB"):
        query(published, "select list(a || repeat('x', 1000)) from range(3000000) as t(a)")


def test_rows_are_given_while_they_are_read(published: Path) -> None:
    with asked(published, "from range(1000000000000) as t(a)") as answer:
        first = [next(answer.rows) for _ in range(3)]

    assert first == [(0,), (1,), (2,)]


def test_a_frame_keeps_the_types_of_the_query(published: Path) -> None:
    frame = query_frame(published, "select end_forecast, budget_total, partner_orgs from project")

    assert frame.schema == {
        "end_forecast": pl.Date(),
        "budget_total": pl.Decimal(18, 2),
        "partner_orgs": pl.List(pl.String),
    }


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
