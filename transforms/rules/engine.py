"""Checking: every judgement is asked in turn; a cell that failed is null for all that follow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from schemas.codes import organisations
from schemas.contract import tables
from schemas.findings import Finding, Guards, State, Verdict, rules
from schemas.place import Place
from schemas.standards import DEFAULT_STANDARDS, Standards
from schemas.submission import Checked, History, Row, Submission
from transforms.rules import (
    across_returns,
    across_tables,
    funding,
    indicator_series,
    limits,
    money_units,
    one_table,
    over_time,
    punctuality,
    required,
)
from transforms.rules.case import Case
from transforms.rules.past import Past
from transforms.rules.registry import Breach, registered_judgements
from transforms.rules.standing import Standings
from transforms.rules.verdict import verdict

FAMILIES = (
    *(required, limits, money_units, one_table, funding),
    *(across_tables, across_returns, over_time, indicator_series, punctuality),
)
"""The modules whose judgements are asked; importing them registers what they hold."""

JUDGEMENTS = registered_judgements()
"""All judgements in the order in which they are asked."""


def check_submission(
    submission: Submission, history: History, today: date, standards: Standards = DEFAULT_STANDARDS
) -> Checked:
    """Judge a return that has been read, against its own history and its neighbours as known then.

    ``today`` is the day (Europe/Berlin) on which it was received; nothing else here depends on time, so a replay
    gives the same outcome. All findings are collected, those of reading included; a cell that already has an error
    gets no other finding (contract.md §4). What could not be read is not judged further. Here, and only here, the
    life cycle of rules and the waivers of ``standards`` take effect.
    """
    past = Past(history, submission.quarter)
    case = Case(submission, submission.cover, submission.tables, history, past, today, standards)
    standings = Standings(standards, submission, today)
    findings = [standings.applied(finding) for finding in submission.findings]
    if submission.is_readable:
        case = _without(case, _cells_with_errors(case, findings))
        for judgement in JUDGEMENTS:
            if judgement.is_dated and case.quarter is None:
                continue
            breaches = [breach for breach in judgement.breaches(case) if not _is_follow_up(breach)]
            told = [standings.applied(_finding(breach, judgement.rule)) for breach in breaches]
            findings += told
            case = _without(case, _failing(breaches, told))
    outcome = verdict(case, findings)
    findings += [standings.applied(finding) for finding in _versions_beside(case, outcome)]
    ordered = _in_order(case, findings)
    return Checked(
        submission=submission,
        verdict=outcome,
        findings=tuple(finding for finding in ordered if finding.state is not State.SHADOW),
        cover=case.cover,
        tables=case.tables,
        version=_next_version(case) if outcome.is_loaded else None,
        shadowed=tuple(finding for finding in ordered if finding.state is State.SHADOW),
    )


def _is_follow_up(breach: Breach) -> bool:
    return breach.row is not None and breach.at in breach.row.failed


def _finding(breach: Breach, rule: str) -> Finding:
    rule = breach.rule or rule
    if breach.row is None:
        return Finding(rule, breach.place, breach.value, breach.expected, breach.details)
    place = breach.row.place(breach.at)
    return Finding(
        rule=rule,
        place=place,
        value=breach.value or breach.row.raw.get(breach.at),
        expected=breach.expected,
        details=breach.details,
        places=(place, *(row.place(name) for row, name in breach.more)) if breach.more else (),
    )


_Cells = Mapping[int, set[str]]
"""Identity of a row to the fields in which it failed."""


def _empties(finding: Finding) -> bool:
    """Whether its cells become null: errors do, and what cannot be stored, however mildly it is told."""
    return finding.is_error or rules()[finding.rule].guards is Guards.CELL


def _failing(breaches: Sequence[Breach], findings: Sequence[Finding]) -> _Cells:
    cells: dict[int, set[str]] = {}
    for breach, finding in zip(breaches, findings, strict=True):
        if breach.row is not None and _empties(finding):
            for row, name in ((breach.row, breach.at), *breach.more):
                cells.setdefault(id(row), set()).add(name)
    return cells


def _cells_with_errors(case: Case, findings: Iterable[Finding]) -> _Cells:
    """Find the cells that reading and parsing refused, whatever value they left there."""
    places = {place for finding in findings if _empties(finding) for place in finding.all_places if place.is_cell}
    if not places:
        return {}
    cells: dict[int, set[str]] = {}
    for table in ("submission", *case.tables):
        for row in case.rows(table):
            for name in row.columns:
                if name not in row.failed and row.place(name) in places:
                    cells.setdefault(id(row), set()).add(name)
    return cells


def _without(case: Case, cells: _Cells) -> Case:
    """Empty the failed cells; the rows stay."""
    if not cells:
        return case
    return replace(
        case,
        cover=_emptied(case.cover, cells) if case.cover is not None else None,
        tables={name: tuple(_emptied(row, cells) for row in rows) for name, rows in case.tables.items()},
    )


def _emptied(row: Row, cells: _Cells) -> Row:
    names = cells.get(id(row))
    if names is None:
        return row
    return replace(row, values={**row.values, **dict.fromkeys(names)}, failed=row.failed | names)


def _next_version(case: Case) -> int | None:
    """Count the versions of a quarter; those of the Beschlussbuch, which has none, the warehouse counts."""
    if case.quarter is None:
        return None
    current = case.history.current(case.quarter)
    return 1 if current is None else current.version + 1


def _versions_beside(case: Case, outcome: Verdict) -> list[Finding]:
    """Say which file counts when there was an accepted one before (F09)."""
    if case.quarter is None or case.org_code is None:
        return []
    current = case.history.current(case.quarter)
    if current is None:
        return []
    details = {
        "org": organisations()[case.org_code].name,
        "quartal": case.quarter.in_tables,
        "n": str(current.version + 1),
        "datei": case.submission.file_name if outcome.is_loaded else current.file_name,
    }
    return [Finding("F09", details=details)]


def _in_order(case: Case, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort as one reads: what concerns the file, then sheet by sheet, row by row, column by column."""
    sheets: dict[str, int] = {}
    for position, table in enumerate(tables().values()):
        sheets.setdefault(case.sheet(table.name).sheet, position)

    def reading_order(finding: Finding) -> tuple[bool, int, str, int, int, str]:
        place = finding.place or Place("")
        position = sheets.get(place.sheet, len(sheets)) if finding.place else -1
        return finding.rule[0] != "F", position, place.sheet, place.row or 0, place.column or 0, finding.rule

    return tuple(sorted(findings, key=reading_order))
