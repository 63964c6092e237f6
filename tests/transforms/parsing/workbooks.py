"""Builders of raw workbooks: a valid return of the Klinikum by default, so that a test states only what it is about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from schemas.contract import cover, return_tables, tables
from schemas.findings import Finding
from schemas.submission import Submission
from schemas.workbook import CellKind, FileFormat, RawCell, RawSheet, RawWorkbook
from transforms.parsing.cells import parser_for, read_cell
from transforms.parsing.readings import Context, Reading
from transforms.parsing.submission import parse_submission

FILE_NAME = "D8_KLI_2026-Q3_v01.xlsx"

COVER: Mapping[str, Any] = {
    "template_version": "1.0",
    "org_code": "KLI",
    "report_quarter": "2026-Q3",
    "as_of_date": date(2026, 9, 30),
    "submission_status": "Freigegeben",
    "approved_by_role": "Geschäftsführung",
    "approved_on": date(2026, 10, 9),
    "contact_mailbox": "digital@klinikum.example",
    "money_unit": "EUR",
    "overall_assessment": "Die Vorhaben liegen im Plan.",
}

ROWS: Mapping[str, Mapping[str, Any]] = {
    "project": {
        "project_id": "KLI-001",
        "title": "Patientenportal",
        "benefit": "Befunde online.",
        "action_field": "Wohlergehen für alle",
        "phase": "Umsetzung",
        "start_date": date(2026, 1, 1),
        "end_baseline": date(2026, 12, 31),
        "end_forecast": date(2026, 12, 31),
        "progress_pct": "50 %",
        "status_overall": "grün",
        "status_schedule": "grün",
        "status_cost": "grün",
        "status_scope": "grün",
        "budget_total": 100000.0,
        "actual_cum": 50000.0,
        "forecast_total": 100000.0,
        "next_step": "Testbetrieb",
        "confidentiality": "intern",
    },
    "milestone": {
        "project_id": "KLI-001",
        "milestone_no": 1.0,
        "title": "Pilotstation produktiv",
        "date_baseline": date(2026, 11, 30),
        "date_forecast": date(2026, 11, 30),
        "milestone_status": "offen",
    },
    "kpi_value": {"kpi_code": "KLI-01", "unit": "Punkte", "value": 48.2, "measurement": "gemessen"},
    "risk": {
        "risk_id": "KLI-R01",
        "project_id": "ALLG",
        "risk_text": "Fachkräfte fehlen",
        "mitigation": "Gemeinsam ausschreiben",
        "likelihood": 2.0,
        "impact": 3.0,
    },
    "decision_request": {
        "decision_id": "KLI-B01",
        "project_id": "KLI-001",
        "subject": "Fristverlängerung",
        "proposal": "Der Lenkungskreis unterstützt den Antrag.",
        "decision_type": "Richtung",
        "consequence": "Rückforderung droht.",
        "needed_by": date(2026, 11, 15),
    },
    "cooperation": {"coop_kind": "Suche", "topic": "KI", "description": "Gemeinsame Erprobung"},
}


def a_cell(value: Any, row: int = 1, column: int = 1, **marks: Any) -> RawCell:
    """One cell; its kind follows from the value, the string ``#REF!`` and its like being error values."""
    if isinstance(value, RawCell):
        return value._replace(row=row, column=column)
    kind = CellKind.TEXT
    if value is None:
        kind = CellKind.BLANK
    elif isinstance(value, bool):
        kind = CellKind.BOOLEAN
    elif isinstance(value, int | float):
        kind, value = CellKind.NUMBER, float(value)
    elif isinstance(value, date | datetime):
        kind = CellKind.DATE
    elif value == "#REF!":
        kind = CellKind.ERROR
    return RawCell(row, column, kind, value, **marks)


def a_sheet(name: str, rows: Mapping[int, Sequence[Any]], **marks: Any) -> RawSheet:
    """A sheet from row number to the values from column A; None leaves a cell out."""
    cells = (
        a_cell(value, row, column)
        for row, values in sorted(rows.items())
        for column, value in enumerate(values, start=1)
        if value is not None
    )
    return RawSheet(name, tuple(cells), **marks)


def a_row(table: str, **overrides: Any) -> list[Any]:
    """The values of one valid row in the order of the template; further cells may be appended."""
    given = {**ROWS[table], **overrides}
    return [given.get(name) for name in tables()[table].fields]


def labels(table: str, **overrides: Any) -> list[Any]:
    """The header of a table as the template writes it; None leaves a heading out."""
    return [overrides.get(name, field.label) for name, field in tables()[table].fields.items()]


def a_table(table: str, *rows: Sequence[Any], header: Sequence[Any] | None = None, **marks: Any) -> RawSheet:
    """A table sheet as the template lays it out: title, header in row 4, data from row 5."""
    sheet = tables()[table].sheet
    content = {1: [f"Statusmeldung „Die 8“ – {sheet}"], 4: list(header or labels(table))}
    return a_sheet(sheet, {**content, **dict(enumerate(rows, start=5))}, **marks)


def a_cover(**overrides: Any) -> RawSheet:
    """The Deckblatt: label in column A, value in column B, from row 4."""
    given = {**COVER, **overrides}
    entries = {4 + at: [field.label, given.get(name)] for at, (name, field) in enumerate(cover().fields.items())}
    return a_sheet("Deckblatt", {1: ["Statusmeldung „Die 8“ – Deckblatt"], **entries})


def a_workbook(*sheets: RawSheet, without: Iterable[str] = (), **marks: Any) -> RawWorkbook:
    """A return with one valid row in each table; given sheets replace those of the same name, or come on top."""
    default = [a_cover(), *(a_table(name, a_row(name)) for name in return_tables())]
    by_name = {sheet.name: sheet for sheet in default if sheet.name not in set(without)}
    by_name |= {sheet.name: sheet for sheet in sheets}
    return RawWorkbook(FileFormat.XLSX, tuple(by_name.values()), **marks)


def parsed(*sheets: RawSheet, file_name: str = FILE_NAME, **marks: Any) -> Submission:
    """Parse a workbook made of valid sheets and the given ones."""
    return parse_submission(a_workbook(*sheets, **marks), file_name)


def found(submission: Submission) -> list[tuple[str, str]]:
    """The findings as rule and place."""
    return [(finding.rule, str(finding.place or "")) for finding in submission.findings]


def the_finding(submission: Submission, rule: str) -> Finding:
    """The one finding of a rule."""
    [finding] = [finding for finding in submission.findings if finding.rule == rule]
    return finding


def read(table: str, field: str, value: Any, context: Mapping[str, Any] | None = None, **marks: Any) -> Reading:
    """Read one cell as a field of the contract."""
    definition = tables()[table].fields[field]
    return read_cell(a_cell(value, **marks), parser_for(definition), Context(definition, **(context or {})))


def rules_of(reading: Reading) -> list[str]:
    """The rules that have something to say about a cell."""
    return [remark.rule for remark in reading.remarks]
