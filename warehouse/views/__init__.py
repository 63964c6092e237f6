"""Views for the questions that people ask, in plain SQL: one file each, named like the view in schema ``report``.

A file begins with one sentence, which becomes the view's comment. Then comes every column in order, with its sentence,
or ``= table.column`` when it is that column of a table: German labels and codes come from the contract and are written
down nowhere else. Files of the macros have only the sentence.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from schemas.stored import stored_tables
from schemas.views import View
from warehouse.shape import comment

MACROS = ("last_sunday", "utc_time", "berlin_day", "instant_of")
"""Functions in schema main; views and the as-of macros rest on them."""

VIEWS = (
    "versions",
    "deliveries",
    "project_states",
    "traffic_lights",
    "light_moves",
    "milestone_slips",
    "budgets",
    "funds_at_risk",
    "kpi_series",
    "data_quality",
    "cooperation_matches",
    "stored_values",
    "version_differences",
    "reported_versions",
    "restated_since",
    "restated",
    "contradictions",
)
"""In the order in which they rest on each other."""

_COLUMN = re.compile(r"(?P<name>\w+)(?: = (?P<table>\w+)\.(?P<column>\w+)|: (?P<sentence>.+))")


@cache
def views() -> Mapping[str, View]:
    """All views by name, with the comments of their columns."""
    return MappingProxyType({name: _view(name, sql_of(name)) for name in VIEWS})


def sql_of(name: str) -> str:
    """The text of the file of a view or macro."""
    return (files(__name__) / f"{name}.sql").read_text(encoding="utf-8")


def macro_statements() -> Iterator[str]:
    """Create or renew the functions, with their comments."""
    for name in MACROS:
        sentence, *_ = _header(name, sql_of(name))
        yield sql_of(name).rstrip()
        yield comment("macro", f"main.{name}", sentence)


def report_statements() -> Iterator[str]:
    """Create or renew the views of schema report, with their comments and those of their columns."""
    for view in views().values():
        yield view.sql.rstrip()
        yield comment("view", f"report.{view.name}", view.comment)
        for column, words in view.columns.items():
            yield comment("column", f"report.{view.name}.{column}", words)


def _view(name: str, sql: str) -> View:
    sentence, *lines = _header(name, sql)
    return View(name, sentence, MappingProxyType(dict(_documented(name, line) for line in lines)), sql)


def _header(name: str, sql: str) -> list[str]:
    """The lines of the comment that the file begins with; empty ones left out."""
    lines = [line.removeprefix("--").strip() for line in sql.partition("create or replace")[0].splitlines()]
    header = [line for line in lines if line]
    if not header:
        msg = f"{name}.sql does not begin with a sentence"
        raise ValueError(msg)
    return header


def _documented(view: str, line: str) -> tuple[str, str]:
    found = _COLUMN.fullmatch(line)
    if found is None:
        msg = f"{view}.sql: „{line}“ is neither a column nor its sentence"
        raise ValueError(msg)
    if found["sentence"]:
        return found["name"], found["sentence"]
    return found["name"], stored_tables()[found["table"]].columns[found["column"]].comment
