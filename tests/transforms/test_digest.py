"""What is kept of a return whose file is gone is all that judging and loading need."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.findings import Finding
from schemas.place import Place
from schemas.submission import Row, Submission
from tests.builders import a_cover, a_project, a_submission
from tests.samples import HANDED_IN, sample_files
from transforms.parsing.digest import amended, pack_submission, texts_of, unpack_submission
from transforms.parsing.free_text import without_personal_data
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook


@pytest.mark.parametrize("quarter", HANDED_IN)
def test_every_sample_comes_back_as_it_was_parsed(quarter: str) -> None:
    for path in sample_files(quarter):
        read = read_workbook(path.read_bytes(), path.name)
        if isinstance(read, Finding):
            continue
        submission = parse_submission(read, path.name)

        assert unpack_submission(pack_submission(submission)) == submission, path.name


def test_what_could_not_be_read_comes_back_with_its_reason() -> None:
    refusal = Finding("F02", details={"typ": "txt"})
    submission = Submission("brief.txt", None, None, None, {}, (refusal,), is_readable=False)

    assert unpack_submission(pack_submission(submission)) == submission


def test_no_part_of_a_parsed_return_is_forgotten() -> None:
    """A new part of a row or a return must be packed as well: then add it here."""
    assert list(Submission.__struct_fields__) == [
        "file_name", "org_code", "quarter", "cover", "tables", "findings", "is_readable", "file_format",
    ]  # fmt: skip
    assert list(Row.__struct_fields__) == [
        "table", "values", "sheet", "source_row", "columns", "rows", "raw", "failed",
    ]  # fmt: skip


def test_texts_are_amended_wherever_they_stand_and_codes_keys_and_numbers_stay() -> None:
    project = replace(
        a_project(status_reason="Frau Muster klärt das", partner_orgs=("SWG",), actual_cum=Decimal("1.50")),
        raw={"status_reason": "Frau  Muster klärt das", "actual_cum": "1,50"},
    )
    finding = Finding("C11", Place("Projekte", 5, 17), "Frau Muster klärt das", None, {"art": "Name"})
    submission = replace(
        a_submission(
            [project], cover=a_cover(contact_mailbox="e.muster@klinikum.example"), file_name="Bericht Muster.xlsx"
        ),
        findings=(finding,),
    )

    without = amended(submission, lambda _, text: text.replace("Muster", "[entfernt]").replace("muster", "[entfernt]"))

    assert not any("uster" in text for _, text in texts_of(without))
    [row] = without.tables["project"]
    assert row.values["status_reason"] == "Frau [entfernt] klärt das"
    assert row.values["actual_cum"] == Decimal("1.50")
    assert {name: row.values[name] for name in ("project_id", "partner_orgs", "phase")} == {
        name: project.values[name] for name in ("project_id", "partner_orgs", "phase")
    }
    assert without.cover is not None
    assert without.cover.values["contact_mailbox"] is None
    assert without.cover.values["as_of_date"] == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Frau Erika Muster, Tel. 05241 82-1234, klärt das.", "[…], […], klärt das."),
        ("Bitte Herrn M. fragen (erika.muster@klinikum.example).", "Bitte […] fragen ([…])."),
        ("Rückfragen: 05241 / 82 1234 oder digital@klinikum.example", "Rückfragen: […] oder digital@klinikum.example"),
        ("Dr. Muster-Meier prüft", "[…] prüft"),
        ("Die Leitung klärt das bis 30.09.2026.", "Die Leitung klärt das bis 30.09.2026."),
    ],
)
def test_personal_data_that_c11_remarks_can_be_taken_out_whole(text: str, left: str) -> None:
    assert without_personal_data(text, "[…]") == left
