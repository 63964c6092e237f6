"""The same return in every format gives the same cells (reliability.md, G16), by our writers and by LibreOffice's."""

import subprocess
from collections.abc import Mapping
from functools import cache

import pytest

from flows.demo_course import Moment, assessment, report_rows
from schemas.codes import the_eight
from schemas.quarter import Quarter
from schemas.submission import Submission
from schemas.workbook import CellKind, RawWorkbook
from tests.catalogue.book import Book, book_of
from tests.catalogue.writing import FORMATS, write
from tests.programs import OFFICE, needs_office
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.template_plan import plan_template

ORG = "KLI"
QUARTERS = tuple(Quarter(2026, 3).shifted(offset) for offset in (-3, -2, -1, 0))


def demo_book(org_code: str) -> Book:
    """A whole return of the demo year."""
    moment = Moment(QUARTERS, len(QUARTERS) - 1)
    cover = {
        "submission_status": "released",
        "approved_by_role": "Geschäftsführung",
        "approved_on": moment.quarter.last_day,
        "contact_mailbox": f"digital@{org_code.lower()}.example",
        "overall_assessment": assessment(org_code, moment),
    }
    return book_of(plan_template(org_code, moment.quarter, report_rows(org_code, moment, None), cover))


def read(content: bytes, name: str) -> RawWorkbook:
    workbook = read_workbook(content, name)
    assert isinstance(workbook, RawWorkbook), workbook
    return workbook


@cache
def in_format(org_code: str, file_format: str) -> RawWorkbook:
    return read(*write(demo_book(org_code), file_format))


def cells(workbook: RawWorkbook) -> Mapping[tuple[str, int, int], tuple[CellKind, object, bool]]:
    """All that a value is: where, of which kind, what, and whether it is shown as a percentage."""
    return {
        (sheet.name, cell.row, cell.column): (cell.kind, cell.value, "%" in cell.number_format)
        for sheet in workbook.sheets
        for cell in sheet.cells
        if cell.kind is not CellKind.BLANK
    }


def typed(workbook: RawWorkbook) -> Mapping[str, object]:
    """Every loaded value with its cell."""
    submission: Submission = parse_submission(workbook, "")
    return {
        f"{row.table}.{name} {row.place(name)}": value
        for row in submission.rows()
        for name, value in row.values.items()
    }


@pytest.mark.parametrize("file_format", ["ods", "xls", "xlsb"])
@pytest.mark.parametrize("org_code", the_eight())
def test_every_office_format_gives_the_same_cells(org_code: str, file_format: str) -> None:
    expected = cells(in_format(org_code, "xlsx"))

    assert len(expected) > 100
    assert cells(in_format(org_code, file_format)) == expected


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("org_code", the_eight())
def test_every_format_gives_the_same_values_at_the_same_places(org_code: str, file_format: str) -> None:
    expected = typed(in_format(org_code, "xlsx"))

    assert sum(value is not None for value in expected.values()) > 50
    assert typed(in_format(org_code, file_format)) == expected


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """What LibreOffice makes of our files, by „from-to“: one call a target, with a profile of its own."""
    folder = tmp_path_factory.mktemp("libreoffice")
    sources = {suffix: folder / f"from_{suffix}.{suffix}" for suffix in ("xlsx", "xls", "xlsb")}
    for suffix, path in sources.items():
        path.write_bytes(write(demo_book(ORG), suffix)[0])
    for target in ("ods", "xls"):
        command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", target, "--outdir", str(folder / target)]
        command += [str(path) for suffix, path in sources.items() if suffix != target]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    written = [*(folder / "ods").iterdir(), *(folder / "xls").iterdir()]
    return {f"{path.stem.removeprefix('from_')}-{path.suffix[1:]}": path.read_bytes() for path in written}


@needs_office
@pytest.mark.parametrize("way", ["xlsx-ods", "xlsx-xls"])
def test_what_libreoffice_saves_gives_the_same_cells(way: str, converted: Mapping[str, bytes]) -> None:
    name = way.replace("-", ".")

    assert cells(read(converted[way], name)) == cells(in_format(ORG, "xlsx"))


@needs_office
@pytest.mark.parametrize("way", ["xls-ods", "xlsb-ods", "xlsb-xls"])
def test_libreoffice_sees_in_our_binary_files_what_we_see(way: str, converted: Mapping[str, bytes]) -> None:
    """Otherwise our own writers of xls and xlsb would prove nothing."""
    name = way.replace("-", ".")

    assert cells(read(converted[way], name)) == cells(in_format(ORG, "xlsx"))
