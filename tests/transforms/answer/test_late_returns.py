"""Who comes too late is told so, and not to correct what cannot be corrected."""

from dataclasses import replace
from datetime import date

from schemas.findings import Severity, Verdict
from tests.transforms.answer.answers import a_finding, an_answer
from transforms.answer.wording import to_do

TOO_LATE = replace(a_finding(), rule="Q12")
DUE = date(2026, 10, 21)


def test_a_late_return_has_nothing_to_correct() -> None:
    said = to_do(an_answer(TOO_LATE, due=DUE))

    assert "vollständig übernommen" in said
    assert "zu berichtigen ist nichts" in said
    assert "Bitte" not in said


def test_warnings_of_a_late_return_are_pointed_at() -> None:
    said = to_do(an_answer(TOO_LATE, a_finding("Projekte!B5", Severity.WARNING), due=DUE))

    assert said.endswith("Bitte sehen Sie die Warnungen durch.")


def test_errors_in_cells_of_a_late_return_are_to_be_corrected() -> None:
    assert "Bitte berichtigen Sie die Zellen" in to_do(an_answer(TOO_LATE, a_finding("Projekte!B5"), due=DUE))


def test_a_late_draft_is_still_a_draft() -> None:
    assert "Freigegeben" in to_do(an_answer(TOO_LATE, verdict=Verdict.DRAFT, due=DUE))
