"""What was corrected or handed in late since the committee last saw the quarters before."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

import polars as pl

from schemas.contract import Field, FieldType, Table, return_tables
from schemas.facts import Comparison, Figure, LateReturn, Restated, Restatement, RestatementKind
from schemas.quarter import Quarter
from schemas.submission import Value
from transforms.answer.differences import value_text
from transforms.report import figures
from transforms.report.delivery import local_time
from transforms.report.state import QUARTERS_BACK, Record, records
from transforms.report.texts import text
from transforms.report.writing import NOTHING, cut, for_display

_MOST_TEXT = 120
_NOT_PRINTED = frozenset({("kpi_value", "kpi_name"), ("kpi_value", "unit")})
"""The catalogue of indicators decides how these are printed."""

Tables = Mapping[str, pl.DataFrame]


def build_restated(
    now: Tables, seen: Tables, quarter: Quarter, org_codes: tuple[str, ...], comparison: Comparison
) -> Restated:
    """Compare the returns of the quarters before as they count now with those that the committee saw.

    ``seen`` are the tables as they were then. A return that was not there then came late, whatever it says; of a
    corrected one each value that differs is told. Rows without a key (Zusammenarbeit) are not compared.
    """
    first = quarter.shifted(-QUARTERS_BACK)
    before, after = _returns(seen, first, quarter), _returns(now, first, quarter)
    order = {code: position for position, code in enumerate(org_codes)}
    values: list[Restatement] = []
    late: list[LateReturn] = []
    for of, org_code in sorted(after, key=lambda whose: (-whose[0].year, -whose[0].number, order.get(whose[1], 99))):
        return_now, return_then = after[of, org_code], before.get((of, org_code))
        if return_then is None:
            late.append(_late(return_now, now, of))
        elif return_now.values["submission_id"] != return_then.values["submission_id"]:
            values += _corrected(return_then, return_now, seen, now, of)
    return Restated(comparison, tuple(values), tuple(late))


def _returns(tables: Tables, first: Quarter, end: Quarter) -> dict[tuple[Quarter, str], Record]:
    own = tables["submission"].filter(
        pl.col("report_quarter").is_between(pl.lit(str(first)), pl.lit(str(end.previous)))
    )
    return {
        (Quarter.parse(record.text("report_quarter") or ""), record.org_code): record
        for record in records("submission", own)
    }


def _late(submission: Record, now: Tables, of: Quarter) -> LateReturn:
    name = f"late.{submission.org_code}.{of}."
    received_at = submission.instant("received_at")
    projects = _rows("project", now, submission)
    return LateReturn(
        of.in_tables,
        submission.org_code,
        figures.day(
            name + "received_on",
            local_time(received_at).date() if received_at else None,
            [submission.source("received_at")],
        ),
        figures.count(name + "projects", len(projects), [record.source("project_id") for record in projects.values()]),
    )


def _corrected(then: Record, after: Record, seen: Tables, now: Tables, of: Quarter) -> Iterator[Restatement]:
    received_at = after.instant("received_at")
    corrected_on = local_time(received_at).date() if received_at else of.last_day
    for table in return_tables().values():
        if not table.key:
            continue
        rows_then, rows_now = _rows(table.name, seen, then), _rows(table.name, now, after)
        for key in dict.fromkeys((*rows_then, *rows_now)):
            for kind, label, printed, holds in _differences(table, rows_then.get(key), rows_now.get(key), of):
                yield Restatement(
                    kind,
                    of.in_tables,
                    after.org_code,
                    table.name,
                    for_display(key),
                    label,
                    printed,
                    holds,
                    corrected_on,
                    after.count("version") or 1,
                    after.shown("correction_reason"),
                )


def _rows(table: str, tables: Tables, submission: Record) -> dict[str, Record]:
    own = tables[table].filter(pl.col("submission_id") == submission.values["submission_id"]).sort("source_row")
    return {record.key: record for record in records(table, own)}


def _differences(
    table: Table, then: Record | None, now: Record | None, of: Quarter
) -> Iterator[tuple[RestatementKind, str, Figure, Figure]]:
    key = (then or now or Record(table.name, {})).key
    name = f"restated.{of}.{table.name}.{for_display(key)}."
    if then is None or now is None:
        kind = RestatementKind.GONE if now is None else RestatementKind.NEW
        yield kind, "", _row_figure(f"{name}row.printed", table, then), _row_figure(f"{name}row.now", table, now)
        return
    for field in table.fields.values():
        if (table.name, field.name) in _NOT_PRINTED or then.values.get(field.name) == now.values.get(field.name):
            continue
        yield (
            RestatementKind.CHANGED,
            field.label,
            _figure(f"{name}{field.name}.printed", field, then),
            _figure(f"{name}{field.name}.now", field, now),
        )


def _row_figure(figure_id: str, table: Table, record: Record | None) -> Figure:
    if record is None:
        return figures.nothing(figure_id, "")
    return Figure(figure_id, None, "", text("words", "row_reported"), (record.source(table.key[-1]),))


def _figure(figure_id: str, field: Field, record: Record) -> Figure:
    """Write a value exactly: rounded to thousands, many a correction would not be seen."""
    held = record.values.get(field.name)
    value = cast("Value", tuple(held) if isinstance(held, list) else held)
    told = NOTHING if value is None else cut(for_display(value_text(field, value)), _MOST_TEXT)
    exact = value if isinstance(value, (Decimal, int, date)) else None
    unit = {FieldType.MONEY: "EUR", FieldType.PERCENT: "%", FieldType.DATE: "date"}.get(field.type, "")
    return Figure(figure_id, exact, unit, told, (record.source(field.name),))
