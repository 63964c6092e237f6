"""The figures as CSV, alone and within the PDF that is archived."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from schemas.facts import Quantity
from tests.builders import an_indicator_value
from tests.transforms.report.outputs.quarters import facts_for, full_facts, full_outputs
from tests.transforms.report.returns import a_return
from transforms.report.outputs.figures_csv import exact, figures_csv


def test_the_pdf_is_accessible_and_archivable_and_carries_the_figures() -> None:
    with pikepdf.open(BytesIO(full_outputs()["pdf"])) as pdf:
        metadata = pdf.open_metadata()
        standards = [metadata[name] for name in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance")]
        [(name, attachment)] = pdf.attachments.items()
        stored = attachment.get_file()

        assert standards == ["1", "3", "A"]
        assert (name, str(attachment.relationship), stored.mime_type) == ("Zahlen_2026-Q3.csv", "/Data", "text/csv")
        assert stored.read_bytes() == figures_csv(full_facts())


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (3, "3"),
        (Decimal("1234567.89"), "1234567,89"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.5"), "-0,5"),
        (date(2026, 9, 30), "2026-09-30"),
    ],
)
def test_values_are_exact_and_german(value: Quantity, written: str) -> None:
    assert exact(value) == written


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    unit = an_indicator_value(kpi_code="KLI-05", unit="=1+1")
    lines = figures_csv(facts_for("lenkungskreis", [a_return(kpi_value=[unit])])).decode("utf-8-sig").splitlines()

    assert not any(cell.startswith(("=", "@", "\t")) for line in lines for cell in line.split(";"))


def test_sources_are_named_by_sheet_row_and_field() -> None:
    [line] = [
        line
        for line in figures_csv(full_facts()).decode().splitlines()
        if line.startswith("project.KLI-002.end_forecast;")
    ]

    assert line.endswith(";1;Projekte, Zeile 6, Ende Prognose (KLI-002), Meldung KLI-2026")
