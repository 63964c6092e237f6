"""The last accepted return of an organisation with what is still open in it, from the published file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from schemas.contract import cover, return_tables
from schemas.findings import Severity, State
from schemas.invitation import LastReturn, OpenFinding
from schemas.place import Place, column_letters
from schemas.quarter import Quarter
from schemas.submission import Value, Version
from warehouse.chains import RETURN
from warehouse.connection import open_for_reading, quoted
from warehouse.loading import instant_of
from warehouse.remembering import Ask, read_rows

_LAST = f"""
select submission_id, report_quarter, version, file_name, epoch_us(received_at),
from main.submission
where kind = '{RETURN}' and org_code = ? and report_quarter <= ?
order by report_quarter desc
limit 1
"""
_DECIDED = "select distinct decision_id from main.decision where decision_id is not null and outcome <> 'adjourned'"


def read_last_return(published: Path, org_code: str, quarter: Quarter) -> LastReturn | None:
    """Read what counts for the latest quarter up to this one; None when the organisation never delivered.

    Findings are those that a sender can still do something about: errors and warnings on what the return says, not on
    how the file was made.

    Raises:
        QueryError: the file cannot be opened.
    """
    with open_for_reading(published, is_plain=True) as connection:

        def ask(query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
            return connection.execute(query, list(parameters)).fetchall()

        found = ask(_LAST, [org_code, str(quarter)])
        if not found:
            return None
        [(identity, of_quarter, number, file_name, received)] = found
        front = _cover(ask, identity)
        tables = {table: read_rows(ask, table, [identity]).get(identity, ()) for table in return_tables()}
        version = Version(Quarter.parse(of_quarter), number, file_name, instant_of(received), front, tables)
        decided = frozenset(decision for (decision,) in ask(_DECIDED, []))
        return LastReturn(version, _findings(ask, identity), decided)


def _cover(ask: Ask, identity: str) -> Mapping[str, Value]:
    names = tuple(cover().fields)
    columns = ", ".join(map(quoted, names))
    [values] = ask(f"select {columns} from main.submission where submission_id = ?", [identity])
    return dict(zip(names, values, strict=True))


def _findings(ask: Ask, identity: str) -> tuple[OpenFinding, ...]:
    rows = {
        (sheet, row): (table, index)
        for table in return_tables()
        for index, (sheet, row) in enumerate(
            ask(
                f"select source_sheet, source_row from main.{quoted(table)} where submission_id = ? order by all",
                [identity],
            )
        )
    }
    fields: dict[tuple[str, str], str] = {}
    of_cover: dict[tuple[str, int], str] = {}
    for table, field, sheet, letters, row in ask(
        "select table_name, field, source_sheet, column_letters, source_row from history.source_column "
        "where submission_id = ?",
        [identity],
    ):
        if table == cover().name:
            of_cover[sheet, row] = field
        else:
            fields[sheet, letters] = field
    found = ask(
        "select rule, severity, message, cells from history.finding "
        f"where submission_id = ? and state = '{State.ACTIVE}' and severity in ('error', 'warning') "
        "and rule not like 'F%' and rule not like 'S%' order by severity, position",
        [identity],
    )
    findings = []
    for rule, severity, message, cells in found:
        place = Place.of(cells[0]) if cells else None
        table, row, field = None, None, None
        if place is not None and place.row is not None:
            if (place.sheet, place.row) in of_cover:
                table, row, field = cover().name, 0, of_cover[place.sheet, place.row]
            elif (place.sheet, place.row) in rows:
                table, row = rows[place.sheet, place.row]
                field = fields.get((place.sheet, column_letters(place.column))) if place.column else None
        written = f"{place.sheet} {place.address}".strip() if place else ""
        findings.append(OpenFinding(rule, Severity(severity), message, written, table, row, field))
    return tuple(findings)
