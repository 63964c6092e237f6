"""The invitation as a workbook: the template with the last values, its notes, and the sheet „Offene Punkte“."""

from datetime import date

from msgspec.structs import replace

from schemas.contract import cover, return_tables, tables
from schemas.invitation import LastReturn
from schemas.place import column_letters
from schemas.quarter import Quarter
from transforms.contract_texts import texts
from transforms.invitation.prefill import At, Prefilled, prefill
from transforms.wording import german_date
from transforms.workbook.template_plan import PlannedPoint, PlannedSheet, PlannedWorkbook, plan_template
from transforms.workbook.template_render import COVER_FIRST_ROW, FIRST_ROW, render


def write_invitation(
    org_code: str, quarter: Quarter, last: LastReturn | None, *, kind: str = "xlsx", due: date | None = None
) -> bytes:
    """Write the workbook to fill in for a quarter, as xlsx or ods; same input, same bytes.

    Without a last return it is the empty template. ``due`` is the day of delivery that stands on the Deckblatt.
    """
    return render(_with_first_line(plan_invitation(org_code, quarter, last), due), kind)


def invitation_name(org_code: str, quarter: Quarter, last: LastReturn | None, suffix: str = "xlsx") -> str:
    """The canonical name of the file; a correction has the number that it will get."""
    number = last.version.version + 1 if last is not None and last.quarter == quarter else 1
    return f"D8_{org_code}_{quarter}_v{number:02d}.{suffix}"


def plan_invitation(org_code: str, quarter: Quarter, last: LastReturn | None) -> PlannedWorkbook:
    """Plan the workbook: the template's sheets with values and notes, and the open points."""
    if last is None:
        return plan_template(org_code, quarter)
    known = prefill(last, org_code, quarter)
    plan = plan_template(org_code, quarter, known.rows, known.cover)
    names = (cover().name, *return_tables())
    sheets = tuple(_with_notes(sheet, name, known) for name, sheet in zip(names, plan.sheets, strict=True))
    points = tuple(
        PlannedPoint(point.kind, *(_address(point.at) if point.at else ("", "")), point.text) for point in known.points
    )
    return replace(plan, sheets=sheets, points=points, points_source=known.source)


def _with_first_line(plan: PlannedWorkbook, due: date | None) -> PlannedWorkbook:
    """Say on the Deckblatt, which opens first, until when the return is wanted and how much is to be looked at."""
    words, count = texts("invitation"), len(plan.points)
    told = [words["due"].format(tag=german_date(due))] if due else []
    if count:
        told.append(words["points_one" if count == 1 else "points_many"].format(anzahl=count))
    if not told:
        return plan
    front, *others = plan.sheets
    return replace(plan, sheets=(replace(front, help=(" ".join(told), *front.help[1:])), *others))


def _with_notes(sheet: PlannedSheet, table: str, known: Prefilled) -> PlannedSheet:
    rows = tuple(
        tuple(
            cell._replace(
                note="\n".join(known.notes.get(At(table, row, column.field.name), ())) if column.field else "",
                is_carried=bool(column.field and not column.is_master_data and cell.value is not None)
                and (table, column.field.name if column.field else "") != (cover().name, "submission_status"),
            )
            for column, cell in zip(sheet.columns, cells, strict=True)
        )
        for row, cells in enumerate(sheet.rows)
    )
    carried = texts("invitation")["carried"].format(quartal=known.source.in_tables)
    return replace(sheet, rows=rows, help=(sheet.help[0], f"{sheet.help[1]} {carried}"))


def _address(at: At) -> tuple[str, str]:
    """Sheet and address of a cell of the new workbook."""
    table = tables()[at.table]
    number = list(table.fields).index(at.field)
    if at.table == cover().name:
        return table.sheet, f"B{COVER_FIRST_ROW + number + 1}"
    return table.sheet, f"{column_letters(number + 1)}{FIRST_ROW + at.row + 1}"
