"""The pre-filled workbook of the Klinikum for 2026-Q4: filled in, saved by LibreOffice in two formats, handed in.

Skipped, and said so, where LibreOffice is not installed.
"""

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.journeys.die8 import die8, documents
from tests.programs import OFFICE, needs_office
from tests.sample_homes import SampleHomes
from warehouse.reading import query

FILLED = {
    "Deckblatt": {
        "B8": "Freigegeben",
        "B9": "Geschäftsführung",
        "B10": date(2027, 1, 8),
        "B13": "Das Patientenportal ist auf der Pilotstation in Betrieb.",
    },
    "Projekte": {"Q5": "Schnittstelle zum KIS fehlt; Zusatzauftrag ist erteilt.", "N6": "grün"},
    "Meilensteine": {"E5": date(2027, 2, 15)},
    "Beschlussbedarf": {"H5": date(2027, 3, 31)},
}
INDICATORS = {5: 48.9, 6: 71, 7: 12, 8: 41.3, 9: 0.5}


@pytest.fixture(scope="module")
def home(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that knows the last four quarters."""
    return sample_homes.copy(tmp_path_factory.mktemp("home"))


def filled_in(invitation: Path) -> Path:
    book = load_workbook(invitation)
    for sheet, values in FILLED.items():
        for cell, value in values.items():
            book[sheet][cell] = value
    for row, value in INDICATORS.items():
        book["Kennzahlen"][f"D{row}"] = value
        book["Kennzahlen"][f"F{row}"] = "gemessen"
    target = invitation.with_name("filled.xlsx")
    book.save(target)
    return target


def saved_by_libreoffice(file: Path, kind: str, folder: Path) -> Path:
    options = (f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind)
    command = [OFFICE, *options, "--outdir", str(folder / kind), str(file)]
    subprocess.run(command, capture_output=True, timeout=200, check=True)
    return folder / kind / f"{file.stem}.{kind}"


def errors_of(document: dict[str, Any]) -> list[str]:
    return [f"{item['rule']} {item['cell']}" for item in document["findings"] if item["severity"] == "error"]


@needs_office
def test_filled_in_and_saved_by_libreoffice_it_is_accepted(home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(home, tmp_path / "home"))
    die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", tmp_path)
    filled = filled_in(tmp_path / "D8_KLI_2026-Q4_v01.xlsx")
    saved = [saved_by_libreoffice(filled, kind, tmp_path) for kind in ("xlsx", "ods")]

    # One after the other: together the second would be a correction of the first.
    checked = [
        document
        for file in saved
        for document in documents(die8(home, "check", file, "--now", "2027-01-11", "--json", expect=None))
    ]
    [taken] = documents(die8(home, "submit", saved[1], "--received-at", "2027-01-11", "--json", expect=None))

    assert [(document["verdict"], errors_of(document)) for document in checked] == [("accepted", [])] * 2
    assert taken["verdict"] == "accepted"
    [[projects]] = query(
        home / "published" / "die8.duckdb",
        "select count(*) from project where org_code = 'KLI' and report_quarter = '2026-Q4'",
    ).rows
    assert projects == 3


@needs_office
def test_as_opendocument_it_goes_the_same_way(home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(home, tmp_path / "home"))
    die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--ods", "--out", tmp_path)
    # openpyxl, which fills in here, knows no ods: LibreOffice opens it, and saves it as ods when it is filled in.
    filled = filled_in(saved_by_libreoffice(tmp_path / "D8_KLI_2026-Q4_v01.ods", "xlsx", tmp_path))
    saved = saved_by_libreoffice(filled, "ods", tmp_path)

    [taken] = documents(die8(home, "submit", saved, "--received-at", "2027-01-11", "--json", expect=None))

    assert (taken["verdict"], errors_of(taken)) == ("accepted", [])


def test_both_formats_say_the_same_when_nobody_has_filled_them_in(home: Path, tmp_path: Path) -> None:
    documents_of = {}
    for kind, words in {"xlsx": [], "ods": ["--ods"]}.items():
        die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", tmp_path, *words)
        file = tmp_path / f"D8_KLI_2026-Q4_v01.{kind}"
        [documents_of[kind]] = documents(die8(home, "check", file, "--now", "2027-01-08", "--json", "--data", expect=1))
        assert documents_of[kind].pop("file").endswith(kind)

    assert documents_of["xlsx"] == documents_of["ods"]


def test_as_it_comes_it_is_a_draft_whose_open_points_are_told(home: Path, tmp_path: Path) -> None:
    die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", tmp_path)
    invitation = tmp_path / "D8_KLI_2026-Q4_v01.xlsx"

    [document] = documents(die8(home, "check", invitation, "--now", "2027-01-08", "--json", expect=1))
    points = load_workbook(invitation)["Offene Punkte"]
    first_line = load_workbook(invitation)["Deckblatt"]["A2"].value

    assert document["verdict"] == "draft"
    assert first_line == (
        "Abgabe bis 15.01.2027. Das Blatt „Offene Punkte“ nennt 12 Punkte, die diesmal anzusehen sind."
    )
    assert {"X04 Projekte!Q5", "C01 Projekte!N6"} <= set(errors_of(document))
    assert not {item["rule"] for item in document["findings"]} & {"S04", "S05", "S07"}
    told = {str(points.cell(row, 4).value) for row in range(5, points.max_row + 1)}
    assert any("Ampel nur als Farbe erkannt" in text for text in told)
    assert any("KLI-001/1 „Pilotstation produktiv“ war für den 15.12.2026 vorgesehen" in text for text in told)


def test_a_returned_invitation_is_answered_in_the_same_file(home: Path, tmp_path: Path) -> None:
    die8(home, "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", tmp_path)

    die8(
        home, "check", tmp_path / "D8_KLI_2026-Q4_v01.xlsx", "--now", "2027-01-08",
        "--annotate", tmp_path / "out", expect=1,
    )  # fmt: skip

    [marked] = (tmp_path / "out").glob("*.xlsx")
    comment = load_workbook(marked)["Projekte"]["Q5"].comment
    assert comment is not None
    assert "In Ihrer Meldung Q3/2026" in comment.text
    assert "X04" in comment.text


def test_without_anything_published_it_is_the_empty_template(tmp_path: Path) -> None:
    die8(tmp_path / "home", "template", "--quarter", "2026-Q4", "--org", "KLI", "--out", tmp_path)

    book = load_workbook(tmp_path / "D8_KLI_2026-Q4_v01.xlsx")

    assert "Offene Punkte" not in book.sheetnames
    assert book["Projekte"]["A5"].value is None
    assert not (tmp_path / "home").exists()
