"""The Beschlussbuch: a workbook of its own, kept by the city's department, with one table and no Deckblatt."""

from collections.abc import Sequence

from schemas.contract import TEMPLATE_VERSIONS, layouts, register
from schemas.findings import Finding
from schemas.submission import Row, Submission
from schemas.workbook import RawSheet, RawWorkbook
from transforms.parsing.columns import Situation
from transforms.parsing.headers import HEADER_DEPTH, recognise
from transforms.parsing.sheets import sheet_of
from transforms.parsing.tables import read_table


def parse_register(workbook: RawWorkbook, file_name: str, of_file: Sequence[Finding]) -> Submission | None:
    """Read the Beschlussbuch into typed rows; None when the workbook has no sheet of it.

    It belongs to no organisation and no quarter. Amounts are in EUR: there is no Deckblatt to declare another
    unit. ``of_file`` are the findings about the file itself; they are told first.
    """
    table = register()
    sheet, problem = sheet_of(workbook.sheets, table, tuple(layouts().values()))
    if sheet is None and problem is not None and problem.rule == "S01":
        return None
    findings = [*of_file]
    rows: tuple[Row, ...] = ()
    is_readable = False
    if sheet is not None:
        version = _version_of(sheet)
        situation = Situation(version, is_date_1904=workbook.is_date_1904)
        reading = read_table(sheet, layouts()[version].tables[table.name], situation)
        findings += reading.findings
        rows, is_readable = reading.rows, reading.is_readable
    elif problem is not None:
        findings.append(problem)
    return Submission(
        file_name=file_name,
        org_code=None,
        quarter=None,
        cover=None,
        tables={table.name: rows},
        findings=tuple(findings),
        is_readable=is_readable,
        file_format=workbook.format.value,
    )


def _version_of(sheet: RawSheet) -> str:
    """The version whose labels the sheet bears, for the Beschlussbuch names none; of several the newest."""
    texts = [cell.value for cell in sheet.cells if cell.row <= HEADER_DEPTH and isinstance(cell.value, str)]

    def labels_of(version: str) -> int:
        return sum(
            (found := recognise(version, register().name, text)) is not None and found.is_label for text in texts
        )

    return max(reversed(TEMPLATE_VERSIONS), key=labels_of)
