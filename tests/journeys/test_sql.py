"""``die8 sql`` as an analyst runs it."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.builders import a_project
from tests.journeys.die8 import die8, documents
from tests.warehouse.deliveries import an_accepted, published_after

TITLE = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    published_after(folder, [an_accepted([a_project(title=TITLE, partner_orgs=("BIB",))], org="KLI")])
    return folder


def test_a_narrow_answer_is_a_table_and_a_wide_one_a_block_a_row(home: Path) -> None:
    narrow = die8(home, "sql", "select project_id, budget_total from project").stdout.splitlines()
    wide = die8(home, "sql", "from project").stdout.splitlines()

    assert narrow == ["project_id  budget_total", "KLI-001        200000.00", "1 row"]
    assert wide[0].startswith("row 1 ──")
    assert f"title              {TITLE}" in wide


def test_a_table_says_when_there_is_more(home: Path) -> None:
    done = die8(home, "sql", "from range(9)", "--limit", "2")

    assert "2 rows; there are more, --limit N shows them (now 2)" in done.stdout


def test_csv_is_printed_or_written_for_excel(home: Path, tmp_path: Path) -> None:
    query = "select title, budget_total, partner_orgs from project"

    printed = die8(home, "sql", query, "--csv").stdout
    die8(home, "sql", query, "--csv", tmp_path / "answer.csv")

    expected = "\ufefftitle;budget_total;partner_orgs\r\n'=HYPERLINK(1);200000,00;BIB\r\n"
    assert printed == expected.replace("\r\n", "\n")  # as a text of Python has it
    assert (tmp_path / "answer.csv").read_bytes() == expected.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["answer.csv"]


def test_json_gives_a_document_a_row_and_parquet_the_types(home: Path, tmp_path: Path) -> None:
    query = "select project_id, budget_total, end_baseline, partner_orgs from project"

    printed = documents(die8(home, "sql", query, "--json"))
    die8(home, "sql", query, tmp_path / "answer.json")
    die8(home, "sql", query, "--parquet", tmp_path / "answer.parquet")

    told = {"project_id": "KLI-001", "budget_total": 200000, "end_baseline": "2027-06-30", "partner_orgs": ["BIB"]}
    assert printed == [told]
    assert json.loads((tmp_path / "answer.json").read_text(encoding="utf-8")) == told
    assert pl.read_parquet(tmp_path / "answer.parquet").schema["budget_total"] == pl.Decimal(18, 2)


def test_a_query_may_begin_with_a_comment_or_come_from_standard_input(home: Path) -> None:
    query = "-- How many?\nselect count(*) as projects from project"
    command = [sys.executable, "-m", "flows.cli", "--home", str(home), "sql", "-", "--csv"]

    as_word = die8(home, "sql", query, "--json")
    from_input = subprocess.run(command, input=query, capture_output=True, text=True, encoding="utf-8", check=True)

    assert documents(as_word) == [{"projects": 1}]
    assert from_input.stdout.splitlines() == ["\ufeffprojects", "1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("from projct",), "there is no table „projct“; nearest are: project"),
        (("from project", "--csv", "--json"), "choose one of --csv and --json"),
        (("from project", "--parquet"), "name a file"),
        (("from project", "answer.xlsx"), "Add --csv, --json or --parquet"),
        ((" ;",), "there is no query"),
        (("from project", "--cvs"), "Unknown option: --cvs"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    done = die8(home, "sql", *words, expect=2)

    assert said in done.stderr
    assert done.stdout == ""


def test_a_query_that_fails_leaves_no_file(home: Path, tmp_path: Path) -> None:
    die8(home, "sql", "select error('no') from project", "--csv", tmp_path / "answer.csv", expect=2)

    assert list(tmp_path.iterdir()) == []
