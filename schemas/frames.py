"""Frames of the contract's tables, and the gate that they pass before they are loaded.

The conditions of a table are derived from the contract once, as Polars expressions. The gate asks all of them in one
pass; `pandera_schema` holds the same conditions column by column and names what is wrong. A failure is our own
mistake: people's mistakes have become findings and nulls long before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.codes import code_lists
from schemas.stored import Column, stored_tables
from schemas.submission import Row, Value

if TYPE_CHECKING:  # costs half a second, and a frame that passes does not need it
    import pandera.polars as pa

_DTYPES: Mapping[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "DATE": pl.Date(),
    "INTEGER": pl.Int32(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "DECIMAL(9,4)": pl.Decimal(9, 4),
    "DECIMAL(18,2)": pl.Decimal(18, 2),
    "DECIMAL(18,4)": pl.Decimal(18, 4),
    "DECIMAL(28,10)": pl.Decimal(28, 10),
}
_PYTHON_TYPES: Mapping[str, type] = {
    "VARCHAR": str,
    "VARCHAR[]": tuple,
    "DATE": date,
    "INTEGER": int,
    "BOOLEAN": bool,
    "TIMESTAMPTZ": datetime,
    **dict.fromkeys(("DECIMAL(9,4)", "DECIMAL(18,2)", "DECIMAL(18,4)", "DECIMAL(28,10)"), Decimal),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
_BETWEEN_ENTRIES = "\x1f"
_NOT_STORABLE = (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError)


class GateError(Exception):
    """Rows that the contract forbids were about to be loaded: a mistake of this program, never of a sender.

    ``submission_ids`` names the submissions that hold them, as far as known; the others of the batch are sound.
    """

    def __init__(self, table: str, problems: Sequence[str], submission_ids: Iterable[str] = ()) -> None:
        self.table = table
        self.problems = tuple(problems)
        self.submission_ids = frozenset(submission_ids)
        super().__init__(f"{table}: " + "; ".join(self.problems))


@cache
def dtypes(table: str) -> Mapping[str, pl.DataType]:
    """The Polars types of a stored table's columns, in order."""
    return {name: _DTYPES[column.type] for name, column in stored_tables()[table].columns.items()}


def frame_of(table: str, rows: Sequence[Row], owners: pl.DataFrame, owner_of: Sequence[int]) -> pl.DataFrame:
    """Build the frame of a row table or of the Deckblatt, for the rows of many submissions at once.

    ``owners`` has one row per submission with the columns that its rows share (organisation, quarter, clocks);
    ``owner_of`` gives for each row the number of its submission there.

    Raises:
        GateError: a value has not the type of its field, or more digits than its column.
    """
    stored = stored_tables()[table].columns
    shared = owners[[name for name in stored if name in owners.columns]][list(owner_of)]
    held: dict[str, Sequence[Value | bool]] = {
        "source_sheet": [row.sheet for row in rows],
        "source_row": [row.source_row for row in rows],
        "is_incomplete": [bool(row.failed) for row in rows],
    }
    given = [name for name in stored if name not in held and name not in shared.columns]
    lines = map(itemgetter(*given), (row.values for row in rows))  # every table has more than one field
    held |= zip(given, list(zip(*lines, strict=True)) or [()] * len(given), strict=True)
    columns: list[pl.Series] = []
    for name, column in stored.items():
        if name in shared.columns:
            columns.append(shared[name])
            continue
        values = held[name]
        try:
            columns.append(_series(column, values))
        except _NOT_STORABLE as error:
            raise _not_storable(table, column, values, shared) from error
    return pl.DataFrame(columns)


def frame_of_columns(table: str, columns: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """Build the frame of one of our own tables (findings, source columns, catalogues) from its columns."""
    made: dict[str, pl.Series] = {}
    for name, column in stored_tables()[table].columns.items():
        try:
            made[name] = _series(column, columns[name])
        except _NOT_STORABLE as error:
            raise _not_storable(table, column, columns[name], pl.DataFrame(list(made.values()))) from error
    return pl.DataFrame(list(made.values()))


def _series(column: Column, values: Sequence[object]) -> pl.Series:
    dtype = _DTYPES[column.type]
    # Polars is too kind: it takes 3 as a day of 1970, True as 1, and a text as a date.
    foreign = set(map(type, values)) - {_PYTHON_TYPES[column.type], NoneType}
    if foreign:
        msg = f"{column.name} holds {foreign}"
        raise TypeError(msg)
    match dtype:
        case pl.Decimal():
            return _exact(values, dtype).alias(column.name)
        case pl.List():
            return _lists(values).alias(column.name)
        case pl.Date():
            return _days(values).alias(column.name)
        case pl.Datetime():
            return _instants(values, dtype).alias(column.name)
        case _:
            return pl.Series(column.name, values, dtype=dtype, strict=True)


def _not_storable(table: str, column: Column, values: Sequence[object], shared: pl.DataFrame) -> GateError:
    """Name the values that have not the type of their column, by asking for each alone."""
    wrong: list[int] = []
    for index, value in enumerate(values):
        try:
            _series(column, [value])
        except _NOT_STORABLE:
            wrong.append(index)
    owners = shared["submission_id"][wrong].to_list() if "submission_id" in shared.columns else []
    return GateError(
        table, [f"{column.name} cannot hold {values[index]!r} as {column.type}" for index in wrong], owners
    )


def _exact(values: Sequence[Any], dtype: pl.Decimal) -> pl.Series:
    """Make decimals without rounding any; Polars would round in silence."""
    # Through text: the first Decimal that Polars takes from Python costs it 65 ms.
    texts = [None if value is None else str(value) for value in values]
    point, end = -1 - dtype.scale, -dtype.scale
    for value, written in zip(values, texts, strict=True):
        if written is None or written[point:end] == ".":  # as nearly all are written
            continue
        if len(written.partition(".")[2]) <= dtype.scale and "E" not in written:
            continue
        if round(value, dtype.scale) != value:
            msg = f"{value} has more than {dtype.scale} decimals"
            raise ValueError(msg)
    return pl.Series(texts, dtype=pl.String).cast(dtype)


def _days(values: Sequence[Any]) -> pl.Series:
    """Make days from dates; by way of numbers, as instants are."""
    numbers = [None if value is None else value.toordinal() - _FIRST_DAY for value in values]
    return pl.Series(numbers, dtype=pl.Int32).cast(pl.Date)


def _instants(values: Sequence[Any], dtype: pl.Datetime) -> pl.Series:
    """Make instants from datetimes of any time zone; by way of numbers, which Polars need not convert."""
    numbers = [None if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
    return pl.Series(numbers, dtype=pl.Int64).cast(dtype)


def _lists(values: Sequence[Any]) -> pl.Series:
    """Make lists of texts; by way of joined texts, which is twenty times faster than a list of tuples."""
    joined: list[str | None] = []
    is_empty: list[bool] = []
    for value in values:
        together = None if value is None else _BETWEEN_ENTRIES.join(value)
        if together and together.count(_BETWEEN_ENTRIES) != len(value) - 1:
            msg = f"{value!r} holds a control character"
            raise ValueError(msg)
        joined.append(together)
        is_empty.append(value == ())
    split = pl.Series(joined, dtype=pl.String).str.split(_BETWEEN_ENTRIES)
    if any(is_empty):
        split = pl.select(
            pl.when(pl.Series(is_empty)).then(pl.lit([], pl.List(pl.String))).otherwise(split)
        ).to_series()
    return split


@cache
def conditions(table: str) -> Mapping[str, Mapping[str, pl.Expr]]:
    """What must hold in a frame: column to the name of a condition to its expression, true where it holds.

    A null never breaks a condition but ``is given``: whether a value must stand there is for keys and provenance
    alone to demand, because a cell with an error becomes null and its row is kept.
    """
    return {
        name: found for name, column in stored_tables()[table].columns.items() if (found := dict(_of_column(column)))
    }


def _of_column(column: Column) -> Iterator[tuple[str, pl.Expr]]:
    value, field = pl.col(column.name), column.field
    if column.is_required:
        yield "is given", value.is_not_null()
    if field is None:
        return
    if field.code_list:
        codes = list(code_lists()[field.code_list].codes)
        held = value.list.eval(pl.element().is_in(codes)).list.all() if field.type.is_list else value.is_in(codes)
        yield f"is a code of {field.code_list}", held.fill_null(value=True)
    if field.pattern:
        yield f"matches {field.pattern}", value.str.contains(field.pattern).fill_null(value=True)
    if field.lowest is not None:
        yield f"is at least {field.lowest}", (value >= field.lowest).fill_null(value=True)
    if field.highest is not None:
        yield f"is at most {field.highest}", (value <= field.highest).fill_null(value=True)


def gate(frames: Mapping[str, pl.DataFrame]) -> None:
    """Let frames pass that the contract allows, table after table.

    Raises:
        GateError: names table, column and row of what it forbids, as Pandera words it.
    """
    for table, frame in frames.items():
        if frame.schema != _schema(table):
            raise GateError(table, [f"columns {dict(frame.schema)} instead of {dict(dtypes(table))}"])
        questions = _questions(table)
        if questions and not all(frame.select(questions).row(0)):
            raise _explained(table, frame)


@cache
def _schema(table: str) -> pl.Schema:
    return pl.Schema(dtypes(table))


@cache
def _questions(table: str) -> list[pl.Expr]:
    """Whether each condition holds in all rows; asking one by one is half the work of asking for all at once."""
    held = [condition for found in conditions(table).values() for condition in found.values()]
    return [condition.all().alias(str(number)) for number, condition in enumerate(held)]


@cache
def pandera_schema(table: str) -> "pa.DataFrameSchema":
    """The Pandera schema of a stored table: strict columns and types, and the same conditions as the gate's.

    Validate an eager frame with ``lazy=True`` to have every failure named; on a LazyFrame Pandera checks no values.
    """
    import pandera.polars as pa  # noqa: PLC0415 - see TYPE_CHECKING above

    def check(name: str, condition: pl.Expr) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(condition), name=name, error=name)

    found = conditions(table)
    return pa.DataFrameSchema(
        {
            name: pa.Column(
                _DTYPES[column.type],
                checks=[check(text, held) for text, held in found.get(name, {}).items() if text != "is given"],
                nullable=not column.is_required,
            )
            for name, column in stored_tables()[table].columns.items()
        },
        name=table,
        strict=True,
        ordered=True,
    )


def _explained(table: str, frame: pl.DataFrame) -> GateError:
    import pandera.errors  # noqa: PLC0415 - see TYPE_CHECKING above

    try:
        pandera_schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as failure:
        cases = failure.failure_cases.sort("index", nulls_last=True)
        where = [name for name in ("submission_id", "source_sheet", "source_row") if name in frame.columns]
        problems: list[str] = []
        owners: list[str] = []
        for column, check, case, index in cases["column", "check", "failure_case", "index"].rows():
            row = {} if index is None else frame.row(index, named=True)
            place = ", ".join(f"{name} {row[name]}" for name in where if name in row)
            problems.append(f"{column} {check}: {case} ({place})")
            owners += [row["submission_id"]] if "submission_id" in row else []
        return GateError(table, problems, owners)
    msg = "the gate refuses what Pandera allows"  # both ask the same expressions
    raise AssertionError(msg)
