"""The Deckblatt: labels anywhere, their values to the right (contract.md §2)."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from schemas.contract import TEMPLATE_VERSION, TEMPLATE_VERSIONS, FieldType, Table, cover, layouts
from schemas.findings import Finding
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import Row, Value
from schemas.workbook import CellKind, Content, RawSheet
from transforms.parsing import cells, headers, lines
from transforms.parsing.columns import Situation
from transforms.parsing.hidden import hidden_finding
from transforms.parsing.readings import NOTHING, Context, Reading, found_text, refused
from transforms.parsing.text import single_line

_FACTORS = {"EUR": Decimal(1), "TEUR": Decimal(1000)}
_NIL_RETURN = "nil_return"


class CoverReading(Struct, frozen=True):
    """The Deckblatt as one row, with its findings; ``row`` is None when the sheet holds no label of it."""

    row: Row | None
    findings: tuple[Finding, ...]

    @property
    def org_code(self) -> str | None:
        """Whose return it is, if it can be told."""
        return self._text("org_code")

    @property
    def quarter(self) -> Quarter | None:
        """Which quarter it speaks about, if it can be told."""
        text = self._text("report_quarter")
        return Quarter.parse(text) if text else None

    @property
    def is_nil_return(self) -> bool:
        """Whether the organisation reports that there is nothing to report."""
        return self._text("submission_status") == _NIL_RETURN

    def situation(self, *, is_date_1904: bool) -> Situation:
        """Say what the Deckblatt means for the tables: layout, unit of money, year."""
        version, unit = self._text("template_version"), self._text("money_unit") or "EUR"
        as_of = self.row.values["as_of_date"] if self.row else None
        return Situation(
            template_version=version or TEMPLATE_VERSION,
            unit_factor=_FACTORS[unit],
            unit_name=unit,
            year=getattr(as_of, "year", None),
            is_date_1904=is_date_1904,
        )

    def _text(self, name: str) -> str | None:
        value = self.row.values[name] if self.row else None
        return value if isinstance(value, str) else None


def read_cover(sheet: RawSheet, *, is_date_1904: bool = False) -> CoverReading:
    """Read the Deckblatt of any known template version; an unknown version is F06 and tried with the current layout.

    A required entry that is missing or empty is for the rules to report (C01); one that cannot be read is reported
    here and stays empty. Two lines for the same entry are S06.
    """
    grid = lines.lines_of(sheet)
    version = _declared_version(grid)
    table = layouts()[version].tables[cover().name]
    labels, findings = _labels(sheet.name, grid, version, table)
    if not labels:
        return CoverReading(None, (Finding("S02", Place(sheet.name), None, "das Deckblatt der Vorlage", {"n": "0"}),))
    row, cell_findings = _read_entries(sheet.name, grid, table, labels, is_date_1904=is_date_1904)
    used = [place for name in row.raw if (place := row.place(name))]
    hidden = hidden_finding(sheet, {p.row for p in used if p.row}, {p.column for p in used if p.column})
    return CoverReading(row, (*findings, *cell_findings, *([hidden] if hidden else [])))


def _declared_version(grid: Mapping[int, lines.Line]) -> str:
    """Look for the version under every layout: which one holds is not known before."""
    for version in reversed(TEMPLATE_VERSIONS):
        labels, _ = _labels("", grid, version, layouts()[version].tables[cover().name])
        if "template_version" in labels:
            row, column = labels["template_version"]
            cell = grid[row].get(column + _offset(grid, labels))
            declared = _version_text(cell) if cell else ""
            if declared in layouts():
                return declared
    return TEMPLATE_VERSION


def _version_text(cell: Content) -> str:
    """Write a version the way the contract does: Excel turns 1.0 into the number 1."""
    if cell.kind is CellKind.NUMBER and isinstance(cell.value, int | float):
        return f"{float(cell.value):.1f}"
    return single_line(cell.text).casefold().removeprefix("version").removeprefix("v").strip(" .").replace(",", ".")


def _labels(
    sheet: str, grid: Mapping[int, lines.Line], version: str, table: Table
) -> tuple[dict[str, tuple[int, int]], list[Finding]]:
    """Find the cell of each label; the contract's own wording beats an alias, two of the same kind are S06."""
    found: dict[str, list[tuple[int, int, bool]]] = {}
    for row, line in grid.items():
        for column, cell in line.items():
            heading = headers.recognise(version, table.name, cell.value) if isinstance(cell.value, str) else None
            if heading is not None:
                found.setdefault(heading.field, []).append((row, column, heading.is_label))
    labels: dict[str, tuple[int, int]] = {}
    findings: list[Finding] = []
    for name, candidates in found.items():
        label = table.fields[name].label
        labelled = [candidate for candidate in candidates if candidate[2]]
        places = tuple(Place(sheet, row, column) for row, column, _ in labelled or candidates)
        row, column, is_label = (labelled or candidates)[0]
        text = single_line(grid[row][column].text)
        if len(places) > 1:
            findings.append(Finding("S06", places[0], text, None, {"spalte": label}, places))
            continue
        labels[name] = row, column
        if not is_label:
            findings.append(Finding("S04", places[0], text, label, {"gefunden": text, "spalte": label}))
    return labels, findings


def _offset(grid: Mapping[int, lines.Line], labels: Mapping[str, tuple[int, int]]) -> int:
    """Tell how far right of the labels the values stand: mostly in the next column, sometimes one or two further.

    The nearest column that holds at least half as many entries as the fullest one; notes beside the values are sparse.
    """
    places = set(labels.values())
    counts = [
        sum(
            (cell := grid[row].get(column + offset)) is not None
            and cell.kind is not CellKind.BLANK
            and (row, column + offset) not in places
            for row, column in places
        )
        for offset in range(1, 6)
    ]
    most = max(counts)
    return next(index for index, count in enumerate(counts, start=1) if count * 2 >= most)


def _read_entries(
    sheet: str,
    grid: Mapping[int, lines.Line],
    table: Table,
    labels: Mapping[str, tuple[int, int]],
    *,
    is_date_1904: bool,
) -> tuple[Row, list[Finding]]:
    taken, offset = set(labels.values()), _offset(grid, labels)
    places = {name: (row, column + offset) for name, (row, column) in labels.items()}
    values: dict[str, Value] = dict.fromkeys(cover().fields)
    raw: dict[str, str] = {}
    failed: set[str] = set()
    findings: list[Finding] = []
    # The quarter comes last: written without a year it needs the year of the Stichtag.
    for field in sorted(table.fields.values(), key=lambda field: field.type is FieldType.QUARTER):
        row, column = places.get(field.name, (0, 0))
        cell = grid.get(row, {}).get(column)
        if cell is None or (row, column) in taken:
            continue
        context = Context(field, year=getattr(values["as_of_date"], "year", None), is_date_1904=is_date_1904)
        is_version = field.name == "template_version"
        reading = _read_version(cell) if is_version else cells.read_cell(cell, cells.parser_for(field), context)
        values[field.name] = reading.value
        if text := found_text(cell):
            raw[field.name] = text
        if reading.is_failed:
            failed.add(field.name)
        findings += cells.findings_of(reading, cell, Place(sheet, row, column))
    row_of_values = Row(
        table=table.name,
        values=values,
        sheet=sheet,
        columns={name: column for name, (_, column) in places.items()},
        rows={name: row for name, (row, _) in places.items()},
        raw=raw,
        failed=frozenset(failed),
    )
    return row_of_values, findings


def _read_version(cell: Content) -> Reading:
    version = _version_text(cell)
    if not version:
        return NOTHING
    if version in layouts():
        return Reading(version)
    return refused("F06", TEMPLATE_VERSION, {"version": TEMPLATE_VERSION})
