"""LibreOffice opens what we annotate, shows the marks, and everything else as in the original.

Skipped, and said so, where LibreOffice or pdftoppm is not installed.
"""

import subprocess
from pathlib import Path

import pytest

from schemas.answer import ALL_MARK_FILLS, MARK_FILLS
from schemas.findings import Severity
from tests.printed import pages_of
from tests.programs import OFFICE, PAINTER, needs_office, needs_painter
from tests.samples import SAMPLES
from tests.transforms.answer.answers import a_finding, an_answer, by_openpyxl, by_xlsxwriter, the_answer_to, the_book
from transforms.answer.annotate import annotate
from transforms.answer.transcript import transcribe
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import RawWorkbook, read_workbook
from transforms.workbook.template_render import render

pytestmark = needs_office
KLI = SAMPLES / "2026-Q3" / "D8_KLI_2026-Q3_v01.xlsx"


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user profile for the office program, so that it neither finds nor leaves anything of anybody's."""
    return tmp_path_factory.mktemp("profile")


def converted(content: bytes, name: str, folder: Path, profile: Path, kind: str = "pdf") -> Path:
    """Let LibreOffice open a workbook and save it as another kind of file; fails when it cannot."""
    file = folder / f"{name}.xlsx"
    file.write_bytes(content)
    out = folder / "converted"
    options = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind)
    command = [OFFICE, *options, "--outdir", str(out), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    target = out / f"{name}.{kind}"
    assert target.exists(), done.stdout + done.stderr
    return target


def printed(content: bytes, name: str, folder: Path, profile: Path) -> list[str]:
    """The texts of the pages on which LibreOffice prints a workbook."""
    return pages_of(converted(content, name, folder, profile).read_bytes())


def test_the_sample_of_the_klinikum_prints_as_before_behind_our_sheet(tmp_path: Path, profile: Path) -> None:
    content = KLI.read_bytes()

    before = printed(content, "original", tmp_path, profile)
    after = printed(annotate(content, the_answer_to(KLI)), "annotated", tmp_path, profile)

    assert "Rückmeldung zu Ihrer Statusmeldung" in after[0]
    for said in ("Projekte N6", "Projekte Q5", "Projekte, Zeile 7 (ausgeblendet)", "angenommen mit Befunden"):
        assert said in after[0]
    # Same pages, same text, the same „###“ where a column is narrow: widths and formats are those of the original.
    assert after[1:] == before


@needs_painter
def test_a_picture_of_it_shows_the_marked_cells(tmp_path: Path, profile: Path) -> None:
    answer = the_answer_to(KLI)
    pdf = converted(annotate(KLI.read_bytes(), answer), "annotated", tmp_path, profile)
    subprocess.run([PAINTER, "-r", "50", str(pdf), str(tmp_path / "page")], check=True, timeout=60)

    errors, warnings = (
        sum(colour_in(page, MARK_FILLS[severity]) > 100 for page in sorted(tmp_path.glob("page-*.ppm"))[1:])
        for severity in (Severity.ERROR, Severity.WARNING)
    )

    # N6 and Q5 lie on different pages, as the original prints.
    assert errors == 2
    assert warnings >= 1


def colour_in(picture: Path, colour: str) -> int:
    """How many pixels of a PPM picture have exactly this colour."""
    _, _, pixels = picture.read_bytes().split(b"\n", 2)
    pixels = pixels.partition(b"\n")[2]
    wanted = bytes.fromhex(colour)
    return sum(pixels[at : at + 3] == wanted for at in range(0, len(pixels), 3))


@pytest.mark.parametrize("content", [by_openpyxl(), by_xlsxwriter()], ids=["openpyxl", "XlsxWriter"])
def test_rich_workbooks_print_as_before_behind_our_sheet(content: bytes, tmp_path: Path, profile: Path) -> None:
    answer = an_answer(a_finding("Projekte!B6"), a_finding("Projekte!C5", Severity.WARNING))

    before = printed(content, "original", tmp_path, profile)
    after = printed(annotate(content, answer), "annotated", tmp_path, profile)

    assert "Projekte B6" in after[0]
    assert [page.replace(f"Seite {number + 1}", "") for number, page in enumerate(after[1:], 1)] == [
        page.replace(f"Seite {number}", "") for number, page in enumerate(before, 1)
    ]


def test_a_transcript_opens_too(tmp_path: Path, profile: Path) -> None:
    path = SAMPLES / "2026-Q3" / "GTM_2026-Q3.zip"
    read = read_workbook(path.read_bytes(), path.name)
    assert isinstance(read, RawWorkbook)
    answer = the_answer_to(path)
    assert answer.quarter is not None
    transcript = transcribe(read, parse_submission(read, path.name), answer.quarter)

    pages = printed(annotate(render(transcript.plan), answer, transcript.place), "t", tmp_path, profile)

    assert "Abschrift Ihrer Angaben" in pages[0]


def test_a_file_saved_in_libreoffice_loses_the_marks_of_the_first_answer(tmp_path: Path, profile: Path) -> None:
    marked = annotate(by_xlsxwriter(), an_answer(a_finding("Projekte!B5"), a_finding("Projekte!D7")))

    saved = converted(marked, "saved", tmp_path, profile, "xlsx").read_bytes()
    cleared = the_book(annotate(saved, an_answer()))

    assert cleared.sheetnames == the_book(marked).sheetnames
    cells = [cell for row in cleared["Projekte"].iter_rows() for cell in row]
    assert {cell.coordinate: cell.comment.text.strip() for cell in cells if cell.comment} == {
        "B5": "Alter Kommentar",
        "C6": "Noch einer",
    }
    assert not [cell.coordinate for cell in cells if str(cell.fill.fgColor.rgb)[2:] in ALL_MARK_FILLS]
