"""Hidden rows, columns and sheets that hold data: they count, and the sender is told (M78)."""

from collections.abc import Iterable

from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import RawSheet


def hidden_finding(sheet: RawSheet, rows: Iterable[int], columns: Iterable[int]) -> Finding | None:
    """Give S07 for what was read from hidden places of a sheet; ``rows`` and ``columns`` are those that hold data."""
    rows, columns = sorted(rows), sorted(columns)
    if not rows or not columns:
        return None
    places = [Place(sheet.name)] if sheet.is_hidden else []
    if sheet.hidden_rows:
        places += [Place(sheet.name, row=row) for row in rows if row in sheet.hidden_rows]
    if sheet.hidden_columns:
        places += [Place(sheet.name, column=column) for column in columns if column in sheet.hidden_columns]
    if not places:
        return None
    addresses = ", ".join(place.address or f"Blatt {place.sheet}" for place in places)
    return Finding("S07", places[0], None, "eingeblendete Zeilen und Spalten", {"adressen": addresses}, tuple(places))
