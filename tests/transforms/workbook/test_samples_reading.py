"""The sample returns, as the reader sees them."""

from pathlib import Path

import openpyxl
import pytest

from schemas.findings import Finding
from schemas.workbook import CellKind, FileFormat, RawWorkbook
from tests.samples import SAMPLES
from tests.transforms.workbook.files import cell_at, refusal_of, sheet_of, workbook_of
from transforms.workbook.file_names import ignored_because
from transforms.workbook.reading import read_workbook

RETURNS = sorted(
    path
    for path in SAMPLES.glob("*/*")
    if path.suffix in {".xlsx", ".ods", ".xls", ".zip"} and path.stat().st_size > 0 and not path.name.startswith("~")
)
WORKBOOKS = [path for path in RETURNS if path.suffix == ".xlsx"]
FORMATS = {".xlsx": FileFormat.XLSX, ".ods": FileFormat.ODS, ".xls": FileFormat.XLS, ".zip": FileFormat.CSV_ZIP}


def read(name: str, quarter: str = "2026-Q3") -> RawWorkbook | Finding:
    return read_workbook((SAMPLES / quarter / name).read_bytes(), name)


@pytest.mark.parametrize("path", RETURNS, ids=lambda path: path.name)
def test_every_return_is_read_with_all_its_sheets(path: Path) -> None:
    workbook = workbook_of(read_workbook(path.read_bytes(), path.name))

    names = {sheet.name for sheet in workbook.sheets}
    assert workbook.format is FORMATS[path.suffix]
    assert {"Deckblatt", "Projekte", "Meilensteine", "Kennzahlen", "Risiken", "Zusammenarbeit"} <= names


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_openpyxl_sees_the_same_cells(path: Path) -> None:
    workbook = workbook_of(read_workbook(path.read_bytes(), path.name))

    loaded = openpyxl.load_workbook(path)
    for sheet in workbook.sheets:
        ours = {(c.row, c.column): c.number_format or "General" for c in sheet.cells if c.kind is not CellKind.BLANK}
        theirs = {(c.row, c.column): c.number_format for row in loaded[sheet.name] for c in row if c.value is not None}
        assert ours == theirs


def test_the_klinikum_shows_a_colour_without_a_word_and_a_hidden_row() -> None:
    sheet = sheet_of(read("D8_KLI_2026-Q3_v01.xlsx"))

    ampel = cell_at(sheet, 6, 14)
    assert (ampel.kind, ampel.value, ampel.fill) == (CellKind.BLANK, None, "FFC000")
    assert set(sheet.hidden_rows) == {7}
    assert cell_at(sheet, 7, 1).value == "KLI-003"


def test_the_error_value_of_chance_gt_is_seen() -> None:
    cell = cell_at(sheet_of(read("D8_CGT_2026-Q3_v01.xlsx")), 5, 20)

    assert (cell.kind, cell.value) == (CellKind.ERROR, "#REF!")


def test_the_old_xls_tells_that_its_progress_is_a_percentage() -> None:
    cell = cell_at(sheet_of(read("KulturRaeume_2026-Q3.xls")), 5, 11)

    assert (cell.value, cell.number_format) == (0.95, "0%")


def test_the_csv_files_in_windows_1252_are_readable() -> None:
    cover = sheet_of(read("GTM_2026-Q3.zip"), "Deckblatt")

    assert cell_at(cover, 6, 2).value == "Geschäftsführung"


def test_the_template_is_recognised_by_its_name_in_xlsx_and_ods() -> None:
    for name in ("D8_KLI_2026-Q3_v01.xlsx", "D8_BIB_2026-Q3_v01.ods"):
        assert "D8_V1" in workbook_of(read(name)).defined_names


def test_what_is_no_delivery_is_refused_or_ignored() -> None:
    assert refusal_of(read("leer.xlsx")) == ("F02", "leere Datei")
    assert ignored_because("~$D8_KLI_2026-Q3_v01.xlsx") is not None
    assert ignored_because("Lenkungskreis Einladung.txt") is not None
