import pytest

from tests.transforms.parsing.workbooks import found, parsed, the_finding
from transforms.parsing.authors import is_person


@pytest.mark.parametrize(
    "author",
    [
        "Erika Muster",
        "Muster, Erika",
        "E. Muster",
        "Dr. Erika Muster",
        "Karl-Heinz von Beispiel",
        "Frau Muster",
        "İpek Öztürk",
    ],
)
def test_a_name_built_like_a_persons_is_one(author: str) -> None:
    assert is_person(author)


@pytest.mark.parametrize(
    "author",
    [
        "",
        "openpyxl",
        "Apache POI",
        "Microsoft Office User",
        "Klinikum Gütersloh",
        "Stadtwerke Gütersloh GmbH",
        "Abteilung Controlling",
        "muster01",
        "tc={4F2A}",
        "Kultur Räume",
    ],
)
def test_an_office_or_a_program_is_no_person(author: str) -> None:
    assert not is_person(author)


def test_a_person_in_the_properties_is_told_once_and_not_named() -> None:
    submission = parsed(authors=("Erika Muster", "Max Muster"))

    assert found(submission) == [("C11", "")]
    finding = the_finding(submission, "C11")
    assert finding.message.startswith("Dateieigenschaften oder Kommentare: ")
    assert "Muster" not in repr(finding)
