"""``die8 sql``: ask the published database."""

from datetime import date, datetime
from decimal import Decimal

from flows.clock import BERLIN
from flows.display import console, plain_table, print_document
from flows.settings import Settings
from transforms.documents import Json, json_value

_NUMBERS = ("DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "HUGEINT", "UBIGINT", "UINTEGER")


def run_query(settings: Settings, query: str, *, limit: int, as_json: bool) -> int:
    """Run one query read-only and show at most ``limit`` rows; with ``as_json`` all of them, a document a line."""
    from warehouse.reading import query as ask

    settings.home.assert_published()
    result = ask(settings.home.published, query, None if as_json else limit)
    if as_json:
        for row in result.rows:
            print_document({name: _as_json(value) for name, value in zip(result.columns, row, strict=True)})
        return 0
    flush_right = [place for place, kind in enumerate(result.types) if kind.startswith(_NUMBERS)]
    out = console()
    out.print(plain_table(result.columns, ([_as_text(cell) for cell in row] for row in result.rows), right=flush_right))
    more = f"; there are more, --limit N shows them (now {limit})" if result.is_cut else ""
    out.print(f"[dim]{len(result.rows)} rows{more}[/]")
    return 0


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
        case _:
            return str(value)


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(BERLIN).isoformat(sep=" ", timespec="minutes")
        case list():
            return ", ".join(_as_text(item) for item in value)
        case _:
            return str(value)
