"""Total rows are compared and never loaded (M71)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from schemas.findings import Finding
from schemas.place import Place
from schemas.submission import Row
from schemas.workbook import CellKind, Content
from transforms.parsing.readings import Context, Parser, found_text
from transforms.wording import german_number


def total_findings(
    sheet: str,
    totals: Mapping[int, Mapping[int, Content]],
    rows: Sequence[Row],
    money: Mapping[str, tuple[int, Parser, Context]],
) -> Iterator[Finding]:
    """Give S09 for each money cell of a total row that differs from its rows.

    ``money`` is field to column, parser and context. A total may sum all rows above it or those since the total
    before; one that stands above the data sums all. Nothing is said about a column in which a cell failed, for then
    the sum is not known.
    """
    previous = 0
    for number, line in totals.items():
        above = [row for row in rows if row.source_row < number] or list(rows)
        group = [row for row in above if row.source_row > previous]
        previous = number
        for name, (column, parse, context) in money.items():
            cell = line.get(column)
            if cell is None or cell.kind in (CellKind.BLANK, CellKind.ERROR):
                continue
            total = parse(cell, context).value
            sums = [_sum(part, name) for part in (above, group)]
            if not isinstance(total, Decimal) or None in sums or total in sums:
                continue
            wanted = german_number((sums[0] or Decimal(0)) / context.unit_factor, 2)
            details = {"zeile": str(number), "soll": wanted, "ist": german_number(total / context.unit_factor, 2)}
            yield Finding("S09", Place(sheet, number, column), found_text(cell), wanted, details)


def _sum(rows: Sequence[Row], name: str) -> Decimal | None:
    if any(name in row.failed for row in rows):
        return None
    amounts = (row.values[name] for row in rows)
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))
