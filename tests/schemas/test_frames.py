"""The gate before the warehouse: what the contract forbids does not pass, and the failure names it."""

import string
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandera.errors
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import code_lists
from schemas.contract import Field, FieldType, tables
from schemas.frames import GateError, dtypes, frame_of, gate, pandera_schema
from schemas.submission import Row, Value
from tests.builders import a_milestone, a_project

OWNERS = pl.DataFrame(
    {
        "org_code": ["KLI", "SWG"],
        "report_quarter": ["2026-Q3", "2026-Q3"],
        "submission_id": ["0123456789abcdef", "fedcba9876543210"],
        "recorded_at": [datetime(2026, 10, 9, tzinfo=UTC)] * 2,
        "superseded_at": [None, None],
    },
    schema_overrides={"recorded_at": pl.Datetime("us", "UTC"), "superseded_at": pl.Datetime("us", "UTC")},
)


def a_frame(*projects: Row) -> pl.DataFrame:
    return frame_of("project", projects, OWNERS, [0] * len(projects))


def values_of(field: Field) -> st.SearchStrategy[Value]:
    """Anything that the contract allows in a field."""
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1f"), max_size=30)
    if field.pattern:
        return st.from_regex(field.pattern.replace(r"\d", "[0-9]"), fullmatch=True).filter(
            lambda text: "\n" not in text
        )
    if field.code_list:
        codes = st.sampled_from(code_lists()[field.code_list].codes)
        return st.lists(codes).map(tuple) if field.type.is_list else codes
    low = int(field.lowest) if field.lowest is not None else -1000
    high = int(field.highest) if field.highest is not None else 10**9
    match field.type:
        case FieldType.DATE:
            return st.dates(date(1990, 1, 1), date(2100, 1, 1))
        case FieldType.INTEGER:
            return st.integers(low, min(high, 10**6))
        case FieldType.MONEY:
            return st.decimals(low, high, places=2)
        case FieldType.PERCENT | FieldType.NUMBER:
            return st.decimals(low, high, places=4)
        case FieldType.TEXT_LIST | FieldType.ORG_LIST:
            return st.lists(texts).map(tuple)
        case _:
            return texts


def rows_of(name: str) -> st.SearchStrategy[Row]:
    table = tables()[name]
    fields = {
        field.name: values_of(field) if field.name in table.key else st.none() | values_of(field)
        for field in table.fields.values()
    }
    return st.fixed_dictionaries(fields).map(lambda values: Row(name, values, table.sheet, 5))


@settings(max_examples=40, deadline=None)
@given(st.data())
@pytest.mark.parametrize("name", [name for name in tables() if name != "submission"])
def test_whatever_the_contract_allows_passes_and_comes_back_unchanged(name: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(rows_of(name), min_size=1, max_size=4))

    frame = frame_of(name, rows, OWNERS, [0] * len(rows))

    gate({name: frame})
    fields = list(tables()[name].fields)
    back = [
        {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        for row in frame.select(fields).rows(named=True)
    ]
    assert back == [dict(row.values) for row in rows]


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "status_cost": st.sampled_from(["green", "grün", ""]),
            "budget_total": st.decimals(-5, 5, places=2),
            "progress_pct": st.decimals(-1, 101, places=4),
            "project_id": st.sampled_from(["KLI-001", "KLI001", None]),
            "partner_orgs": st.lists(st.sampled_from(["SWG", "XXX"]), max_size=3).map(tuple),
            "title": st.none() | st.text(string.ascii_letters),
        },
    )
)
def test_the_gate_and_the_pandera_schema_agree(overrides: dict[str, Any]) -> None:
    frame = a_frame(a_project(), a_project(**overrides))

    try:
        pandera_schema("project").validate(frame, lazy=True)
    except pandera.errors.SchemaErrors:
        with pytest.raises(GateError):
            gate({"project": frame})
    else:
        gate({"project": frame})


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"status_cost": "grün"}, "status_cost is a code of status: grün"),
        ({"budget_total": Decimal("-0.01")}, "budget_total is at least 0: -0.01"),
        ({"progress_pct": Decimal(101)}, "progress_pct is at most 100: 101"),
        ({"project_id": "KLI-1"}, "project_id matches"),
        ({"project_id": None}, "project_id not_nullable"),
        ({"partner_orgs": ("SWG", "XXX")}, "partner_orgs is a code of org"),
        ({"budget_total": Decimal("1.001")}, r"budget_total cannot hold Decimal\('1.001'\)"),
        ({"budget_total": 1.5}, "budget_total cannot hold 1.5"),
        ({"title": "half a \ud800"}, "title cannot hold"),
        ({"end_baseline": 3}, "end_baseline cannot hold 3"),
    ],
)
def test_a_refusal_names_table_column_value_and_submission(overrides: dict[str, Any], named: str) -> None:
    rows = [a_project(), a_project(**overrides)]

    with pytest.raises(GateError, match=rf"^project: {named}") as refusal:
        gate({"project": frame_of("project", rows, OWNERS, [0, 1])})

    assert refusal.value.submission_ids == {"fedcba9876543210"}


def test_a_refusal_names_the_row_of_the_sheet() -> None:
    with pytest.raises(GateError, match="source_sheet Projekte, source_row 5"):
        gate({"project": a_frame(a_project(status_cost="grün"))})


def test_a_frame_with_other_columns_does_not_pass() -> None:
    with pytest.raises(GateError, match="columns"):
        gate({"project": a_frame(a_project()).drop("title")})


def test_all_tables_of_a_batch_pass_in_one_go_and_the_wrong_one_is_named() -> None:
    wrong = frame_of("milestone", [a_milestone(milestone_status="done")], OWNERS, [0])

    with pytest.raises(GateError, match="milestone: milestone_status"):
        gate({"project": a_frame(a_project()), "milestone": wrong})


def test_columns_have_the_types_of_the_stored_table() -> None:
    assert dict(a_frame(a_project()).schema) == dict(dtypes("project"))


def test_rows_take_organisation_and_clocks_from_their_submission() -> None:
    frame = frame_of("project", [a_project(), a_project(), a_project()], OWNERS, [1, 0, 1])

    assert frame["org_code"].to_list() == ["SWG", "KLI", "SWG"]


def test_neither_pandera_nor_pyarrow_is_imported_before_something_fails() -> None:
    code = (
        "import sys, schemas.frames, warehouse.database, warehouse.reading;"
        "print([name for name in ('pandera', 'pyarrow', 'pandas') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
