"""Read with openpyxl what Die 8 reads of a cell, and print the seconds as JSON; imports are not counted.

Values and errors come from one loading, formulas from another: openpyxl gives the one or the other. Usage:
openpyxl_facts.py FILE… , or openpyxl_facts.py --save FOLDER FILE… to write the files as openpyxl does.
"""

import json
import sys
import time
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet


def read_facts(name: str) -> int:
    """Read one file; gives the number of its cells."""
    values, formulas = load_workbook(name, data_only=True), load_workbook(name)
    cells = 0
    for sheet, with_formulas in zip(values.worksheets, formulas.worksheets, strict=True):
        facts = [sheet.title, sheet.sheet_state != "visible", [area.bounds for area in sheet.merged_cells.ranges]]
        facts += [row for row, look in sheet.row_dimensions.items() if look.hidden]
        facts += [column for column, look in sheet.column_dimensions.items() if look.hidden]
        cells += len(facts_of_cells(sheet, with_formulas))
    return cells


def facts_of_cells(sheet: Worksheet, with_formulas: Worksheet) -> list[tuple[object, ...]]:
    """Give place, type, value, format, fill, strikethrough and formula of each cell that has something."""
    facts: list[tuple[object, ...]] = []
    for row, its_formulas in zip(sheet.iter_rows(), with_formulas.iter_rows(), strict=True):
        for cell, formula in zip(row, its_formulas, strict=True):
            fill = cell.fill.fgColor.rgb if cell.has_style and cell.fill.fill_type == "solid" else None
            if cell.value is not None or fill is not None:
                look = (cell.number_format, fill, cell.has_style and cell.font.strike)
                written = formula.value if formula.data_type == "f" else None
                facts.append((cell.row, cell.column, cell.data_type, cell.value, *look, written))
    return facts


def main() -> None:
    """Read each file named on the command line, or save it elsewhere."""
    if sys.argv[1] == "--save":
        for name in sys.argv[3:]:
            load_workbook(name).save(Path(sys.argv[2]) / Path(name).name)
        return
    start = time.perf_counter()
    cells = sum([read_facts(name) for name in sys.argv[1:]])
    json.dump({"seconds": time.perf_counter() - start, "files": len(sys.argv) - 1, "cells": cells}, sys.stdout)


if __name__ == "__main__":
    main()
