"""Quarters that nobody wishes for: whatever is reported, each gives a sound report within its pages."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from outloud import check
from pdfua import validate
from pypdf import PdfReader

from schemas.facts import ReportFacts
from tests.builders import a_cooperation, a_decision_request, a_risk
from tests.printed import pages_of
from tests.transforms.report.returns import a_big_quarter, a_light, a_return, facts_of
from transforms.report.pages import render_pdf

HOSTILE = (
    '#let x = 1; #panic() <script>alert("1")</script> $\\alpha$ \u202eABC\u202c \u0645\u0631\u062d\u0628\u0627 '
    "\u05e9\u05dc\u05d5\u05dd 🚀👩‍👩‍👧 漢字 \x00\x07 "
)
FOOT = 52.0
"""The foot of a page begins so many points above its edge."""
MARGIN = 30.0
"""The right margin, in points, with a little room for what hangs over."""


def a_hostile_quarter() -> ReportFacts:
    """Every free text 4,000 characters of what no office should write."""
    words = HOSTILE * 40
    text: dict[str, Any] = {"title": words, "status_reason": words, "next_step": words, "benefit": words}
    rows: dict[str, Any] = {
        "risk": [a_risk(risk_text=words, mitigation=words)],
        "decision_request": [a_decision_request(subject=words, proposal=words, consequence=words)],
        "cooperation": [a_cooperation(description=words)],
    }
    projects = [a_light("red", number=number, **text) for number in range(1, 5)]
    return facts_of(a_return(projects=projects, cover={"overall_assessment": words, "contact_mailbox": words}, **rows))


QUARTERS: dict[str, Callable[[], ReportFacts]] = {
    "nobody delivered": facts_of,
    "one delivered": lambda: facts_of(a_return()),
    "eight times forty projects": lambda: facts_of(*a_big_quarter(40)),
    "long words": lambda: facts_of(*a_big_quarter(3, "yellow", "Donaudampfschifffahrtsgesellschaft")),
    "hostile texts": a_hostile_quarter,
}


@cache
def the_pages(quarter: str) -> bytes:
    return render_pdf(QUARTERS[quarter]())


@pytest.mark.parametrize("quarter", ["eight times forty projects", "hostile texts"])
def test_it_is_accessible_all_the_same(quarter: str, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(the_pages(quarter))

    spoken = check(str(file))

    assert spoken.error is None
    # Eight times the same projects put the same line at the same place of many pages, like the head of a page.
    assert {finding.rule for finding in spoken.findings} <= {"PAG-001"}
    assert list(validate(str(file)).findings) == []


@pytest.mark.parametrize("quarter", QUARTERS)
def test_nothing_runs_off_a_page_or_into_its_foot(quarter: str) -> None:
    with pymupdf.open(stream=the_pages(quarter)) as document:
        for page in document:
            words = [word for word in page.get_text("words") if word[4] != "Entwurf"]
            foot = min(word[1] for word in words if word[4] == "Stand" and word[1] > page.rect.height - FOOT)
            beyond = [word for word in words if not (word[0] > 0 and word[2] < page.rect.width - MARGIN)]
            in_the_foot = [word for word in words if word[3] > foot + 1 and word[1] < foot - 1]
            assert (beyond, in_the_foot) == ([], []), page.number
            assert max(word[3] for word in words) < page.rect.height - FOOT / 3, page.number


@pytest.mark.parametrize(("quarter", "most"), [("nobody delivered", 8), ("one delivered", 8), ("long words", 12)])
def test_sections_keep_to_their_budget(quarter: str, most: int) -> None:
    reader = PdfReader(BytesIO(the_pages(quarter)))
    pages = {
        str(mark.title).partition(" ")[0]: reader.get_destination_page_number(mark)
        for mark in reader.outline
        if not isinstance(mark, list)
    }

    annex = pages["A"]
    assert annex is not None
    assert annex <= most


def test_forty_projects_a_head_are_all_in_the_list_and_counted_elsewhere() -> None:
    whole = " ".join(" ".join(pages_of(the_pages("eight times forty projects"))).split())

    assert all(f"{code}-040" in whole for code in ("BIB", "SWG", "VHS", "KLI", "SPK", "CGT", "KRG", "GTM"))
    assert "Dazu 32 weitere Projekte in Anhang A." in whole


def test_hostile_texts_are_printed_as_what_they_are() -> None:
    first = " ".join(pages_of(the_pages("hostile texts"))[0].split())

    assert '#let x = 1; #panic() <script>alert("1")</script> $\\alpha$ ABC' in first
    assert "🚀" not in first
