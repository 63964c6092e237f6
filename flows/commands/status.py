"""``die8 status``: who delivered what."""

from collections.abc import Mapping
from typing import Any

from flows.clock import BERLIN
from flows.display import console, plain_table, print_document
from flows.settings import Settings
from schemas.codes import code_lists, organisations, the_eight
from schemas.quarter import Quarter

_STANDING = """
-- What the organisations handed in for one quarter, in the order of arrival.
select
    org_code, version, verdict, file_name, received_at,
    verdict in ('accepted', 'accepted_with_findings') and superseded_at is null as counts,
    count(rule) filter (severity = 'error') as errors,
    count(rule) filter (severity = 'warning') as warnings
from history.submission
left join (select submission_id, rule, severity from history.finding) using (submission_id)
where report_quarter = '{quarter}'
group by all
order by received_at, file_name
"""

_MISSING = "nicht geliefert"


def show_status(settings: Settings, quarter: Quarter, *, as_json: bool) -> int:
    """Show a line per expected organisation; exit status 1 when one is missing or has errors.

    Shown is the return that counts; where none does, the last one that arrived.
    """
    shown = _standing(settings, quarter)
    expected = settings.configuration.expected or the_eight()
    codes = [code for code in organisations() if code in expected or code in shown]
    if as_json:
        for code in codes:
            print_document({"organisation": code, "quarter": str(quarter), **_document(shown.get(code))})
    else:
        out = console()
        delivered = sum(code in shown and shown[code]["counts"] for code in expected)
        out.print(f"[bold]{quarter.in_text}[/]: {delivered} of {len(expected)} delivered")
        headings = ("", "Organisation", "Verdict", "Version", "Received", "Errors", "Warnings", "File")
        out.print(plain_table(headings, [_line(code, shown.get(code)) for code in codes], right=(3, 5, 6)))
    is_complete = all(code in shown and shown[code]["counts"] and not shown[code]["errors"] for code in expected)
    return 0 if is_complete else 1


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


def _document(row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"verdict": None}
    return {
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
