"""``die8 status``: who delivered what, and who is overdue."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flows.clock import BERLIN, local_day
from flows.display import console, plain_table, print_document
from flows.settings import Settings
from schemas.codes import code_lists, organisations, the_eight
from schemas.quarter import Quarter

if TYPE_CHECKING:
    from schemas.findings import Finding

_STANDING = """
-- What the organisations handed in for one quarter, in the order of arrival.
select
    org_code, version, verdict, file_name, received_at,
    verdict in ('accepted', 'accepted_with_findings') and superseded_at is null as counts,
    count(rule) filter (severity = 'error') as errors,
    count(rule) filter (severity = 'warning') as warnings
from history.submission
left join (select submission_id, rule, severity from history.finding where state <> 'shadow') using (submission_id)
where report_quarter = '{quarter}'
group by all
order by received_at, file_name
"""
_LAST_DELIVERED = """
-- The latest quarter, up to the one asked about, for which each organisation's return counts.
select org_code, max(report_quarter) from submission where report_quarter <= '{quarter}' group by org_code
"""

_MISSING = "nicht geliefert"


def show_status(settings: Settings, quarter: Quarter, now: datetime, *, as_json: bool) -> int:
    """Show a line per expected organisation; exit status 1 when one is missing or has errors.

    Shown is the return that counts; where none does, the last one that arrived. After the deadline F10 tells who is
    overdue.
    """
    shown = _standing(settings, quarter)
    overdue = _overdue(settings, quarter, local_day(now))
    expected = settings.configuration.expected or the_eight()
    codes = [code for code in organisations() if code in expected or code in shown]
    if as_json:
        for code in codes:
            document = _document(shown.get(code), overdue.get(code))
            print_document({"organisation": code, "quarter": str(quarter), **document})
    else:
        out = console()
        delivered = sum(code in shown and shown[code]["counts"] for code in expected)
        out.print(f"[bold]{quarter.in_text}[/]: {delivered} of {len(expected)} delivered")
        headings = ("", "Organisation", "Verdict", "Version", "Received", "Errors", "Warnings", "File")
        out.print(plain_table(headings, [_line(code, shown.get(code)) for code in codes], right=(3, 5, 6)))
        for finding in overdue.values():
            out.print(f"[red]{finding.rule}[/] {finding.message}", soft_wrap=True)
        _show_what_comes(settings, now)
    is_complete = all(code in shown and shown[code]["counts"] and not shown[code]["errors"] for code in expected)
    return 0 if is_complete else 1


def _show_what_comes(settings: Settings, now: datetime) -> None:
    """Print what the board shows besides, in its words: the next day, sources in trouble, the next letters."""
    from flows.overview import look
    from transforms.overview.page import headline, planned_lines, source_state

    overview = look(settings, now)
    out = console()
    out.print()
    for sentence in headline(overview)[2:]:
        out.print(sentence, markup=False, soft_wrap=True)
    for source in overview.sources:
        if source.failing_since is not None:
            out.print(f"{source.name}: {source_state(source)}", markup=False, soft_wrap=True)
    if overview.planned:
        out.print(plain_table(("Tag", "Wird versandt", "An"), planned_lines(overview)))


def _standing(settings: Settings, quarter: Quarter) -> dict[str, Mapping[str, Any]]:
    from warehouse.reading import query

    if not settings.home.published.exists():
        return {}
    result = query(settings.home.published, _STANDING.format(quarter=quarter))
    shown: dict[str, Mapping[str, Any]] = {}
    for values in result.rows:
        row: dict[str, Any] = dict(zip(result.columns, values, strict=True))
        if row["counts"] or not shown.get(row["org_code"], {}).get("counts"):
            shown[row["org_code"]] = row
    return shown


def _overdue(settings: Settings, quarter: Quarter, today: date) -> "Mapping[str, Finding]":
    from schemas.calendar import deadlines

    deadline = deadlines(quarter, settings.configuration.calendar).delivery
    if today <= deadline:
        return {}
    from transforms.rules.punctuality import overdue_returns
    from warehouse.reading import query

    last: dict[str, Quarter] = {}
    if settings.home.published.exists():
        rows = query(settings.home.published, _LAST_DELIVERED.format(quarter=quarter)).rows
        last = {str(code): Quarter.parse(str(latest)) for code, latest in rows}
    return overdue_returns(settings.configuration.expected or the_eight(), last, quarter, deadline, today)


def _document(row: Mapping[str, Any] | None, overdue: "Finding | None") -> dict[str, Any]:
    from transforms.documents import finding_document

    findings = {"findings": [finding_document(overdue)]} if overdue is not None else {}
    if row is None:
        return {"verdict": None, **findings}
    return {
        **findings,
        "verdict": row["verdict"],
        "version": row["version"],
        "received_at": row["received_at"].isoformat(),
        "errors": row["errors"],
        "warnings": row["warnings"],
        "file": row["file_name"],
    }


def _line(code: str, row: Mapping[str, Any] | None) -> list[str]:
    name = organisations()[code].name
    if row is None:
        return [code, name, _MISSING, "", "", "", "", ""]
    return [
        code,
        name,
        code_lists()["verdict"].label(row["verdict"]),
        str(row["version"] or ""),
        row["received_at"].astimezone(BERLIN).strftime("%d.%m.%Y %H:%M"),
        str(row["errors"] or ""),
        str(row["warnings"] or ""),
        row["file_name"],
    ]
