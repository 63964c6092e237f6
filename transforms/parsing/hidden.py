"""Hidden rows, columns and sheets that hold data: they count, and the sender is told (M78)."""

from collections.abc import Callable, Iterable, Sequence

from schemas.findings import Finding
from schemas.place import Place, column_letters
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
    return Finding(
        "S07", places[0], None, "eingeblendete Zeilen und Spalten", {"adressen": _in_words(places)}, tuple(places)
    )


def _in_words(places: Iterable[Place]) -> str:
    """Name sheets, rows and columns in short: „Zeilen 6–9, 12; Spalte S“."""
    sheets = [f"Blatt {place.sheet}" for place in places if place.row is None and place.column is None]
    rows = _runs([place.row for place in places if place.row is not None], str)
    columns = _runs([place.column for place in places if place.column is not None], column_letters)
    told = [
        f"{one if len(runs) == 1 and '–' not in runs[0] else many} {', '.join(runs)}"
        for one, many, runs in (("Zeile", "Zeilen", rows), ("Spalte", "Spalten", columns))
        if runs
    ]
    return "; ".join([*sheets, *told])


def _runs(numbers: Sequence[int], name: Callable[[int], str]) -> list[str]:
    """Name numbers that follow one another by the first and the last of them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [name(run[0]) if len(run) == 1 else f"{name(run[0])}–{name(run[-1])}" for run in runs]
