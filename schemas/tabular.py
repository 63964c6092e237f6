"""Small tables of definitions: the CSV files in ``schemas/data``, read once."""

import csv
from functools import cache
from importlib.resources import files


@cache
def read_definitions(name: str) -> tuple[dict[str, str], ...]:
    """Read ``schemas/data/<name>.csv`` as rows of column to text, in file order."""
    text = (files("schemas") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), strict=True))


def alternatives(text: str) -> tuple[str, ...]:
    """Split a cell that holds several values, written with ``|`` between them."""
    return tuple(part for part in text.split("|") if part)
