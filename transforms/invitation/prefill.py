"""What of the last accepted return stands in the next workbook, and what its sender is asked to look at.

All that was accepted comes along, so that what is unchanged need only be left standing. What cannot be unchanged is
left empty: the release, the assessment in words, and the indicators' values, whose last ones stand in notes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from schemas.contract import cover, return_tables
from schemas.findings import Severity
from schemas.invitation import LastReturn, OpenFinding
from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.contract_texts import shown, texts
from transforms.rules.case import CLOSED_PHASES
from transforms.wording import german_date, german_number
from transforms.workbook.template_plan import own_indicators

_Row: TypeAlias = Mapping[str, Value]
_EVERY_TIME_ON_COVER = ("submission_status", "approved_on", "overall_assessment", "correction_reason")
_EVERY_TIME_OF_AN_INDICATOR = ("value", "measurement", "data_as_of", "note")
_OF_THE_QUARTER = ("template_version", "org_code", "report_quarter", "as_of_date")
"""The template knows these by itself."""


class At(NamedTuple):
    """A cell of the new workbook: table, index of the row, field."""

    table: str
    row: int
    field: str


class Point(NamedTuple):
    """One line of the sheet „Offene Punkte“; ``at`` is None for what concerns no row of the new workbook."""

    kind: str
    at: At | None
    text: str


class Prefilled(Struct, frozen=True):
    """Rows and Deckblatt of the new workbook as stored values, notes at its cells, and the open points."""

    rows: Mapping[str, Sequence[_Row]]
    cover: _Row
    notes: Mapping[At, tuple[str, ...]]
    points: tuple[Point, ...]
    source: Quarter
    """The quarter from which the values come."""
    version: int
    """The number that the return will have."""


class _Taken(Struct):
    """The rows of one table that come along, and which of the last return's rows each was."""

    rows: list[_Row] = field(default_factory=list)
    was: list[int] = field(default_factory=list)


def prefill(last: LastReturn, org_code: str, quarter: Quarter) -> Prefilled:
    """Work out the workbook for a quarter; of the same quarter it is one to correct, with everything in it."""
    is_correction = last.quarter == quarter
    open_projects = {
        row["project_id"] for row in last.version.tables["project"] if is_correction or not _is_closed(row)
    }
    taken = {table: _rows_of(table, last, open_projects, is_correction=is_correction) for table in return_tables()}
    notes: dict[At, list[str]] = {}
    points: list[Point] = []
    if not is_correction:
        taken["kpi_value"] = _indicators(last, org_code)
        for place, note in _former_values(taken["kpi_value"], last):
            notes.setdefault(place, []).append(note)
    for finding in last.findings:
        at = _place_of(finding, taken)
        text = _finding_text(finding, last.quarter)
        points.append(Point(texts("invitation")[f"kind_{finding.severity}"], at, text))
        if at is not None:
            notes.setdefault(at, []).append(f"{finding.severity.label}: {text}")
    if not is_correction:
        for point in (*_milestones_to_answer(taken, quarter), *_requests_to_renew(taken, quarter)):
            points.append(point)
            if point.at is not None:
                notes.setdefault(point.at, []).append(point.text)
    return Prefilled(
        {table: of_table.rows for table, of_table in taken.items()},
        _cover(last, is_correction=is_correction),
        {at: tuple(told) for at, told in notes.items()},
        tuple(points),
        last.quarter,
        last.version.version + 1 if is_correction else 1,
    )


def _is_closed(row: _Row) -> bool:
    return row["phase"] in CLOSED_PHASES


def _cover(last: LastReturn, *, is_correction: bool) -> _Row:
    front = {name: value for name, value in last.version.cover.items() if name not in _OF_THE_QUARTER}
    renewed = ("submission_status", "approved_on", "correction_reason") if is_correction else _EVERY_TIME_ON_COVER
    return {**front, **dict.fromkeys(renewed), "submission_status": "draft"}


def _rows_of(table: str, last: LastReturn, projects: set[Value], *, is_correction: bool) -> _Taken:
    taken = _Taken()
    keeps = _KEEPS.get(table)
    for index, row in enumerate(last.version.tables[table]):
        is_of_open_project = row.get("project_id") in projects or row.get("project_id") in (None, "ALLG")
        if is_correction or (is_of_open_project and (keeps is None or keeps(row, last))):
            taken.rows.append(row)
            taken.was.append(index)
    return taken


_KEEPS: Mapping[str, Callable[[_Row, LastReturn], bool]] = {
    "project": lambda row, _last: not _is_closed(row),
    "risk": lambda row, _last: row["risk_trend"] != "closed",
    "decision_request": lambda row, last: row["decision_id"] not in last.decided,
}


def _indicators(last: LastReturn, org_code: str) -> _Taken:
    """Give the organisation's own indicators and those that it reported besides, without their values."""
    before = {row["kpi_code"]: (index, row) for index, row in enumerate(last.version.tables["kpi_value"])}
    taken = _Taken()
    own = {row["kpi_code"]: row for row in own_indicators(org_code)}
    for code in (*own, *(code for code in before if code not in own)):
        index, row = before.get(code, (-1, {}))
        kept = {name: value for name, value in row.items() if name not in _EVERY_TIME_OF_AN_INDICATOR}
        taken.rows.append({**kept, **own.get(code, {})})
        taken.was.append(index)
    return taken


def _former_values(taken: _Taken, last: LastReturn) -> Iterator[tuple[At, str]]:
    for row, index in enumerate(taken.was):
        if index < 0:
            continue
        before = last.version.tables["kpi_value"][index]
        measured = before["measurement"]
        value = before["value"]
        yield (
            At("kpi_value", row, "value"),
            texts("invitation")["former_value"].format(
                quartal=last.quarter.in_tables,
                wert=german_number(value) if isinstance(value, Decimal) else texts("invitation")["no_value"],
                einheit=before["unit"] or taken.rows[row].get("unit") or "",
                erhebung=shown("measurement", measured) if isinstance(measured, str) else "",
            ),
        )


def _place_of(finding: OpenFinding, taken: Mapping[str, _Taken]) -> At | None:
    if finding.table is None or finding.row is None:
        return None
    if finding.table == cover().name:
        return At(finding.table, 0, finding.field or next(iter(cover().fields)))
    of_table = taken[finding.table]
    if finding.row not in of_table.was:
        return None
    first = next(iter(return_tables()[finding.table].fields))
    return At(finding.table, of_table.was.index(finding.row), finding.field or first)


def _finding_text(finding: OpenFinding, quarter: Quarter) -> str:
    key = "finding" if finding.severity is Severity.ERROR else "finding_warning"
    place = f" ({finding.place})" if finding.place else ""
    return texts("invitation")[key].format(quartal=quarter.in_tables, stelle=place, meldung=finding.message)


def _milestones_to_answer(taken: Mapping[str, _Taken], quarter: Quarter) -> Iterable[Point]:
    """Give the milestones whose day has come by the Stichtag: reached, moved or dropped, but not just left."""
    words = texts("invitation")
    for index, row in enumerate(taken["milestone"].rows):
        planned = row["date_forecast"] or row["date_baseline"]
        if row["milestone_status"] == "open" and isinstance(planned, date) and planned <= quarter.last_day:
            text = words["milestone"].format(
                projekt=row["project_id"], nr=row["milestone_no"], titel=row["title"], tag=german_date(planned)
            )
            yield Point(words["kind_milestone"], At("milestone", index, "date_forecast"), text)


def _requests_to_renew(taken: Mapping[str, _Taken], quarter: Quarter) -> Iterable[Point]:
    words = texts("invitation")
    for index, row in enumerate(taken["decision_request"].rows):
        needed = row["needed_by"]
        if isinstance(needed, date) and needed <= quarter.last_day:
            text = words["request"].format(nr=row["decision_id"], tag=german_date(needed))
            yield Point(words["kind_request"], At("decision_request", index, "needed_by"), text)
