"""A template filled at random, laid out anew and written in any format, is read as what was filled in."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.quarter import Quarter
from schemas.workbook import RawWorkbook
from tests.catalogue.arranging import Arrangement, arrangements
from tests.catalogue.book import book_of
from tests.catalogue.writing import FORMATS, write
from tests.transforms.workbook.test_template_reading import FieldValues, returns
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.template_plan import plan_template


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(returns(), arrangements(), st.sampled_from(FORMATS))
def test_what_is_filled_in_is_read_in_any_layout_and_format(
    filled: tuple[str, Quarter, FieldValues, dict[str, list[FieldValues]]], arrangement: Arrangement, file_format: str
) -> None:
    org_code, quarter, cover_values, rows = filled
    book = arrangement.of(book_of(plan_template(org_code, quarter, rows, cover_values)))

    content, name = write(book, file_format)
    workbook = read_workbook(content, name)
    assert isinstance(workbook, RawWorkbook)
    submission = parse_submission(workbook, name)

    assert submission.cover is not None
    assert dict(submission.cover.values) == cover_values
    assert {table: [dict(row.values) for row in found] for table, found in submission.tables.items()} == rows
    assert not [finding for finding in submission.findings if finding.is_error]
