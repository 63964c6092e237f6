"""Every variant of the mess catalogue, in each format in which it can occur: value, findings, verdict, and its line."""

from functools import cache

import pytest

from schemas.findings import Severity
from tests.catalogue.all_variants import NUMBERS, outcome_in, variants
from tests.catalogue.book import a_book
from tests.catalogue.lesarten import PAGE, documented, line_of, page
from tests.catalogue.outcomes import is_about_format, outcome_of
from tests.catalogue.writing import FORMATS, write
from transforms.workbook.file_names import ignored_because

ALL = variants()
CASES = [
    pytest.param(name, file_format, id=f"{name}-{file_format}")
    for name, variant in ALL.items()
    for file_format in variant.formats
]
lines = cache(documented)


@pytest.mark.parametrize(("name", "file_format"), CASES)
def test_a_variant_is_read_as_the_catalogue_says(name: str, file_format: str) -> None:
    variant = ALL[name]

    outcome = outcome_in(variant, file_format)

    table, _, field = variant.watched.partition(".")
    value = outcome.value(table, variant.row, field) if variant.watched else None
    assert (value, sorted(outcome.told), outcome.verdict) == (variant.reads, variant.findings, variant.verdict)
    assert all(finding.message for finding in outcome.findings)
    assert line_of(variant, outcome) == lines().get(name), "docs/lesarten.md says otherwise: make catalogue"


@pytest.mark.parametrize("number", NUMBERS)
def test_every_number_of_the_catalogue_has_a_variant(number: str) -> None:
    assert any(variant.number == number for variant in ALL.values())


def test_the_page_holds_these_lines_and_nothing_else() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(lines())
    assert [*lines()] == [*ALL]


@pytest.mark.parametrize("file_format", FORMATS)
def test_only_the_old_formats_are_asked_for_the_template(file_format: str) -> None:
    content, name = write(a_book(), file_format)

    asked = [finding for finding in outcome_of(content, name).findings if is_about_format(finding)]

    assert [(finding.severity, finding.value) for finding in asked] == (
        [(Severity.INFO, file_format)] if file_format in ("xls", "xlsb") else []
    )


@pytest.mark.parametrize("name", ["~$Status.xlsx", ".~lock.Status.ods#"])
def test_a_lock_file_is_no_delivery(name: str) -> None:
    assert ignored_because(name) == "Sperrdatei eines geöffneten Programms"
