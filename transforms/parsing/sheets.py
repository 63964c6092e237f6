"""Which sheet of a workbook holds a table."""

from collections.abc import Sequence

from schemas.contract import Layout, Table
from schemas.findings import Finding
from schemas.place import Place
from schemas.workbook import RawSheet
from transforms.parsing.text import match_key


def sheet_of(
    sheets: Sequence[RawSheet], table: Table, known_layouts: Sequence[Layout]
) -> tuple[RawSheet | None, Finding | None]:
    """Find the one sheet of a table by name or alias; none is S01, several are S02: no copy is guessed away (M80)."""
    names = {match_key(name) for layout in known_layouts for name in layout.sheet_names[table.name]}
    found = [sheet for sheet in sheets if match_key(sheet.name) in names]
    if len(found) == 1:
        return found[0], None
    if not found:
        return None, Finding("S01", Place(table.sheet), None, f"ein Blatt „{table.sheet}“")
    places = tuple(Place(sheet.name) for sheet in found)
    details = {"blatt": table.sheet, "n": str(len(found))}
    return None, Finding("S02", places[0], None, f"nur ein Blatt „{table.sheet}“", details, places)
