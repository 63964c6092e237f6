"""Every figure of the report as CSV, for those who calculate on; it is also attached to the PDF."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

from schemas.facts import Figure, Quantity, ReportFacts
from transforms.report.outputs.report_tables import figures_table
from transforms.report.outputs.tables import Cell

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def figures_csv(facts: ReportFacts) -> bytes:
    """Write id, exact value, unit, printed text, missing values and sources of every figure, ordered by id.

    UTF-8 with BOM, ``;`` between cells, decimal comma, days ISO: a German spreadsheet opens it as it is.
    A text never becomes a formula there.
    """
    table = figures_table(facts)
    target = StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.heads.values())
    for row in table.rows:
        writer.writerow([_written(cell) for cell in row.cells])
    return target.getvalue().encode("utf-8-sig")


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


def _written(cell: Cell) -> str:
    match cell:
        case Figure():
            return exact(cell.value)
        case None:
            return ""
        case _:
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not cell[1:2].isdigit() else str(cell)
