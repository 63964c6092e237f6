from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import tables
from schemas.submission import Submission
from schemas.workbook import CellKind, RawCell, RawSheet
from tests.transforms.parsing.workbooks import a_cover, a_row, a_sheet, a_workbook, labels
from transforms.parsing.cells import parser_for, read_cell
from transforms.parsing.readings import Context
from transforms.parsing.submission import parse_submission

FIELDS = [field for table in tables().values() for field in table.fields.values()]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,-–−+()' €%TkMio/Q:#", max_size=20),
    st.sampled_from(["Summe", "1.2.3", "31.12.9999", "KW 99/9999", "Q3", "#REF!", "=1+1", "ı", "ß", "\ud7ff"]),
)
SCALARS = st.one_of(
    TEXTS,
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.none(),
    st.sampled_from([datetime.max.replace(tzinfo=UTC), date.min, time(0, 0)]),
)
CELLS = st.builds(
    RawCell,
    row=st.integers(1, 30),
    column=st.integers(1, 30),
    kind=st.sampled_from(CellKind),
    value=SCALARS,
    number_format=st.sampled_from(["", "0%", "dd.mm.yyyy", "#,##0.00", "%%%"]),
    fill=st.sampled_from([None, "FFC000", "FFFFFF", "", "kein Farbwert"]),
    formula=st.sampled_from([None, "[1]x!A1", ""]),
)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.table}.{field.name}")
def test_every_field_has_a_parser_that_reads_its_own_example(field: Any) -> None:
    cell = RawCell(5, 1, CellKind.TEXT, field.example)

    reading = read_cell(cell, parser_for(field), Context(field))

    assert reading.value is not None
    assert not reading.is_failed


@given(CELLS, st.sampled_from(FIELDS))
def test_no_cell_makes_the_parsing_raise(cell: RawCell, field: Any) -> None:
    reading = read_cell(cell, parser_for(field), Context(field, year=2026, indicator_unit="%"))

    assert not (reading.is_failed and reading.value is not None)
    assert not reading.is_failed or reading.remarks


@given(st.lists(CELLS, max_size=40), st.sampled_from(["Projekte", "Deckblatt", "Kennzahlen"]), st.booleans())
def test_no_sheet_makes_the_parsing_raise(cells: list[RawCell], name: str, has_header: bool) -> None:  # noqa: FBT001
    table = {"Projekte": "project", "Kennzahlen": "kpi_value"}.get(name)
    regular = a_sheet(name, {4: labels(table), 5: a_row(table)}) if table else a_cover()
    by_place = {(cell.row, cell.column): cell for cell in (*(regular.cells if has_header else ()), *cells)}
    sheet = RawSheet(
        name,
        tuple(by_place[place] for place in sorted(by_place)),
        hidden_rows=frozenset({7, 8}),
        merged=((5, 1, 6, 2), (9, 3, 9, 30)),
    )

    submission = parse_submission(a_workbook(sheet), "x.xlsx")

    assert_consistent(submission)


def assert_consistent(submission: Submission) -> None:
    for finding in submission.findings:
        assert finding.message
    for row in submission.rows():
        assert set(row.values) == set(tables()[row.table].fields)
        assert all(row.values[name] is None for name in row.failed)
