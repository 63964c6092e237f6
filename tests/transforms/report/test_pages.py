"""The pages: accessible, the same bytes every time, page 1 on one page, and nothing from a return is ever run."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from outloud import check
from pdfua import validate
from pypdf import PdfReader

from schemas.facts import ReportFacts
from tests.builders import (
    a_cooperation,
    a_decision,
    a_decision_request,
    a_funded_project,
    a_milestone,
    a_risk,
    an_indicator_value,
)
from tests.printed import pages_of
from tests.transforms.report.returns import Q2, Q3, Return, a_big_quarter, a_light, a_return, all_eight, facts_of
from transforms.report import pages
from transforms.report.page_data import page_data
from transforms.report.pages import render_pdf


def everything(**overrides: Any) -> list[Return]:
    """Two quarters of the eight, the Klinikum with something in every table."""
    tables = {
        "milestone": [a_milestone(date_baseline=date(2026, 6, 30)), a_milestone(milestone_no=2)],
        "kpi_value": [an_indicator_value(), an_indicator_value(kpi_code="KLI-05", target_year=None)],
        "risk": [a_risk()],
        "decision_request": [a_decision_request()],
        "cooperation": [a_cooperation()],
    }
    projects = [a_funded_project(funding_end=date(2026, 12, 31)), a_light("red", number=2), a_light("yellow", number=3)]
    now = a_return(projects=projects, **{**tables, **overrides})
    before = a_return(quarter=Q2, kpi_value=tables["kpi_value"])
    return [*all_eight(Q2, without="KLI"), *all_eight(Q3, without="KLI"), before, now]


def printed(facts: ReportFacts) -> list[str]:
    return pages_of(render_pdf(facts))


def on_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def full() -> bytes:
    return render_pdf(
        facts_of(*everything(), decisions=[a_decision()], is_fictional=True, meeting_on=date(2026, 11, 12))
    )


@pytest.mark.parametrize("kind", ["full", "empty", "one"])
def test_the_report_is_accessible(kind: str, full: bytes, tmp_path: Path) -> None:
    contents = {
        "full": lambda: full,
        "empty": lambda: render_pdf(facts_of()),
        "one": lambda: render_pdf(facts_of(a_return())),
    }
    file = tmp_path / "report.pdf"
    file.write_bytes(contents[kind]())

    spoken = check(str(file))

    assert (spoken.error, spoken.verdict, spoken.findings) == (None, "pass", [])
    assert list(validate(str(file)).findings) == []


def test_the_document_says_its_language_and_title_and_has_bookmarks(full: bytes) -> None:
    reader = PdfReader(BytesIO(full))
    assert reader.metadata is not None
    marks = [mark.title for mark in reader.outline if not isinstance(mark, list)]

    assert reader.root_object["/Lang"] == "de-DE"
    assert reader.metadata.title == "Statusbericht Digitalisierung der acht Gesellschaften, 3. Quartal 2026"
    assert [mark.split("  ")[0] for mark in marks] == [*map(str, range(1, 11)), "A", "B", "C", "D"]


def test_the_same_facts_give_the_same_bytes(full: bytes) -> None:
    facts = facts_of(*everything(), decisions=[a_decision()], is_fictional=True, meeting_on=date(2026, 11, 12))

    assert render_pdf(facts) == full


def test_the_date_of_the_document_is_that_of_the_report(full: bytes) -> None:
    reader = PdfReader(BytesIO(full))
    assert reader.metadata is not None

    assert str(reader.metadata.creation_date) == "2026-10-09 10:00:00+00:00"


def test_only_the_face_of_the_package_is_used(full: bytes) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in PdfReader(BytesIO(full)).pages
        for font in page["/Resources"].get_object().get("/Font", {}).values()
    }

    assert fonts <= {"SourceSans3-Roman", "SourceSans3-Italic"}


def test_every_page_says_that_the_figures_are_fictional_only_when_they_are(full: bytes) -> None:
    assert all("fiktive Zahlen" in page for page in pages_of(full))
    assert not any("fiktive Zahlen" in page for page in printed(facts_of(a_return())))


def test_every_page_says_quarter_edition_and_delivery(full: bytes) -> None:
    for number, page in enumerate(pages_of(full), start=1):
        for words in (
            "3. Quartal 2026",
            "Lenkungskreis",
            "nichtöffentlich",
            "8 von 8 geliefert",
            f"Seite {number} von",
        ):
            assert words in page


def test_page_one_holds_all_seven_blocks(full: bytes) -> None:
    first = on_one_line(pages_of(full)[0])

    for words in (
        "Stichtag 30.09.2026",
        "Sitzung 12.11.2026",
        "Was sich geändert hat",
        "Heute zu entscheiden",
        "KLI-B01 Fristverlängerung",
        "Ampelbilanz",
        "Rote Projekte",
        "KLI-002",
        "Geld",
        "Verfall in 12 Monaten",
        "Fristen der nächsten 90 Tage",
    ):
        assert words in first


@pytest.mark.parametrize("words", ["Wort ", "Xy", "Donaudampfschifffahrtsgesellschaft "])
def test_page_one_is_one_page_whatever_was_reported(words: str) -> None:
    requests = [
        a_decision_request(
            decision_id=f"KLI-B{number:02d}",
            subject=(words * 60)[:120],
            proposal=(words * 200)[:400],
            consequence=(words * 100)[:200],
        )
        for number in range(1, 13)
    ]
    returns = [
        replace(r, rows={**r.rows, "decision_request": tuple(requests)}) if r.org_code == "KLI" else r
        for r in a_big_quarter(10, "red", words)
    ]
    sheets = printed(facts_of(*returns, meeting_on=date(2026, 11, 12)))

    assert "Fristen der nächsten 90 Tage" in on_one_line(sheets[0])
    assert on_one_line(sheets[0]).count("weitere") >= 3
    assert "Inhalt" in sheets[1]


def test_texts_from_returns_print_literally() -> None:
    hostile = {
        "title": '#let x = 1 $a^2$ *fett* _kursiv_ <b> @ref "',
        "status_reason": '<script>alert("1")</script> #read("/etc/passwd") \\ `code` = [x] // c',
        "next_step": "#panic() ~ --- {placeholder} {0} %s \u202erechts\u200b",
    }
    first, *rest = printed(facts_of(a_return(projects=[a_light("red", **hostile)])))
    text = on_one_line("".join([first, *rest]))

    assert "#let x = 1 $a^2$ *fett* _kursiv_ <b> @ref" in text
    assert '<script>alert("1")</script> #read("/etc/passwd") \\ `code` = [x] // c' in text
    assert "#panic() ~ --- {placeholder} {0} %s rechts" in text


def test_characters_that_the_face_does_not_have_do_not_stop_the_report() -> None:
    sheets = printed(
        facts_of(a_return(projects=[a_light("red", title="Läuft 🚀 漢字 مرحبا", status_reason="🚀" * 300)]))
    )

    assert "Läuft □ □□ □□□□□" in on_one_line(sheets[0])


def test_a_missing_organisation_is_named_and_its_projects_have_no_values() -> None:
    sheets = printed(facts_of(*all_eight(Q2), *all_eight(Q3, without="KRG")))
    whole = on_one_line(" ".join(sheets))

    assert "7 von 8 geliefert, es fehlt: Kultur Räume" in on_one_line(sheets[0])
    assert "Summen ohne Kultur Räume." in on_one_line(sheets[0])
    assert "KRG-001 Patientenportal KRG-001 Kultur Räume – nicht geliefert; zuletzt gemeldet für Q2/2026" in whole


def test_when_nobody_delivered_the_report_claims_nothing() -> None:
    whole = on_one_line(" ".join(printed(facts_of(*all_eight(Q2)))))

    assert "0 von 8 geliefert, es fehlen alle" in whole
    assert "Kein gemeldetes Projekt ist rot" not in whole
    assert "Keine Angaben, weil keine Gesellschaft geliefert hat." in whole
    assert "Patientenportal SWG-001" in whole


def test_what_is_missing_in_a_return_is_said() -> None:
    project = a_light("red", status_reason=None, cause_code=None, failed=["forecast_total"])
    first = on_one_line(printed(facts_of(a_return(projects=[project])))[0])

    assert "Begründung fehlt" in first
    assert "Ursache fehlt" in first
    assert "Prognose gesamt: 1 Wert fehlt (KLI-001), die Summe ist unvollständig." in first
    assert "Prognose gesamt fehlt" in first


def test_the_rules_in_force_are_printed() -> None:
    whole = on_one_line(" ".join(printed(facts_of(a_return()))))

    assert "grün bis 30 Tage Verzug, gelb bis 90 Tage" in whole
    assert "Abweichungen unter 5.000 EUR bleiben grün" in whole


def test_a_missing_face_stops_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
    monkeypatch.setattr(pages, "_fonts", lambda: nothing)

    with pytest.raises(pages.LayoutError, match="source sans 3"):
        pages.render_pdf(facts_of(a_return()))


def test_a_missing_figure_stops_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "page_data", lambda facts: {"head": page_data(facts)["head"]})

    with pytest.raises(typst.TypstError):
        pages.render_pdf(facts_of(a_return()))


def test_who_has_no_indicators_shares_a_line_by_reason() -> None:
    facts = facts_of(*all_eight(without="KRG"))
    whole = on_one_line(" ".join(printed(facts)))
    section = whole[whole.rindex("7 Kennzahlen") : whole.rindex("8 Die Gesellschaften im Überblick")]

    assert "Stadtbibliothek, Stadtwerke, Volkshochschule, Klinikum, Sparkasse, conceptGT" in section
    assert section.count("Keine Kennzahlen gemeldet.") == 1
    assert "Kultur Räume: – nicht geliefert" in section


def test_sentences_about_changes_divide_no_words() -> None:
    pages = printed(facts_of(*all_eight(Q2), a_return("SWG")))
    told = next(page for page in pages if "Nicht geliefert haben" in page)

    assert "Gütersloh Marketing" in on_one_line(told[told.index("Nicht geliefert haben") :])


def test_beside_a_long_word_the_others_stay_whole() -> None:
    proposal = "Der Lenkungskreis empfiehlt, 53.000 EUR Eigenanteil für das Folgejahr bereitzustellen."
    [first, *_] = printed(facts_of(a_return(decision_request=[a_decision_request(proposal=proposal)])))

    assert "für das Folgejahr" in on_one_line(first)
