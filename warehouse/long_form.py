"""The rows of all accepted versions in long form, one stored value a row: what versions are compared by."""

from collections.abc import Iterator

from schemas.contract import Table, TableKind, tables
from schemas.stored import stored_tables
from warehouse.connection import quoted

LONG_FORM = "stored_value"
"""Its name in schema history."""

COMMENT = "Every value of every accepted version as text, one per row."
_ORIGIN_COMMENTS = {
    "row_key": "What names the row: its key; of a table without one all that the row says; of the Deckblatt nothing.",
    "source_sheet": "The sheet in which the row stands; null for the Deckblatt.",
    "source_row": "The row of that sheet; null for the Deckblatt.",
    "value_text": "The value as text: dates in ISO 8601, numbers with a point, lists in brackets; null when not given.",
}


def column_comments() -> Iterator[tuple[str, str]]:
    """Say what each column of the long form holds."""
    named = stored_tables()["source_column"].columns
    for name in ("submission_id", "table_name", "field"):
        yield name, named[name].comment
    yield from _ORIGIN_COMMENTS.items()


def long_form_query() -> str:
    """Turn every field of every table of the contract into a row of its own."""
    return " union all ".join(_values_of(table) for table in tables().values())


def _values_of(table: Table) -> str:
    is_cover = table.kind is TableKind.COVER
    origin = "null::varchar as source_sheet, null::integer as source_row" if is_cover else "source_sheet, source_row"
    # Naming what is no field keeps the view short: it is written anew with every checkpoint.
    others = ", ".join(quoted(name) for name in stored_tables()[table.name].columns if name not in table.fields)
    rows = (
        f"select submission_id, {_key(table)} as row_key, {origin}, columns(* exclude ({others}))::varchar "
        f"from history.{quoted(table.name)}{' where version is not null' if is_cover else ''}"
    )
    return (
        f"select submission_id, '{table.name}' as table_name, row_key, source_sheet, source_row, field, value_text "
        f"from ({rows}) unpivot include nulls (value_text for field in "
        "(columns(* exclude (submission_id, row_key, source_sheet, source_row))))"
    )


def _key(table: Table) -> str:
    """What names a row, as people say it: ``KLI-001/2``. Rows without a key are known by all that they say."""
    if table.kind is TableKind.COVER:
        return "''"
    if table.key:
        return f"concat_ws('/', {', '.join(map(quoted, table.key))})"
    said = f"concat_ws(' · ', {', '.join(f'{quoted(name)}::varchar' for name in table.fields)})"
    same = f"row_number() over (partition by submission_id, {said} order by source_row)"
    return f"concat({said}, case when {same} > 1 then concat(' · ', {same}) end)"
