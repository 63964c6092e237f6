"""What a file's name gives away."""

import unicodedata

import pytest

from transforms.workbook.file_names import ignored_because, looks_like_a_copy


@pytest.mark.parametrize(
    "name",
    [
        "~$D8_KLI_2026-Q3_v01.xlsx",
        ".~lock.Statusmeldung.ods#",
        "Statusmeldung.xlsx.part",
        "Statusmeldung.xlsx.filepart",
        "D8_BIB.XLSX.TMP",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        ".versteckt.xlsx",
        "Lenkungskreis Einladung.txt",
        "LIESMICH.md",
        "Zur Vorlage.lnk",
        "abgleich.log",
        "inbox/~$Status.xlsx",
        "inbox\\Thumbs.db",
    ],
)
def test_what_nobody_means_as_a_return_is_ignored_with_a_reason(name: str) -> None:
    assert ignored_because(name)


@pytest.mark.parametrize(
    "name",
    [
        "D8_KLI_2026-Q3_v01.xlsx",
        "Statusbericht Q3.pdf",
        "Meldung.docx",
        "Meldung.numbers",
        "IMG_0815.jpg",
        "Meldung",
        "Meldung.zip",
        "Projekte.csv",
        "$budget~.xlsx",
    ],
)
def test_an_attempt_at_a_return_is_never_ignored(name: str) -> None:
    assert ignored_because(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Kopie von Statusbericht.xlsx",
        "KOPIE VON Statusbericht.xlsx",
        "Kopie (2) von Statusbericht.xlsx",
        "Copy of Statusbericht.xlsx",
        "Statusbericht (1).xlsx",
        "Statusbericht(12).ods",
        "Statusbericht - Kopie.xlsx",
        "Statusbericht - Kopie (2).xlsx",
        "Statusbericht Kopie 2.xlsx",
        "inbox/Kopie von Statusbericht.xlsx",
    ],
)
def test_the_name_of_a_copy_is_recognised(name: str) -> None:
    assert looks_like_a_copy(name)


@pytest.mark.parametrize("name", ["D8_KLI_2026-Q3_v01.xlsx", "Kopierer.xlsx", "Fotokopien von 2026.xlsx"])
def test_other_names_are_not_copies(name: str) -> None:
    assert not looks_like_a_copy(name)


def test_umlauts_in_two_pieces_change_nothing() -> None:
    name = unicodedata.normalize("NFD", "Kopie von Gütersloh.xlsx")

    assert looks_like_a_copy(name)
    assert ignored_because(unicodedata.normalize("NFD", "Öffnung.txt")) == ignored_because("Öffnung.txt")
