"""What is wrong with a query, as a sentence for the person who wrote it, with the names nearest to a mistyped one."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

import duckdb

from warehouse.age import age
from warehouse.connection import MEMORY_LIMIT

_MOST_NAMES = 3
_UNKNOWN = (
    (re.compile(r'Table with name "?([^"!\s]+)"? does not exist because schema "?([^"!\s]+)"?'), "schema"),
    (re.compile(r'Table with name "?([^"!]+?)"? does not exist'), "table"),
    (re.compile(r'Table Function with name "?([^"!]+?)"? does not exist'), "table"),
    (re.compile(r'Function with name "?([^"!]+?)"? does not exist'), "function"),
    (re.compile(r'Referenced column "([^"]+)" not found'), "column"),
    (re.compile(r'does not have a column named "([^"]+)"'), "column"),
)
"""How DuckDB says that it does not know a name, and of what kind the name is."""

_NAMES = {
    "schema": "select distinct schema_name from duckdb_schemas() where database_name = 'die8' and not internal",
    "table": "select case schema_name when 'main' then '' else schema_name || '.' end || table_name from ("
    "select schema_name, table_name from duckdb_tables() where database_name = 'die8' and not internal "
    "union all select schema_name, view_name from duckdb_views() where database_name = 'die8' and not internal "
    "union all select schema_name, function_name from duckdb_functions() where database_name = 'die8' "
    "and function_type = 'table_macro' and not internal)",
    "function": "select distinct function_name from duckdb_functions() where function_type not in "
    "('table', 'table_macro', 'pragma')",
    "column": "select distinct column_name from duckdb_columns() where database_name = 'die8' and not internal",
}
_LOCKED = "a query reads the published file and nothing else: no other file, no network, no extension, no setting"
_READ_ONLY = "a query changes nothing: the published file is for reading"
_MEMORY = (
    f"the query needs more than the {MEMORY_LIMIT} that it may use: ask for fewer rows, or sum them up before sorting"
)


def sentence(error: duckdb.Error, connection: duckdb.DuckDBPyConnection) -> str:
    """Say what is wrong, with the remedy, and show the place where DuckDB names one."""
    text, _, place = str(error).partition("\n\nLINE ")
    reason = _reason(error, text, connection)
    if isinstance(error, (duckdb.CatalogException, duckdb.BinderException)) and (told := age(connection)):
        reason += f". The published file is of another version of the program: {told}"
    return f"{reason}\n\nLINE {place}" if place else reason


def _reason(error: duckdb.Error, text: str, connection: duckdb.DuckDBPyConnection) -> str:
    match error:
        case duckdb.PermissionException():
            return f"not allowed: {_LOCKED}"
        case duckdb.InvalidInputException() if "locked" in text:
            return f"not allowed: {_LOCKED}"
        case duckdb.InvalidInputException() if "read-only" in text:
            return f"not allowed: {_READ_ONLY}"
        case duckdb.OutOfMemoryException():
            return f"too large: {_MEMORY}"
        case duckdb.ParserException():
            return f"no valid SQL: {_without_kind(text)}"
    for pattern, kind in _UNKNOWN:
        if found := pattern.search(text):
            return _unknown(kind, found[found.re.groups], connection)
    return f"wrong query: {_without_kind(text)}"


def _unknown(kind: str, name: str, connection: duckdb.DuckDBPyConnection) -> str:
    known = [str(row[0]) for row in connection.execute(_NAMES[kind]).fetchall()]
    said = f"there is no {kind} „{name}“"
    if near := _nearest(name, known):
        return f"{said}; nearest are: {', '.join(near)}"
    if kind in ("table", "schema"):
        return f"{said}; there are: {', '.join(sorted(known))}"
    return f'{said}; `die8 sql "describe project"` lists the columns of a table'


def _nearest(name: str, known: Sequence[str]) -> list[str]:
    """Names alike, compared without schema and case: people forget where a view lives before they forget its name."""
    bare: dict[str, list[str]] = {}
    for full in known:
        bare.setdefault(full.rpartition(".")[2].lower(), []).append(full)
    for names in bare.values():
        names.sort(key=len)
    wanted = name.rpartition(".")[2].lower()
    return [full for near in get_close_matches(wanted, bare, n=_MOST_NAMES) for full in bare[near]]


def _without_kind(text: str) -> str:
    """DuckDB begins with the kind of error, which our own words say."""
    return text.partition(": ")[2].strip() or text
