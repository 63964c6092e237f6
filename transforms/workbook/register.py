"""The workbook in which the city's department keeps the Beschlussbuch, derived from the contract like the template."""

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

from schemas.contract import register
from transforms.workbook.template_looks import A4, Looks
from transforms.workbook.template_notes import write_lists
from transforms.workbook.template_plan import FieldValues, plan_sheet
from transforms.workbook.template_render import new_workbook, write_table

_BEFORE_ANY_MEETING = date(2026, 1, 1)


def write_register(decisions: Sequence[FieldValues] = ()) -> bytes:
    """Write the Beschlussbuch (xlsx) with these decisions as stored values; same input, same bytes.

    Raises:
        KeyError: a field that a decision does not have.
    """
    target = BytesIO()
    workbook = new_workbook(target)
    looks = Looks(workbook)
    table = register()
    worksheet = workbook.add_worksheet(table.sheet)
    write_table(worksheet, plan_sheet(table, decisions), looks, write_lists(workbook, looks, [table]))
    worksheet.set_paper(A4)
    meetings = [day for decision in decisions if isinstance(day := decision.get("meeting_date"), date)]
    # A fixed instant instead of the clock, and no author: nobody's name leaves with the file.
    created = datetime.combine(max(meetings, default=_BEFORE_ANY_MEETING), time())
    workbook.set_properties({"title": table.label, "created": created})
    workbook.close()
    return target.getvalue()
