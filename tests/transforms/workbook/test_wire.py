"""What leaves the reading process arrives unchanged, and nothing else is believed."""

import json
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import CellKind, FileFormat, RawCell, RawSheet, RawWorkbook
from transforms.workbook.wire import UnreadableAnswerError, pack, unpack

NUMBERS = st.integers(1, 1 << 20)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False),
    st.text(),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.times().map(lambda moment: moment.replace(fold=0)),
)
CELLS = st.builds(
    RawCell,
    row=NUMBERS,
    column=NUMBERS,
    kind=st.sampled_from(CellKind),
    value=SCALARS,
    number_format=st.text(max_size=5),
    fill=st.none() | st.sampled_from(["FFC000", "000000"]),
    formula=st.none() | st.text(max_size=5),
    is_struck=st.booleans(),
)
SHEETS = st.builds(
    RawSheet,
    name=st.text(),
    cells=st.lists(CELLS, max_size=6).map(tuple),
    is_hidden=st.booleans(),
    hidden_rows=st.frozensets(NUMBERS, max_size=3),
    hidden_columns=st.frozensets(NUMBERS, max_size=3),
    merged=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=3).map(tuple),
)
TEXTS = st.lists(st.text(), max_size=3).map(tuple)
WORKBOOKS = st.builds(
    RawWorkbook,
    format=st.sampled_from(FileFormat),
    sheets=st.lists(SHEETS, max_size=3).map(tuple),
    is_date_1904=st.booleans(),
    external_links=TEXTS,
    defined_names=st.dictionaries(st.text(), st.text(), max_size=3),
    generator=st.text(),
    notes=TEXTS,
)
PLACES = st.builds(Place, sheet=st.text(), row=st.none() | NUMBERS, column=st.none() | NUMBERS)
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(["F01", "F02", "F03"]),
    place=st.none() | PLACES,
    value=st.none() | st.text(),
    expected=st.none() | st.text(),
    details=st.dictionaries(st.text(), st.text(), max_size=3),
    places=st.lists(PLACES, max_size=3).map(tuple),
)


@given(WORKBOOKS | FINDINGS)
def test_an_answer_arrives_exactly_as_it_was_sent(answer: RawWorkbook | Finding) -> None:
    arrived = unpack(pack(answer))

    assert arrived == answer
    assert types_of_values(arrived) == types_of_values(answer), "1.0 and WAHR compare equal and are not the same"


def types_of_values(answer: RawWorkbook | Finding) -> list[type]:
    sheets = answer.sheets if isinstance(answer, RawWorkbook) else ()
    return [type(cell.value) for sheet in sheets for cell in sheet.cells]


def a_message(**changes: object) -> bytes:
    """A packed workbook of one cell with changes to its sheet."""
    cell = RawCell(1, 1, CellKind.DATE, date(2026, 9, 30))
    message = json.loads(pack(RawWorkbook(FileFormat.XLSX, (RawSheet("Projekte", (cell,)),))))
    message["workbook"]["sheets"][0].update(changes)
    return json.dumps(message).encode()


def test_the_message_that_the_next_test_spoils_is_a_good_one() -> None:
    assert isinstance(unpack(a_message()), RawWorkbook)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x80\x04\x95",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"workbook": {}}',
        b'{"finding": {"rule": 1}}',
        a_message(rows="HAQABAA=="),  # 1 and 1, for one cell
        a_message(which="HAQA="),  # 1, where 0 is the only content
        a_message(rows="HAQ=="),  # half a number
        a_message(rows="HAQA"),  # without its ending
        a_message(rows="H?"),
        a_message(rows="dAQAAAAAAAAA="),  # another kind of numbers
        a_message(rows=""),
        a_message(rows=[1]),
        a_message(rows=None),
        a_message(kinds="?"),
        a_message(values=[[1]]),
        a_message(values=[{"date": "gestern"}]),
        a_message(values=[{"eval": "1"}]),
        a_message(look=[7]),
        a_message(looks=[["", 3, False]]),
        a_message(formulas={"5": "A1"}),
        a_message(merged=[[1, 2, 3]]),
        a_message(is_hidden="nein"),
    ],
)
def test_anything_else_is_not_believed(packed: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        unpack(packed)


def test_moments_keep_their_fraction_of_a_second() -> None:
    # A workbook knows no time zones.
    values = (datetime(2026, 9, 30, 12, 0, 0, 1), time(23, 59, 59, 999_999), date(2026, 9, 30))  # noqa: DTZ001
    cells = tuple(RawCell(row, 1, CellKind.DATE, value) for row, value in enumerate(values, 1))

    answer = RawWorkbook(FileFormat.XLS, (RawSheet("x", cells),))

    assert unpack(pack(answer)) == answer
