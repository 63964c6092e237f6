"""The workbook that a subsidiary fills in, derived entirely from the contract."""

from collections.abc import Mapping, Sequence

from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.workbook.template_plan import plan_template
from transforms.workbook.template_render import render


def write_template(
    org_code: str,
    quarter: Quarter,
    rows: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
    cover: Mapping[str, Value] | None = None,
    kind: str = "xlsx",
) -> bytes:
    """Write the return's workbook for one organisation and quarter; same input, same bytes.

    Args:
        org_code: whose workbook; decides about the indicators that are listed and offered.
        quarter: gives Berichtsquartal and Stichtag.
        rows: table name to rows of stored values (codes, EUR, percentage points) to fill in. Without rows for
            ``kpi_value`` the sheet Kennzahlen lists the organisation's own indicators with name and unit.
        cover: values of the Deckblatt; they win over the ones derived from the other arguments. Amounts are
            written in its ``money_unit``, EUR if not given.
        kind: xlsx or ods.

    Raises:
        KeyError: a table, field or code that the contract does not know.
    """
    return render(plan_template(org_code, quarter, rows, cover), kind)
