"""``die8 sql``: ask the published database."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flows.clock import BERLIN
from flows.display import console, plain_table
from flows.settings import Settings
from flows.usage import UsageError
from transforms.documents import Json, json_value

if TYPE_CHECKING:  # imported when a query is asked
    from warehouse.reading import Answer

_NUMBERS = ("DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "HUGEINT", "UBIGINT", "UINTEGER")
SHOWN_ROWS = 200
"""So many rows are shown when nothing else is asked for."""
_GAP = 2


class Form(StrEnum):
    """In what form rows are given besides the table for people."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def form_wanted(file: Path | None, *, csv: bool, json: bool, parquet: bool) -> Form | None:
    """The one form that was named, or that the file's name tells; None for the table.

    Raises:
        UsageError: more than one was named, or none for a file whose name tells nothing, or no file for Parquet.
    """
    named = [form for form, is_named in zip(Form, (csv, json, parquet), strict=True) if is_named]
    if len(named) > 1:
        msg = f"choose one of {' and '.join(f'--{form}' for form in named)}"
        raise UsageError(msg)
    if file is not None and not named:
        named = [form for form in Form if file.suffix == f".{form}"]
        if not named:
            msg = f"in what form is {file} to be written? Add --csv, --json or --parquet"
            raise UsageError(msg)
    if named == [Form.PARQUET] and file is None:
        msg = "Parquet is no text: name a file, such as --parquet answer.parquet"
        raise UsageError(msg)
    return named[0] if named else None


def run_query(settings: Settings, query: str, file: Path | None, *, form: Form | None, limit: int | None) -> int:
    """Run one query read-only; without ``form`` show a table of at most ``limit`` rows, else give them in that form.

    ``file`` is written whole or not at all; without it rows go to standard output.

    Raises:
        UsageError: the query is wrong or refused; the text says what to do.
    """
    from warehouse.errors import WrongQueryError
    from warehouse.reading import asked

    settings.home.assert_published()
    if query == "-":
        query = sys.stdin.read()
    if not query.strip(" ;\n"):
        msg = 'there is no query; write one such as die8 sql "from report.traffic_lights"'
        raise UsageError(msg)
    try:
        if form is Form.PARQUET and file is not None:
            _write_parquet(settings, query, file, limit)
            return 0
        with asked(settings.home.published, query) as answer:
            if form is None:
                _show(answer, limit or SHOWN_ROWS)
                return 0
            with _target(file, form) as out:
                out.writelines(_lines(answer, form, limit))
    except WrongQueryError as error:
        raise UsageError(str(error)) from None
    return 0


def _lines(answer: "Answer", form: Form, limit: int | None) -> Iterable[str]:
    rows = islice(answer.rows, limit)
    if form is Form.CSV:
        from transforms.excel_csv import csv_lines

        return csv_lines(answer.columns, rows)
    return (
        json.dumps({name: _as_json(value) for name, value in zip(answer.columns, row, strict=True)}, ensure_ascii=False)
        + "\n"
        for row in rows
    )


@contextmanager
def _target(file: Path | None, form: Form) -> Iterator[TextIO]:
    """Standard output, or a file that comes into its place when all is written."""
    from transforms.excel_csv import ENCODING

    encoding = ENCODING if form is Form.CSV else "utf-8"
    if file is None:
        sys.stdout.reconfigure(encoding=encoding, newline="")  # type: ignore[union-attr]  # a TextIOWrapper
        yield sys.stdout
        return
    with _whole(file) as unfinished, unfinished.open("w", encoding=encoding, newline="") as out:
        yield out


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A name beside the file to write to; it becomes the file at the end, or is gone after a failure."""
    unfinished = file.with_name(f".{file.name}.tmp")
    try:
        yield unfinished
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_parquet(settings: Settings, query: str, file: Path, limit: int | None) -> None:
    from warehouse.reading import query_frame

    frame = query_frame(settings.home.published, query)
    with _whole(file) as unfinished:
        (frame if limit is None else frame.head(limit)).write_parquet(unfinished)


def _show(answer: "Answer", limit: int) -> None:
    """A table where it fits the width, else each row as a block of lines, a column each."""
    found = list(islice(answer.rows, limit + 1))
    rows = [[_as_text(cell) for cell in row] for row in found[:limit]]
    out = console()
    if _width(answer.columns, rows) <= out.width:
        right = [place for place, kind in enumerate(answer.types) if kind.startswith(_NUMBERS)]
        out.print(plain_table(answer.columns, rows, right=right))
    else:
        for block in _blocks(answer.columns, rows):
            out.print(block, markup=False, soft_wrap=True)
    more = f"; there are more, --limit N shows them (now {limit})" if len(found) > limit else ""
    out.print(f"[dim]{len(rows)} {'row' if len(rows) == 1 else 'rows'}{more}[/]")


def _width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    widest = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    return sum(widest) + _GAP * max(len(widest) - 1, 0)


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    names = max(map(len, columns))
    for number, row in enumerate(rows, start=1):
        lines = (f"{name:<{names}}  {cell}".rstrip() for name, cell in zip(columns, row, strict=True))
        yield "\n".join((f"row {number} ".ljust(names, "─"), *lines, ""))


def _as_json(value: object) -> Json:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return value.isoformat()
        case Decimal() | date():
            return json_value(value)
        case list() | tuple():
            return [_as_json(item) for item in value]
        case dict():
            return {str(name): _as_json(item) for name, item in value.items()}
        case _:
            return str(value)


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.2f}"
        case datetime():
            return value.astimezone(BERLIN).isoformat(sep=" ", timespec="minutes")
        case list():
            return ", ".join(_as_text(item) for item in value)
        case _:
            return str(value)
