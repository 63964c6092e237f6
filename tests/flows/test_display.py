"""What people see in the terminal: all that they can use, and no more."""

import io

from rich.console import Console

from flows.display import MOST_SHOWN, print_checked
from schemas.findings import Finding, Verdict
from schemas.place import Place
from schemas.submission import Checked, Submission


def shown(count: int) -> str:
    findings = tuple(Finding("C06", Place("Projekte", row, 2), value="#REF!") for row in range(5, 5 + count))
    checked = Checked(Submission("x.xlsx", None, None, None, {}, findings), Verdict.REJECTED, findings, None, {})
    out = io.StringIO()
    print_checked(Console(file=out, width=160), checked)
    return out.getvalue()


def test_all_findings_are_shown_where_a_person_could_read_them() -> None:
    text = shown(MOST_SHOWN)

    assert text.count("C06") == MOST_SHOWN
    assert "weitere" not in text


def test_of_thousands_the_first_are_shown_and_the_others_counted() -> None:
    text = shown(MOST_SHOWN + 3_000)

    assert text.count("C06") == MOST_SHOWN
    assert "… und 3000 weitere Befunde" in text
