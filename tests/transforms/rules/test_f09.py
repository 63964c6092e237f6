from schemas.findings import Verdict
from tests.builders import a_cover, a_history, a_submission, a_version
from tests.transforms.rules.judging import found, judged

CORRECTION = a_cover(correction_reason="Betrag berichtigt")
BOTH_QUARTERS = a_history(a_version("2026-Q2"), a_version("2026-Q3", version=2, file_name="erste Fassung.xlsx"))


def test_a_first_version_stands_alone() -> None:
    assert found("F09", a_submission(), a_history()) == []
    assert judged(a_submission(), a_history()).version == 1


def test_an_accepted_correction_is_the_file_that_counts() -> None:
    submission = a_submission(cover=CORRECTION, file_name="zweite Fassung.xlsx")

    [finding] = found("F09", submission, BOTH_QUARTERS)

    assert finding.place is None
    assert finding.message == (
        "Für Klinikum Q3/2026 liegen 3 Dateien vor; verwendet wird zweite Fassung.xlsx (zuletzt freigegeben)."
    )
    checked = judged(submission, BOTH_QUARTERS)
    assert (checked.verdict, checked.version) == (Verdict.ACCEPTED, 3)


def test_a_rejected_correction_leaves_the_version_before_in_use() -> None:
    submission = a_submission(cover=a_cover(correction_reason="Betrag berichtigt", money_unit=None))

    [finding] = found("F09", submission, BOTH_QUARTERS)

    assert finding.details["datei"] == "erste Fassung.xlsx"
    checked = judged(submission, BOTH_QUARTERS)
    assert (checked.verdict, checked.version) == (Verdict.REJECTED, None)


def test_a_draft_beside_an_accepted_version_does_not_replace_it() -> None:
    draft = a_cover(correction_reason="Betrag berichtigt", submission_status="draft")

    [finding] = found("F09", a_submission(cover=draft), BOTH_QUARTERS)

    assert finding.details["datei"] == "erste Fassung.xlsx"
