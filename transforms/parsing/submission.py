"""From a workbook to a submission: whose it is, for which quarter, its typed rows, and every finding on the way."""

import re
from collections.abc import Iterator, Mapping, Sequence

from schemas.contract import cover, layouts, return_tables
from schemas.findings import Finding
from schemas.place import Place
from schemas.submission import Row, Submission
from schemas.workbook import FileFormat, RawWorkbook
from transforms.parsing.authors import author_findings
from transforms.parsing.columns import Situation
from transforms.parsing.cover import CoverReading, read_cover
from transforms.parsing.file_names import file_name_finding
from transforms.parsing.register import parse_register
from transforms.parsing.sheets import sheet_of
from transforms.parsing.tables import read_table

_MANY = 10
"""Cells and links named in one finding; more help nobody."""
_REACHES_OUT = re.compile(
    r"(?<![\w\]])\[(?:\d+|[^\[\]]+\.(?:xls\w?|ods))\]|^\[[^.$\[\]][^\[\]]*\]$|'file:", re.IGNORECASE
)
"""References to other workbooks, as ``[1]Budget!B4`` or ``'file:///Q:/Budget.ods'#$Tabelle1.B4``, not to tables."""
_MAY_BE_EMPTY = frozenset({"milestone", "risk", "decision_request", "cooperation"})
"""Sheets that may be empty (domain.md §6.2): without a single cell they say that there is nothing, header or not."""


def parse_submission(workbook: RawWorkbook, file_name: str) -> Submission:
    """Read a quarterly return, or the Beschlussbuch, into typed rows; a Deckblatt makes it a return.

    Nothing stops at the first problem: every sheet, row and cell that can be read is read, and each finding (families
    F, S and C) names its place in the submitted file. Money is in EUR, percentages in points, codes as stored. Whether
    required values are there, and whether values make sense together, is for the rules. The file name is a hint only.
    """
    findings = _file_findings(workbook)
    sheet, problem = sheet_of(workbook.sheets, cover(), tuple(layouts().values()))
    if sheet is None:
        book = parse_register(workbook, file_name, findings)
        return book or _refused(workbook, file_name, (*findings, problem))
    deckblatt = read_cover(sheet, is_date_1904=workbook.is_date_1904)
    findings += deckblatt.findings
    if deckblatt.row is None:
        return _refused(workbook, file_name, findings)
    tables, table_findings, is_readable = _read_tables(workbook, deckblatt)
    findings += table_findings
    misnamed = file_name_finding(file_name, deckblatt.org_code, deckblatt.quarter)
    return Submission(
        file_name=file_name,
        org_code=deckblatt.org_code,
        quarter=deckblatt.quarter,
        cover=deckblatt.row,
        tables=tables,
        findings=(*findings, misnamed) if misnamed else tuple(findings),
        is_readable=is_readable and not any(finding.rule == "S06" for finding in deckblatt.findings),
        file_format=workbook.format.value,
    )


def _refused(workbook: RawWorkbook, file_name: str, findings: Sequence[Finding | None]) -> Submission:
    return Submission(
        file_name=file_name,
        org_code=None,
        quarter=None,
        cover=None,
        tables=dict.fromkeys(return_tables(), ()),
        findings=tuple(finding for finding in findings if finding is not None),
        is_readable=False,
        file_format=workbook.format.value,
    )


def _read_tables(
    workbook: RawWorkbook, deckblatt: CoverReading
) -> tuple[Mapping[str, tuple[Row, ...]], list[Finding], bool]:
    """Read every table of the return; a Fehlanzeige needs none of the sheets (contract.md §1)."""
    situation: Situation = deckblatt.situation(is_date_1904=workbook.is_date_1904)
    layout = layouts()[situation.template_version]
    rows: dict[str, tuple[Row, ...]] = dict.fromkeys(return_tables(), ())
    findings: list[Finding] = []
    is_readable = True
    for name in rows:
        table = layout.tables.get(name)
        if table is None:
            continue
        sheet, problem = sheet_of(workbook.sheets, table, (layout,))
        if sheet is not None and not sheet.cells and (name in _MAY_BE_EMPTY or deckblatt.is_nil_return):
            continue
        if sheet is not None:
            reading = read_table(sheet, table, situation)
            rows[name] = reading.rows
            findings += reading.findings
            is_readable = is_readable and reading.is_readable
        elif problem is not None and not (deckblatt.is_nil_return and problem.rule == "S01"):
            findings.append(problem)
            is_readable = False
    return rows, findings, is_readable


def _file_findings(workbook: RawWorkbook) -> list[Finding]:
    findings = [*_format_finding(workbook), *author_findings(workbook.authors)]
    if workbook.is_date_1904:
        findings.append(Finding("F04"))
    if workbook.external_links:
        places = _linked_cells(workbook)
        names = [str(place) for place in places] or [
            link.replace("\\", "/").rpartition("/")[2] for link in workbook.external_links
        ]
        more = ["…"] if len(names) > _MANY else []
        details = {"zellen": ", ".join(names[:_MANY] + more)}
        findings.append(Finding("F05", places[0] if places else None, None, None, details, tuple(places)))
    return findings


def _linked_cells(workbook: RawWorkbook) -> list[Place]:
    """Give the cells whose formula reaches into another file, as in ``[1]Budget!B4`` (M52)."""
    return [
        Place(sheet.name, cell.row, cell.column)
        for sheet in workbook.sheets
        for cell in sheet.cells
        if cell.formula and _REACHES_OUT.search(cell.formula)
    ]


def _format_finding(workbook: RawWorkbook) -> Iterator[Finding]:
    """Ask for the template where an old format was read, which shows less than the template does (M84)."""
    if workbook.format in (FileFormat.XLS, FileFormat.XLSB):
        details = {
            "zelle": "Datei",
            "alt": workbook.format.value,
            "neu": "Excel-Datei in einem anderen Format",
        }
        yield Finding("C13", None, workbook.format.value, "künftig die Vorlage im Format xlsx", details)
