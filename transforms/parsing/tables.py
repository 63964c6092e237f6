"""One table sheet: header, rows, typed values, and what there is to say about them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from schemas.codes import indicators
from schemas.contract import Field, FieldType, Table, tables
from schemas.findings import Finding
from schemas.place import Place, column_letters
from schemas.submission import Row, Value
from schemas.workbook import CellKind, Content, RawSheet
from transforms.parsing import cells, headers, lines, merges
from transforms.parsing.codes import find_code
from transforms.parsing.columns import Column, Situation, columns_of
from transforms.parsing.hidden import hidden_finding
from transforms.parsing.readings import NOTHING, Context, FoundTexts, Parser, Reading, found_text
from transforms.parsing.totals import total_findings

_MANY = 20
"""Findings on unknown columns end here: a sheet of another kind is not worth a hundred of them."""


_At: TypeAlias = tuple[int | None, int | None]
"""Row and column of a cell."""


class TableReading(Struct, frozen=True):
    """The rows of one table with all that was found; without ``is_readable`` its structure stopped the reading."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    is_readable: bool


class _Sheet(Struct, frozen=True, dict=True):
    """A table sheet whose header is known."""

    raw: RawSheet
    table: Table
    """As the template version of the return has it."""
    situation: Situation
    grid: dict[int, dict[int, Content]]
    header: headers.Header

    @cached_property
    def anchor(self) -> Field:
        """The field by which a row of the table is recognised: the first of its key."""
        return self.table.key_fields[0] if self.table.key else next(iter(self.table.fields.values()))

    @cached_property
    def anchor_column(self) -> int:
        """Where the anchor stands, 0 when the sheet has no such column."""
        return self.header.columns.get(self.anchor.name, 0)

    @cached_property
    def key_columns(self) -> frozenset[int]:
        return frozenset(self.header.columns[name] for name in self.table.key if name in self.header.columns)

    @cached_property
    def used_columns(self) -> frozenset[int]:
        return frozenset(self.header.columns.values())

    @cached_property
    def parse_key(self) -> Parser:
        """The parser of the anchor."""
        return cells.parser_for(self.anchor)

    @cached_property
    def key_context(self) -> Context:
        """What the parser of the anchor knows."""
        return Context(self.anchor)

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        return Place(self.raw.name, row, column)

    def has_key(self, cell: Content) -> bool:
        """Whether the cell is a valid key; an indicator that the catalogue does not know must look like a code."""
        if not isinstance(cell.value, str):
            return False
        if not self.anchor.code_list:
            return self.parse_key(cell, self.key_context).value is not None
        is_known = find_code(self.anchor.code_list, cell.value) is not None
        return is_known or (self.anchor.code_list == "kpi" and any(sign.isdigit() for sign in cell.value[:12]))


def read_table(raw: RawSheet, table: Table, situation: Situation) -> TableReading:
    """Read the one table of a sheet into rows, whatever stands above, beside and below it.

    ``table`` is that of the return's template version; what later versions ask for stays without a value. Structural
    errors are S02 (no single header), S03, S06 and F03 (too many rows); cells have their own findings.
    """
    grid = lines.lines_of(raw)
    found = headers.header_rows(grid, situation.template_version, table)
    if len(found) != 1:
        places = tuple(Place(raw.name, row) for row in found)
        problem = Finding("S02", Place(raw.name), None, "eine Kopfzeile", {"n": str(len(found))}, places)
        return TableReading((), (problem,), is_readable=False)
    header = headers.read_header(raw.name, found[0], grid[found[0]], situation.template_version, table)
    return _read_below(_Sheet(raw, table, situation, grid, header))


def _read_below(sheet: _Sheet) -> TableReading:
    """Read what stands below the header; the order of the steps is the order of the findings."""
    findings = list(sheet.header.findings)
    for below_key, column, key in merges.keys_filled_down(sheet.raw, sheet.grid, sheet.header.row, sheet.key_columns):
        sheet.grid[below_key][column] = key
        findings.append(merges.filled_down_finding(sheet.place(below_key, column), key))
    below = {row: line for row, line in sheet.grid.items() if row > sheet.header.row}
    found = lines.sort_lines(below, sheet.header.row, sheet.anchor_column, sheet.has_key, sheet.used_columns)
    obstacles = [*_early_data(sheet), *_second_header(sheet, found), *_too_many(sheet, found)]
    if obstacles:
        return TableReading((), (*findings, *obstacles), is_readable=False)
    columns = columns_of(sheet.table, sheet.header, sheet.grid, sheet.situation)
    merged = list(merges.merged_values(sheet.raw, found.data, sheet.used_columns, sheet.key_columns))
    lost = {(place.row, place.column) for finding in merged for place in finding.places}
    has_struck = any(content.is_struck for content in sheet.raw.cells.contents)
    rows, remarks = _read_rows(sheet, columns, found.data, lost)
    for number, line in found.data.items():
        findings += remarks.get(number, ())
        if has_struck:
            findings += _struck_out(sheet, number, line)
    findings += merged
    findings += _contradicting_units(sheet, columns, rows)
    money = {
        c.name: (c.number, c.parse, c.context) for c in columns if c.type is FieldType.MONEY and not c.has_other_unit
    }
    findings += total_findings(sheet.raw.name, found.totals, rows, money)
    findings += _set_aside(sheet, found.units, "Zeile mit Einheiten")
    findings += _set_aside(sheet, found.footnotes, "Fußnote")
    used = lines.columns_used((*found.data.values(), *found.beside.values()))
    findings += _unknown_columns(sheet, used)
    hidden = hidden_finding(sheet.raw, found.data, used & sheet.used_columns)
    findings += [hidden] if hidden else []
    return TableReading(rows, tuple(findings), is_readable=sheet.header.is_complete)


def _read_rows(
    sheet: _Sheet, columns: tuple[Column, ...], data: Mapping[int, lines.Line], lost: Collection[_At]
) -> tuple[tuple[Row, ...], Mapping[int, Sequence[Finding]]]:
    """Read the data rows, column by column; gives the rows, and by row number what there is to say of their cells.

    ``lost`` are the cells of which nobody knows whose value they hold, by row and column: they are not read.
    """
    if not data:
        return (), {}
    fields = tables()[sheet.table.name].fields
    values: dict[str, Sequence[Value]] = dict.fromkeys(fields, (None,) * len(data))
    remarks: dict[int, list[Finding]] = {}
    failed: dict[int, list[str]] = {}
    for column in columns:
        readings = _read_column(columns, column, data)
        values[column.name], told, refused = zip(*readings, strict=True)
        if not (lost or column.has_other_unit or any(told) or any(refused)):
            continue
        held: list[Value] = []
        for number, reading in zip(data, readings, strict=True):
            is_lost = (number, column.number) in lost
            is_failed = is_lost or reading.is_failed or (column.has_other_unit and reading.value is not None)
            held.append(None if is_failed else reading.value)
            if is_failed:
                failed.setdefault(number, []).append(column.name)
            if reading.remarks and not is_lost:
                place = sheet.place(number, column.number)
                remarks.setdefault(number, []).extend(cells.findings_of(reading, data[number][column.number], place))
        values[column.name] = held
    rows = []
    for (number, line), row_values in zip(data.items(), zip(*values.values(), strict=True), strict=True):
        names: Iterable[str] = failed.get(number, ())
        if sheet.anchor.name in names and len(lines.filled(line)) == 1:
            # A line between the rows (M77): what else is missing in it need not be said.
            names = sheet.table.fields
        row = Row(
            table=sheet.table.name,
            values=dict(zip(fields, row_values, strict=True)),
            sheet=sheet.raw.name,
            source_row=number,
            columns=sheet.header.columns,
            raw=FoundTexts(line, sheet.header.columns),
            failed=frozenset(names),
        )
        rows.append(row)
    return tuple(rows), remarks


def _read_column(columns: tuple[Column, ...], column: Column, data: Mapping[int, lines.Line]) -> list[Reading]:
    """Give a reading for each row. Lights, codes, dates and partners repeat down the rows: each content is read once.

    Only lights without a word and the values of indicators depend on what else their row holds.
    """
    cells_held = [line.get(column.number) for line in data.values()]
    different = dict(zip(map(id, cells_held), cells_held, strict=True))
    looks_aside = column.type is FieldType.NUMBER or (
        column.is_light and any(cell is not None and cell.kind is CellKind.BLANK for cell in different.values())
    )
    if looks_aside:
        return [
            NOTHING if cell is None else _read_beside(cell, column, columns, line)
            for cell, line in zip(cells_held, data.values(), strict=True)
        ]
    readings = {key: NOTHING if cell is None else column.read(cell) for key, cell in different.items()}
    return [readings[id(cell)] for cell in cells_held]


def _read_beside(cell: Content, column: Column, columns: tuple[Column, ...], line: lines.Line) -> Reading:
    """Read a cell of a light or of an indicator's value, which looks at its row as well."""
    if column.type is FieldType.NUMBER:
        context = replace(column.context, indicator_unit=_indicator_unit(columns, line))
        return cells.read_cell(cell, column.parse, context)
    if cell.kind is not CellKind.BLANK or cell.formula is not None:
        return column.read(cell)
    lights = {other.number for other in columns if other.is_light}
    neighbours = (other for place, other in line.items() if place not in lights)
    return cells.colour_only(cell, column.context.field, neighbours)


def _indicator_unit(columns: tuple[Column, ...], line: lines.Line) -> str:
    """Give the catalogue's unit of the row's indicator; of one it does not know, what the sheet says."""
    texts = {
        column.name: cell.value
        for column in columns
        if column.name in ("kpi_code", "unit") and (cell := line.get(column.number)) and isinstance(cell.value, str)
    }
    found = find_code("kpi", texts.get("kpi_code", ""))
    return indicators()[found.code].unit if found else texts.get("unit", "")


def _early_data(sheet: _Sheet) -> Iterator[Finding]:
    """Find a data row above the header, which would be lost (M67)."""
    for row, line in sheet.grid.items():
        if row >= sheet.header.row:
            return
        cell = line.get(sheet.anchor_column)
        if sheet.table.key and cell is not None and sheet.has_key(cell) and len(lines.filled(line)) > 1:
            details = {"n": "Daten vor der Kopfzeile, 1"}
            yield Finding("S02", sheet.place(row), None, "alle Daten unter der Kopfzeile", details)
            return


def _second_header(sheet: _Sheet, found: lines.Lines) -> Iterator[Finding]:
    """Find the header again further down: a second table, of which nobody can say whether it counts (M75)."""
    anchor = sheet.anchor_column
    heading = sheet.header.headings.get(anchor)
    for row, line in found.data.items():
        cell = line.get(anchor)
        is_repeated = cell is not None and heading is not None and cell.text.strip() == heading
        if is_repeated and headers.is_header(line, sheet.situation.template_version, sheet.table):
            yield Finding("S02", sheet.place(row), heading, "eine Kopfzeile", {"n": "2"})
            return


def _too_many(sheet: _Sheet, found: lines.Lines) -> Iterator[Finding]:
    if found.is_over_limit:
        limit = f"mehr als {lines.ROW_LIMIT:,} Zeilen in „{sheet.raw.name}“".replace(",", ".")
        yield Finding("F03", sheet.place(), None, None, {"grenze": limit})


def _struck_out(sheet: _Sheet, row: int, line: lines.Line) -> Iterator[Finding]:
    """Tell that a row or a cell counts although it is struck through, which people use for „gelöscht“ (M79)."""
    key = line.get(sheet.anchor_column)
    is_whole_row = key is not None and key.is_struck
    struck = [
        column for column in lines.columns_filled(line) if line[column].is_struck and column in sheet.used_columns
    ]
    for column in [sheet.anchor_column] if is_whole_row else struck:
        text = found_text(line[column])
        details = {"alt": f"{text} (durchgestrichen)", "neu": "gültige Zeile" if is_whole_row else "gültiger Wert"}
        expected = "gelöschte Zeilen entfernen" if is_whole_row else "gelöschte Werte entfernen"
        yield Finding("C13", sheet.place(row, column), text, expected, details)


def _contradicting_units(sheet: _Sheet, columns: tuple[Column, ...], rows: Sequence[Row]) -> Iterator[Finding]:
    """Give C09 once per column whose unit contradicts the Deckblatt; ``places`` are the heading and the amounts."""
    unit = sheet.situation.unit_name
    for column in columns:
        if not column.has_other_unit:
            continue
        amounts = [row.place(column.name) for row in rows if column.name in row.failed]
        if amounts:
            heading = sheet.place(sheet.header.row, column.number)
            text, expected = sheet.header.headings[column.number], f"Beträge in {unit}, wie auf dem Deckblatt angegeben"
            yield Finding("C09", heading, text, expected, {"einheit": unit, "vor": "–"}, (heading, *amounts))


def _set_aside(sheet: _Sheet, group: Mapping[int, lines.Line], name: str) -> Iterator[Finding]:
    """Tell which rows were taken for footnotes or a row of units, once for all of them."""
    first = [(row, lines.columns_filled(line)[0]) for row, line in group.items()]
    if first:
        places = tuple(sheet.place(row, column) for row, column in first)
        row, column = first[0]
        text = found_text(group[row][column])
        yield Finding("C13", places[0], text, None, {"alt": text, "neu": name}, places)


def _unknown_columns(sheet: _Sheet, used: set[int]) -> Iterator[Finding]:
    """Give S05 for every column that holds data and means no field, with a heading or without one (M74)."""
    twice = {place.column for finding in sheet.header.findings if finding.rule == "S06" for place in finding.places}
    for column in sorted(used - sheet.used_columns - twice)[:_MANY]:
        heading = sheet.header.headings.get(column)
        expected = headers.suggestion(heading, sheet.table, sheet.header.columns) if heading else None
        name = heading or f"{column_letters(column)} (ohne Überschrift)"
        yield Finding("S05", sheet.place(sheet.header.row, column), heading, expected, {"spalte": name})
