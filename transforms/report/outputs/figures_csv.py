"""Every figure of the report as CSV, for those who calculate on; it is also attached to the PDF."""

from datetime import date
from decimal import Decimal

from schemas.facts import Figure, Quantity, ReportFacts
from transforms.excel_csv import ENCODING, csv_lines
from transforms.report.outputs.report_tables import figures_table


def figures_csv(facts: ReportFacts) -> bytes:
    """Write id, exact value, unit, printed text, missing values and sources of every figure, ordered by id.

    UTF-8 with BOM, ``;`` between cells, decimal comma, days ISO: a German spreadsheet opens it as it is.
    A text never becomes a formula there.
    """
    table = figures_table(facts)
    rows = ([cell.value if isinstance(cell, Figure) else cell for cell in row.cells] for row in table.rows)
    return "".join(csv_lines(tuple(table.heads.values()), rows)).encode(ENCODING)


def exact(value: Quantity) -> str:
    """Write a value with all its digits, decimal comma, days ISO; an empty text for none."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case date():
            return value.isoformat()
        case _:
            return str(value)
