"""Template written, filled at random with valid values, read by our own reader: equal."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codes import code_lists, indicators, the_eight
from schemas.contract import TEMPLATE_VERSION, Field, FieldType, Table, cover, return_tables
from schemas.quarter import Quarter
from schemas.submission import Value
from schemas.workbook import RawWorkbook
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.template import write_template

FieldValues: TypeAlias = dict[str, Value]
Draw: TypeAlias = Callable[[st.SearchStrategy[Value]], Value]

CHARACTERS = "aeimnorstuäöüßÄÖÜ0123456789 .,;:!?()/&<>'\"%+-=@#„“–€"
STARTS = ("Text ", "=A1+B1 ", "@Text ", "- Text ", "+ Text ")
DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))


def texts(max_length: int) -> st.SearchStrategy[Value]:
    """Free text without outer or double spaces, sometimes with the start of a formula."""
    body = st.text(CHARACTERS, max_size=max(max_length - 8, 1))
    return st.tuples(st.sampled_from(STARTS), body).map(lambda parts: " ".join("".join(parts).split()))


def numbers(places: int, low: int, high: int) -> st.SearchStrategy[Value]:
    scale = 10**places
    return st.integers(low * scale, high * scale).map(lambda digits: Decimal(digits) / scale)


def values_of(field: Field) -> st.SearchStrategy[Value]:
    """Any valid value of a field that is no key, as it is stored; None where nothing must stand."""
    match field.type:
        case FieldType.CODE:
            given: st.SearchStrategy[Value] = st.sampled_from(code_lists()[field.code_list].codes)
        case FieldType.ORG_LIST | FieldType.TEXT_LIST:
            codes = st.sampled_from(code_lists()[field.code_list].codes)
            given = st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple)
        case FieldType.DATE:
            given = DAYS
        case FieldType.INTEGER:
            given = st.integers(1, 4)
        case FieldType.PERCENT:
            given = numbers(1, 0, 100)
        case FieldType.MONEY:
            given = numbers(2, 0, 10**9)
        case FieldType.NUMBER:
            given = numbers(4, 0, 10**7)
        case FieldType.EMAIL:
            given = st.just("digital@klinikum.example")
        case _:
            given = texts(field.max_length or 40)
    return given if field.required == "yes" else st.none() | given


def keys(org_code: str, table: Table, number: int) -> FieldValues:
    """Keys that fit together, one set per row number."""
    project = f"{org_code}-001"
    by_table: dict[str, FieldValues] = {
        "project": {"project_id": f"{org_code}-{number:03d}"},
        "milestone": {"project_id": project, "milestone_no": number},
        "kpi_value": {"kpi_code": [k for k, i in indicators().items() if i.org_code in (org_code, "ALL")][number]},
        "risk": {"risk_id": f"{org_code}-R{number:02d}", "project_id": project},
        "decision_request": {"decision_id": f"{org_code}-B{number:02d}", "project_id": "ALLG"},
    }
    return by_table.get(table.name, {})


@st.composite
def returns(draw: Draw) -> tuple[str, Quarter, FieldValues, dict[str, list[FieldValues]]]:
    org_code = str(draw(st.sampled_from(the_eight())))
    day = draw(DAYS)
    assert isinstance(day, date)
    quarter = Quarter.containing(day)
    cover_values = {name: draw(values_of(field)) for name, field in cover().fields.items()} | {
        "template_version": TEMPLATE_VERSION,
        "org_code": org_code,
        "report_quarter": str(quarter),
        "as_of_date": quarter.last_day,
    }
    rows: dict[str, list[FieldValues]] = {}
    for table in return_tables().values():
        count = draw(st.integers(1 if table.name == "project" else 0, 3))
        assert isinstance(count, int)
        rows[table.name] = [
            {name: draw(values_of(field)) for name, field in table.fields.items()} | keys(org_code, table, number)
            for number in range(1, count + 1)
        ]
    return org_code, quarter, cover_values, rows


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(returns())
def test_what_the_template_writes_our_reader_reads(
    filled: tuple[str, Quarter, FieldValues, dict[str, list[FieldValues]]],
) -> None:
    org_code, quarter, cover_values, rows = filled

    name = f"D8_{org_code}_{quarter}_v01.xlsx"
    workbook = read_workbook(write_template(org_code, quarter, rows, cover_values), name)
    assert isinstance(workbook, RawWorkbook)
    submission = parse_submission(workbook, name)

    assert (submission.org_code, submission.quarter) == (org_code, quarter)
    assert submission.cover is not None
    assert dict(submission.cover.values) == cover_values
    assert {table: [dict(row.values) for row in found] for table, found in submission.tables.items()} == rows
    assert not [finding for finding in submission.findings if finding.is_error]


def test_every_written_cell_is_found_where_the_contract_puts_it() -> None:
    rows = {"project": [{"project_id": "KLI-001", "title": "Patientenportal"}]}

    workbook = read_workbook(write_template("KLI", Quarter(2026, 3), rows), "D8_KLI_2026-Q3_v01.xlsx")
    assert isinstance(workbook, RawWorkbook)
    [project] = parse_submission(workbook, "D8_KLI_2026-Q3_v01.xlsx").tables["project"]

    assert str(project.place("project_id")) == "Projekte!A5"
    assert str(project.place("title")) == "Projekte!B5"
