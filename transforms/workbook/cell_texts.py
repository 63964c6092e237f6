"""What single cells of a workbook say, as a person would read it there."""

from collections.abc import Collection

from schemas.place import Place
from schemas.workbook import RawWorkbook


def cell_texts(workbook: RawWorkbook, places: Collection[str]) -> dict[str, str]:
    """Give the texts of cells named like ``Projekte!S5``; empty for an empty cell, left out when it is no cell."""
    wanted = {place: Place.of(place) for place in places}
    texts = {place: "" for place, cell in wanted.items() if cell.is_cell}
    by_sheet: dict[str, dict[tuple[int | None, int | None], str]] = {}
    for place in texts:
        cell = wanted[place]
        by_sheet.setdefault(cell.sheet, {})[cell.row, cell.column] = place
    for sheet in workbook.sheets:
        asked = by_sheet.get(sheet.name)
        if asked:
            for found in sheet.cells:
                place = asked.get((found.row, found.column), "")
                if place:
                    texts[place] = found.text
    return texts
