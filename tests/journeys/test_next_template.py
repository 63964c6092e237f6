"""A new template version is a change of data: the whole way, with a copy of the program that differs in it alone.

Version 1.1 renames „Nächster Schritt“ and asks for the responsible function. Returns of 1.0 and 1.1 lie side by side.
"""

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.journeys.die8 import die8, documents
from tests.samples import sample_files
from warehouse.comparison import content_hash

ROOT = Path(__file__).resolve().parents[2]
OLD_LABEL, NEW_LABEL, ASKED_FOR = "Nächster Schritt", "Nächster greifbarer Schritt", "Verantwortliche Funktion"
Rows: TypeAlias = list[dict[str, str]]
Change: TypeAlias = Callable[[Rows], Rows]


def a_field(**values: str) -> dict[str, str]:
    return {"table": "project", "required": "yes", "missing_rule": "C01", "carry": "S", "since": "1.1", **values}


def of_1_1(name: str = "responsible_role", **more: dict[str, str]) -> Mapping[str, Change]:
    """What the data team writes into schemas/data; nothing else of the program differs."""
    asked_for = a_field(
        field=name, label=ASKED_FOR, type="text", max_length="60",
        description="Wer das Projekt verantwortet, als Funktion.", example="Leitung IT",
    )  # fmt: skip

    def fields(rows: Rows) -> Rows:
        for row in rows:
            if (row["table"], row["field"]) == ("project", "next_step"):
                row["label"] = NEW_LABEL
        place = [row["field"] for row in rows].index("confidentiality")
        return [*rows[:place], asked_for, *more.values(), *rows[place:]]

    words = [
        {"table": "project", "field": row["field"], "comment": "Who answers for it."}
        for row in (asked_for, *more.values())
    ]
    return {
        "template_versions": lambda rows: [*rows, {"template_version": "1.1", "migration": "6", "about": "As agreed."}],
        "former_labels": lambda rows: [
            *rows,
            {"until": "1.0", "table": "project", "field": "next_step", "label": OLD_LABEL},
        ],
        "fields": fields,
        "comments": lambda rows: [*rows, *words],
    }


def a_program(folder: Path, changes: Mapping[str, Change]) -> Path:
    """A copy of the program with other data."""
    for package in ("schemas", "transforms", "warehouse", "flows"):
        shutil.copytree(ROOT / package, folder / package)
    for name, change in changes.items():
        path = folder / "schemas" / "data" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            columns, rows = list(reader.fieldnames or ()), change(list(reader))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with template 1.1."""
    return a_program(tmp_path_factory.mktemp("newer"), of_1_1())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the present program, with the returns of a quarter."""
    home = tmp_path_factory.mktemp("before") / "home"
    few = [path for path in sample_files("2026-Q3") if "KLI" in path.name or "VHS" in path.name]
    die8(home, "submit", *few, "--received-at", "2026-10-09T12:00", expect=None)
    return home


@pytest.fixture
def home(before: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(before, tmp_path / "home"))


def asked(home: Path, query: str, program: Path) -> list[dict[str, Any]]:
    return documents(die8(home, "sql", query, "--json", program=program))


def a_return_of_1_1(home: Path, program: Path, folder: Path) -> Path:
    """What KLI hands in with the new template, pre-filled from its return of 1.0."""
    die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", folder, program=program)
    path = folder / "D8_KLI_2026-Q4_v01.xlsx"
    book = load_workbook(path)
    front, projects = book["Deckblatt"], book["Projekte"]
    told = {
        "Status der Meldung": "Freigegeben", "Freigegeben durch (Funktion)": "Geschäftsführung",
        "Freigabe am": "04.01.2027", "Gesamteinschätzung": "Im Plan.",
    }  # fmt: skip
    for row in front.iter_rows(min_row=4):
        if row[0].value in told:
            row[1].value = told[row[0].value]
    headings = {cell.value: cell.column for cell in projects[4]}
    assert projects.cell(5, headings[NEW_LABEL]).value, "the renamed column carries the old value on"
    for number in range(5, projects.max_row + 1):
        if projects.cell(number, 1).value:
            projects.cell(number, headings[ASKED_FOR]).value = "Leitung IT"
    for number in range(5, book["Kennzahlen"].max_row + 1):
        if book["Kennzahlen"].cell(number, 1).value:
            book["Kennzahlen"].cell(number, 6).value = "nicht erhoben"
            book["Kennzahlen"].cell(number, 9).value = "Erhebung folgt"
    book.save(path)
    return path


def test_returns_of_both_versions_lie_side_by_side(home: Path, newer: Path, tmp_path: Path) -> None:
    path = a_return_of_1_1(home, newer, tmp_path)

    done = die8(home, "submit", path, "--received-at", "2027-01-05T12:00", "--json", expect=None, program=newer)

    assert documents(done)[0]["verdict"].startswith("accepted"), done.stdout
    both = asked(
        home,
        "select s.template_version, count(*) as projects, count(p.next_step) > 0 as has_step, "
        "count(p.responsible_role) as roles from project as p join submission as s using (submission_id) "
        "where p.org_code = 'KLI' group by all order by all",
        newer,
    )
    assert [(row["template_version"], row["has_step"]) for row in both] == [("1.0", True), ("1.1", True)]
    assert both[0]["roles"] == 0
    assert both[1]["roles"] == both[1]["projects"] > 0
    die8(home, "rebuild", "--verify", program=newer)
    die8(home, "export", tmp_path / "out", program=newer)
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    [project] = [resource for resource in described["resources"] if resource["name"] == "project"]
    assert "responsible_role" in [field["name"] for field in project["schema"]["fields"]]
    assert NEW_LABEL in (tmp_path / "out" / "data-dictionary.html").read_text(encoding="utf-8")


def test_a_return_of_the_old_version_is_read_and_judged_as_ever(home: Path, newer: Path) -> None:
    """Neither the new column nor the new name is asked for, by nobody and in no return of the samples."""
    files = sample_files("2026-Q3")

    here = die8(home, "check", *files, "--data", "--json", expect=1)
    die8(home, "collect", program=newer)
    there = die8(home, "check", *files, "--data", "--json", expect=1, program=newer)

    assert documents(here) == [without_the_new_field(document) for document in documents(there)]


def without_the_new_field(document: dict[str, Any]) -> dict[str, Any]:
    for project in document["tables"].get("project", ()):
        assert project.pop("responsible_role") is None
    return document


def test_the_warehouse_is_brought_along_in_one_step_with_its_record(home: Path, newer: Path) -> None:
    told = die8(
        home, "submit", sample_files("2026-Q3")[0], "--received-at", "2026-10-10T12:00", expect=None, program=newer
    )

    assert told.returncode in (0, 1)
    records = asked(home, "select version, name from history.migration order by version desc limit 1", newer)
    assert records == [{"version": 6, "name": "template 1.1"}]
    comments = asked(
        home,
        "select schema_name, column_name, comment from duckdb_columns() where table_name = 'project' "
        "and column_name in ('next_step', 'responsible_role') order by all",
        newer,
    )
    assert [(row["schema_name"], row["column_name"]) for row in comments] == [
        (schema, column) for schema in ("history", "main") for column in ("next_step", "responsible_role")
    ]
    assert all(f"„{NEW_LABEL}“" in row["comment"] or f"„{ASKED_FOR}“" in row["comment"] for row in comments)
    assert "since template 1.1" in comments[1]["comment"]
    assert "schema version 6" in die8(home, "submit", sample_files("2026-Q3")[0], expect=3).stderr


def test_what_an_older_version_published_is_renewed_by_whoever_may_write_and_told_to_the_others(
    home: Path, newer: Path
) -> None:
    remedy = "written by an older version of Die 8: `die8 collect`"
    refused = die8(home, "check", sample_files("2026-Q3")[0], expect=3, program=newer)
    mistyped = die8(home, "sql", "select responsible_role from project", expect=2, program=newer)
    assert remedy in refused.stderr
    assert remedy in mistyped.stderr
    die8(home, "rebuild", "--verify", program=newer)

    die8(home, "report", "--quarter", "2026-Q3", "--now", "2026-10-20", expect=1, program=newer)

    assert asked(home, "select count(responsible_role) as n from project", newer) == [{"n": 0}]
    assert "responsible_role" in pl.read_parquet_schema(home / "published" / "parquet" / "project.parquet")


def test_a_migration_that_fails_leaves_the_old_state_and_says_so(home: Path, tmp_path: Path) -> None:
    """Two columns with one name: the first is added, the second cannot be."""
    twice = a_field(field="Responsible_Role", label="Verantwortlich", type="text")
    broken = a_program(tmp_path / "broken", of_1_1(twice=twice))
    state = content_hash(home / "warehouse.duckdb")

    failed = die8(home, "submit", sample_files("2026-Q3")[0], expect=3, program=broken)

    assert "Traceback" not in failed.stderr
    assert "responsible_role" in failed.stderr.lower()
    assert content_hash(home / "warehouse.duckdb") == state
    assert sample_files("2026-Q3")[0].name in die8(home, "collect", expect=None).stdout
