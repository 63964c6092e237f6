"""Who comes too late is told so, and not to correct what cannot be corrected."""

import json
from datetime import date

from msgspec.structs import replace

from schemas.findings import Severity, Verdict
from tests.transforms.answer.answers import a_finding, an_answer
from transforms.answer.document import receipt_json
from transforms.answer.page import receipt_page
from transforms.answer.receipt import receipt_text
from transforms.answer.wording import counts, to_do

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


def test_that_it_came_late_is_told_as_something_to_know() -> None:
    late = replace(TOO_LATE, message="Q3/2026 ist abgeschlossen.")
    answer = an_answer(late, a_finding("Projekte!B5"), a_finding("Projekte!B6", Severity.WARNING), due=DUE)

    text = receipt_text(answer)

    assert (
        text.index("Bitte berichtigen (1):")
        < text.index("Zur Kenntnis (1):")
        < text.index("Q3/2026 ist abgeschlossen.")
    )
    assert "1 Fehler, 1 Warnung, 1 Hinweis" in counts(answer)
    assert '<tr><td class="word">Hinweis</td><th scope="row">ganze Datei</th>' in receipt_page(answer)


def test_programs_are_told_the_severity_that_the_rule_has() -> None:
    [finding] = json.loads(receipt_json(an_answer(TOO_LATE)))["findings"]

    assert finding["severity"] == "error"
