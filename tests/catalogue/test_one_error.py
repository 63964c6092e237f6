"""A valid return in any layout and format with one error in one cell: that cell is named, and nothing else is wrong."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contract import Field, FieldType, Required, cover, tables
from schemas.findings import Verdict
from tests.catalogue.arranging import Arrangement, arrangements
from tests.catalogue.book import GERMAN_ERRORS, Cell, a_book, place_of
from tests.catalogue.outcomes import outcome_of
from tests.catalogue.writing import FORMATS, write

_WRONG_BY_TYPE: dict[FieldType, Sequence[Any]] = {
    FieldType.DATE: ("31.09.2026", "03/04/2026", "irgendwann", "Herbst 2026", 12.5, True),
    FieldType.MONEY: ("viel", "50–60 T€", "> 10", "-5", -5.0, "3/4", date(2026, 10, 1), True),
    FieldType.PERCENT: ("0,45", "101 %", "fast fertig", "3/4", Cell(0.45), Cell(101.0)),
    FieldType.NUMBER: ("viele", "50–60", "1.2.3", date(2026, 10, 1)),
    FieldType.INTEGER: ("eins", "4,5", "-1", 4.5, "1/2"),
    FieldType.CODE: ("vielleicht", "s.o.", "??!"),
    FieldType.QUARTER: ("3/2026", "Spielzeit 26/27", date(2026, 9, 30)),
    FieldType.ORG_LIST: ("Firma Muster", "SWG; Firma Muster"),
    FieldType.TEXT_LIST: ("Kaffeerunde",),
    FieldType.EMAIL: ("kein Postfach",),
}
_ERROR_CELLS = (*(Cell(text, is_error=True) for text in GERMAN_ERRORS), *GERMAN_ERRORS.values(), "Err:502", "####")
_NUMBER_OF_ROWS = {"submission": 1, "kpi_value": 3, "risk": 1, "cooperation": 1}
"""Rows of the default book; two where nothing is said."""


def wrong_entries(field: Field) -> st.SearchStrategy[Any]:
    """Anything that the field cannot hold; an indicator that nobody knows is text until a rule looks at it."""
    wrong = [*_ERROR_CELLS, *_WRONG_BY_TYPE.get(field.type, ())]
    if field.pattern:
        wrong += ["ohne Nummer", "KLI-1", 1001.0]
    if field.type is FieldType.TEXT and not field.pattern:
        wrong.append("Schulung f\ufffdr alle")
    if field.required is Required.YES:
        wrong.append("")
    return st.sampled_from(wrong)


@st.composite
def spoilt_cells(draw: st.DrawFn) -> tuple[str, int, Any]:
    """A field, the row, and what stands there by mistake."""
    table = draw(st.sampled_from([t for t in tables().values() if t.name != "decision"]))
    field = draw(st.sampled_from([*table.fields.values()]))
    row = draw(st.integers(0, _NUMBER_OF_ROWS.get(table.name, 2) - 1))
    return f"{table.name}.{field.name}", row, draw(wrong_entries(field))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(arrangements(), spoilt_cells(), st.sampled_from(FORMATS))
def test_one_error_is_found_in_its_cell_and_no_other(
    arrangement: Arrangement, spoilt: tuple[str, int, Any], file_format: str
) -> None:
    where, row, wrong = spoilt
    book = a_book()
    book.put(where, wrong, row)

    outcome = outcome_of(*write(arrangement.of(book), file_format))

    errors = {str(place) for finding in outcome.findings if finding.is_error for place in finding.all_places or (None,)}
    assert errors == {str(arrangement.place(where, row))}
    assert outcome.verdict in _VERDICTS[_is_decisive(where)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(arrangements(), st.sampled_from(FORMATS))
def test_the_layout_alone_is_no_error(arrangement: Arrangement, file_format: str) -> None:
    outcome = outcome_of(*write(arrangement.of(a_book()), file_format))

    assert outcome.verdict is Verdict.ACCEPTED
    assert {finding.rule for finding in outcome.findings} <= {"S05", "C13"}


_VERDICTS = {
    True: {Verdict.REJECTED, Verdict.UNASSIGNED},
    False: {Verdict.ACCEPTED_WITH_FINDINGS},
}


def _is_decisive(where: str) -> bool:
    """Whether an error there stops the whole return: the Deckblatt and the keys (contract.md §4)."""
    table, _, name = where.partition(".")
    return table == cover().name or name in tables()[table].key or place_of(where).sheet == cover().sheet
