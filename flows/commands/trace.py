"""``die8 trace``: from a figure to its cells, and from a cell to its figures."""

from collections.abc import Iterable, Mapping
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

_COLUMNS = ("Row", "Field", "Cell", "Raw text", "Stored")


def show_figure(settings: Settings, wanted: str, quarter: Quarter | None, edition: Edition, *, as_json: bool) -> int:
    """Show a figure, its rule, and every value behind it."""
    trace = trace_figure(settings, wanted, quarter, edition)
    if as_json:
        print_document(_figure_document(trace))
        return 0
    figure, out = trace.figure, console()
    out.print(f"[bold]{escape(trace.figure_id)}[/]  {escape(figure['text'])}  [dim]{_report_name(trace.report)}[/]")
    out.print(f"Value: {escape(_exact(figure))}", soft_wrap=True)
    if figure["missing"]:
        out.print(f"Values that it lacks: {figure['missing']}")
    out.print(f"Rule: {escape(figure['rule'])}", soft_wrap=True)
    for file, origins in _by_file(trace.origins).items():
        out.print()
        out.print(file, soft_wrap=True, style="dim")
        out.print(plain_table(_COLUMNS, map(_row, origins), whole=(0, 2)))
    return 0


def _by_file(origins: Iterable[Origin]) -> Mapping[str, list[Origin]]:
    """The values by the file that holds them: its name, version, day and id need to be said once only."""
    found: dict[str, list[Origin]] = {}
    for origin in origins:
        location = origin.location
        received = location.received_at.astimezone(BERLIN)
        told = [escape(location.file_name), f"version {location.version}" if location.version else ""]
        told += [f"received {received:%d.%m.%Y %H:%M}", f"submission {location.source.submission_id}"]
        found.setdefault(", ".join(filter(None, told)), []).append(origin)
    return found


def _exact(figure: Mapping[str, Any]) -> str:
    unit = f" {figure['unit']}" if figure["unit"] not in ("count", "date", "") else ""
    return "none" if figure["value"] is None else f"{figure['value']}{unit}"


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
        fed = ((report, name, report.figures[name]) for report, name in trace.fed)
        rows = ([_report_name(report), name, figure["text"], _exact(figure)] for report, name, figure in fed)
        out.print()
        out.print(plain_table(("Report", "Figure", "Printed", "Value"), rows) if trace.fed else "It feeds no figure.")
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
    return (source.key, _label(source.table, source.field), location.cell or "", raw, location.value or "")


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
