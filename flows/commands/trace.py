"""``die8 trace``: from a figure to its cells, and from a cell to its figures."""

from decimal import Decimal
from typing import Any

from rich.markup import escape

from flows.clock import BERLIN
from flows.display import console, plain_table, print_document
from flows.settings import Settings
from flows.tracing import CellTrace, FigureTrace, Origin, Printed, trace_cell, trace_figure
from schemas.contract import tables
from schemas.editions import Edition
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from transforms.documents import Json

_COLUMNS = ("Row", "Field", "Cell", "Raw text", "Stored", "File", "Version", "Received", "Submission")


def show_figure(settings: Settings, wanted: str, quarter: Quarter | None, edition: Edition, *, as_json: bool) -> int:
    """Show a figure, its rule, and every value behind it."""
    trace = trace_figure(settings, wanted, quarter, edition)
    if as_json:
        print_document(_figure_document(trace))
        return 0
    figure, out = trace.figure, console()
    unit = f" {figure['unit']}" if figure["unit"] not in ("count", "date", "") else ""
    out.print(f"[bold]{escape(trace.figure_id)}[/]  {escape(figure['text'])}  [dim]{_report_name(trace.report)}[/]")
    out.print(f"Value: {'none' if figure['value'] is None else figure['value']}{escape(unit)}", soft_wrap=True)
    if figure["missing"]:
        out.print(f"Values that it lacks: {figure['missing']}")
    out.print(f"Rule: {escape(figure['rule'])}", soft_wrap=True)
    if trace.origins:
        out.print()
        out.print(plain_table(_COLUMNS, ([*_row(origin)] for origin in trace.origins)))
    return 0


def show_cell(
    settings: Settings, cell: tuple[str, str], quarter: Quarter | None, edition: Edition, *, as_json: bool
) -> int:
    """Show the figures that a cell feeds; exit status 1 when it feeds none."""
    trace = trace_cell(settings, *cell, quarter, edition)
    if as_json:
        print_document(_cell_document(trace))
    else:
        out = console()
        out.print(f"[bold]{escape(trace.cell)}[/] of {escape(trace.file.file_name)}  [dim]{trace.file.sha256}[/]")
        if trace.location is not None:
            source = trace.location.source
            out.print(f"Holds {escape(_label(source.table, source.field))} of {escape(source.key)}")
        out.print(f"Raw text: {_told(trace.raw)}", soft_wrap=True)
        rows = ([_report_name(report), name, report.figures[name]["text"]] for report, name in trace.fed)
        out.print()
        out.print(plain_table(("Report", "Figure", "Printed"), rows) if trace.fed else "It feeds no figure.")
    return 0 if trace.fed else 1


def _report_name(report: Printed) -> str:
    return f"{report.quarter}, " + ("draft" if report.release_no is None else f"release {report.release_no}")


def _told(raw: str | None) -> str:
    return "not kept any more, or unreadable" if raw is None else escape(raw) or "(empty)"


def _row(origin: Origin) -> tuple[str, ...]:
    location = origin.location
    source = location.source
    stands_alone = location.cell is not None and Place.of(location.cell).is_cell
    raw = _told(origin.raw) if stands_alone else ""
    received = location.received_at.astimezone(BERLIN)
    return (
        source.key,
        _label(source.table, source.field),
        location.cell or "",
        raw,
        location.value or "",
        location.file_name,
        str(location.version or ""),
        f"{received:%d.%m.%Y %H:%M}",
        source.submission_id,
    )


def _label(table: str, field: str) -> str:
    """The German label of a field of the contract, else the column's name."""
    contract = tables().get(table)
    if contract is not None and field in contract.fields:
        return contract.fields[field].label
    return field if field in stored_tables()[table].columns else ""


def _figure_document(trace: FigureTrace) -> Json:
    figure = trace.figure
    return {
        "figure": trace.figure_id,
        **{name: _plain(figure[name]) for name in ("text", "value", "unit", "missing", "rule")},
        "quarter": str(trace.report.quarter),
        "release": trace.report.release_no,
        "sources": [
            {
                "submission": item.location.source.submission_id,
                "sha256": item.location.sha256,
                "file": item.location.file_name,
                "organisation": item.location.org_code,
                "quarter": item.location.report_quarter,
                "version": item.location.version,
                "received_at": item.location.received_at.isoformat(),
                "table": item.location.source.table,
                "row": item.location.source.key,
                "field": item.location.source.field,
                "sheet": item.location.sheet,
                "cell": item.location.cell,
                "raw": item.raw,
                "value": item.location.value,
            }
            for item in trace.origins
        ],
    }


def _cell_document(trace: CellTrace) -> Json:
    return {
        "file": trace.file.file_name,
        "sha256": trace.file.sha256,
        "submission": trace.file.submission_id,
        "cell": trace.cell,
        "raw": trace.raw,
        "field": trace.location.source.field if trace.location else None,
        "row": trace.location.source.key if trace.location else None,
        "figures": [
            {"quarter": str(report.quarter), "release": report.release_no, "figure": name}
            | {part: _plain(report.figures[name][part]) for part in ("text", "rule")}
            for report, name in trace.fed
        ],
    }


def _plain(value: Any) -> Json:  # noqa: ANN401  # whatever facts.json holds
    return float(value) if isinstance(value, Decimal) else value
