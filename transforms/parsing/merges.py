"""Merged cells in the data area (M76): only the top left one holds the value."""

from collections.abc import Iterator, Mapping

from schemas.findings import Finding
from schemas.place import Place, column_letters
from schemas.workbook import Content, RawSheet
from transforms.parsing.lines import filled


def keys_filled_down(
    sheet: RawSheet, lines: Mapping[int, Mapping[int, Content]], header_row: int, keys: frozenset[int]
) -> Iterator[tuple[int, int, Content]]:
    """Give row, column and key for the lower rows of a range merged over several rows of a key column.

    Only rows that hold something of their own get one.
    """
    for first_row, first_column, last_row, _ in sheet.merged:
        key = lines.get(first_row, {}).get(first_column)
        if key is None or first_column not in keys or first_row <= header_row:
            continue
        for row in range(first_row + 1, last_row + 1):
            if row in lines and filled(lines[row]):
                yield row, first_column, key


def filled_down_finding(place: Place, key: Content) -> Finding:
    """Tell the sender which key was taken for a row whose key cell is merged with the one above."""
    details = {"alt": "verbundene Zelle", "neu": key.text}
    return Finding("C13", place, None, key.text, details)


def merged_values(
    sheet: RawSheet, data_rows: Mapping[int, object], columns: frozenset[int], keys: frozenset[int]
) -> Iterator[Finding]:
    """Give S08 for each merged range that takes in more than a key cell of the data rows.

    ``places`` are the cells that are lost: it cannot be known which of them the value belongs to.
    """
    for first_row, first_column, last_row, last_column in sheet.merged:
        rows = [row for row in range(first_row, last_row + 1) if row in data_rows]
        spanned = (column for column in range(first_column, last_column + 1) if column in columns)
        lost = [column for column in spanned if column != first_column or column not in keys]
        if not rows or not lost:
            continue
        area = f"{column_letters(first_column)}{first_row}:{column_letters(last_column)}{last_row}"
        places = tuple(Place(sheet.name, row, column) for row in rows for column in lost)
        yield Finding(
            "S08", Place(sheet.name, first_row, first_column), area, "einzelne Zellen", {"bereich": area}, places
        )
