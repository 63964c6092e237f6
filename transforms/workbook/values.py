"""The value reader: python-calamine, which gives right values at true positions, and nothing else."""

import io
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from transforms.workbook.marks import Grid
from transforms.workbook.refusals import refuse_damaged, refuse_locked, refuse_type


class Values:
    """The sheets' values of one office file.

    The library aborts the process or panics on some hostile files; only `flows.isolation` makes it safe to use.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        except PasswordError:
            refuse_locked()
        except (CalamineError, ValueError, OSError):
            refuse_damaged("Inhalt nicht lesbar")

    def worksheets(self) -> tuple[tuple[str, bool], ...]:
        """Name all worksheets and say which are hidden; `RefusedError` for macro sheets."""
        sheets = []
        for sheet in self._workbook.sheets_metadata:
            if sheet.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
                refuse_type("Excel-Datei mit Makros")
            if sheet.typ is SheetTypeEnum.WorkSheet:
                sheets.append((sheet.name, sheet.visible is not SheetVisibleEnum.Visible))
        return tuple(sheets)

    def grid(self, name: str) -> Grid:
        """Give a sheet's values from A1 on."""
        try:
            sheet = self._workbook.get_sheet_by_name(name)
            return cast("Grid", sheet.to_python(skip_empty_area=False))
        except (CalamineError, ValueError, OSError):
            refuse_damaged(f"Blatt „{name}“ nicht lesbar")
