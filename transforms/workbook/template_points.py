"""The sheet „Offene Punkte“ of a pre-filled template: what to look at, with the way to its cell; never read back."""

from xlsxwriter import Workbook

from transforms.contract_texts import texts
from transforms.workbook.template_looks import Looks, row_height
from transforms.workbook.template_notes import print_on_one_width
from transforms.workbook.template_plan import PlannedWorkbook

_WIDTHS = (6.0, 18.0, 28.0, 110.0)
_HEADER_ROW = 3


def write_points(workbook: Workbook, looks: Looks, plan: PlannedWorkbook) -> None:
    """Add the sheet when the plan's values come from a last return, be there points or not."""
    if plan.points_source is None:
        return
    words = texts("invitation")
    worksheet = workbook.add_worksheet(words["sheet_name"])
    worksheet.write_string(0, 0, words["sheet_title"], looks.title())
    worksheet.write_string(1, 0, words["sheet_help"].format(quartal=plan.points_source.in_tables), looks.help())
    if not plan.points:
        worksheet.write_string(2, 0, words["sheet_nothing"], looks.help())
    for column, (heading, width) in enumerate(zip(words["sheet_columns"].split("|"), _WIDTHS, strict=True)):
        worksheet.set_column(column, column, width)
        worksheet.write_string(_HEADER_ROW, column, heading, looks.heading())
    for number, point in enumerate(plan.points, start=1):
        row = _HEADER_ROW + number
        worksheet.set_row(row, row_height([(point.text, _WIDTHS[3])]))
        worksheet.write_number(row, 0, number, looks.plain())
        worksheet.write_string(row, 1, point.kind, looks.plain())
        if point.sheet:
            target = f"internal:'{point.sheet}'!{point.address}"
            worksheet.write_url(row, 2, target, looks.link(), f"{point.sheet} {point.address}")
        else:
            worksheet.write_string(row, 2, words["no_place"], looks.plain())
        worksheet.write_string(row, 3, point.text, looks.plain())
    worksheet.freeze_panes(_HEADER_ROW + 1, 0)
    print_on_one_width(worksheet)
