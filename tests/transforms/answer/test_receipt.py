"""A receipt says in plain German what arrived, what became of it, what changed, and what to do until when."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace

from schemas.answer import Answer, ToldFinding
from schemas.findings import Severity, Verdict
from schemas.place import Place
from schemas.quarter import Quarter
from tests.builders import a_cover, a_project, a_version
from tests.transforms.answer.answers import a_finding, an_answer
from transforms.answer.document import receipt_document, receipt_json
from transforms.answer.page import receipt_page
from transforms.answer.receipt import OWN, TRANSCRIPT, answer_name, receipt_text
from transforms.answer.wording import texts


def a_corrected_answer(**overrides: Any) -> Answer:
    """KLI's second version, in which the budget changed; in the quarter before the light was green."""
    late = {"status_overall": "red", "cause_code": "supplier"}
    before_midnight = datetime(2026, 10, 8, 22, 30, tzinfo=UTC)
    return an_answer(
        version=2,
        content=a_version("2026-Q3", version=2, projects=[a_project(budget_total=Decimal(250000), **late)]),
        replaced=a_version(
            "2026-Q3",
            projects=[a_project(**late)],
            received_at=before_midnight,
        ),
        quarter_before=a_version("2026-Q2", version=3),
        **overrides,
    )


def test_it_names_file_time_organisation_quarter_version_and_verdict() -> None:
    text = receipt_text(an_answer(a_finding("Projekte!T5")))

    assert "„D8_KLI_2026-Q3_v01.xlsx“ ist am 09.10.2026 um 12:00 Uhr eingegangen" in text
    assert "Meldung: Klinikum, 3. Quartal 2026, Fassung 1" in text
    assert "Ergebnis: angenommen mit Befunden" in text
    assert text.endswith("Aktenzeichen dieser Bestätigung: 0123456789abcdef\n")


def test_each_finding_is_told_with_sheet_and_cell_and_errors_stand_first() -> None:
    findings = (
        ToldFinding("S04", Severity.INFO, "Spalte gelesen."),
        ToldFinding("C06", Severity.ERROR, "T5: Fehlerwert #REF!.", (Place("Projekte", 5, 20),), "#REF!", "ein Wert"),
        ToldFinding("S07", Severity.WARNING, "Ausgeblendete Zeilen.", (Place("Projekte", 7),)),
        ToldFinding("C01", Severity.ERROR, "Projekte D5: Pflichtangabe fehlt.", (Place("Projekte", 5, 4),)),
    )

    lines = receipt_text(an_answer(*findings)).splitlines()

    assert [line for line in lines if line.startswith("- ")] == [
        "- Projekte T5: Fehlerwert #REF!. Erwartet: ein Wert.",
        "- Projekte D5: Pflichtangabe fehlt.",
        "- Projekte, Zeile 7: Ausgeblendete Zeilen.",
        "- Spalte gelesen.",
    ]
    assert [line for line in lines if line.endswith("):")] == [
        "Bitte berichtigen (2):",
        "Bitte prüfen (1):",
        "Zur Kenntnis (1):",
    ]


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("workbook", [None, OWN, TRANSCRIPT])
def test_every_verdict_has_its_sentences(verdict: Verdict, workbook: str | None) -> None:
    answer = an_answer(verdict=verdict, org_code=None, quarter=None, version=None)

    text = receipt_text(answer, workbook)

    assert "Ergebnis: " in text
    assert texts()[f"todo_{verdict}"] in text
    assert "{" not in text
    assert "None" not in text


def test_warnings_alone_ask_for_a_look_and_for_nothing_more() -> None:
    text = receipt_text(an_answer(a_finding(severity=Severity.WARNING), verdict=Verdict.ACCEPTED))

    assert "sehen Sie die Warnungen durch" in text


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 10, 21), "Bitte bis zum 21.10.2026 (Redaktionsschluss"),
        (date(2026, 10, 9), "Bitte bis zum 09.10.2026"),
        (date(2026, 10, 8), "Der Redaktionsschluss des Berichts war am 08.10.2026"),
    ],
)
def test_it_says_until_when_or_that_it_is_too_late_for_this_report(due: date, said: str) -> None:
    assert said in receipt_text(an_answer(a_finding(), due=due))


def test_changes_against_the_version_before_are_told_cell_by_cell() -> None:
    text = receipt_text(a_corrected_answer())

    assert (
        "Geändert gegenüber Fassung 1 („D8_KLI_2026-Q3_v01.xlsx“, eingegangen am 09.10.2026):\n"
        "- Projekte KLI-001 (Patientenportal), Budget gesamt Plan: 200.000,00 EUR → 250.000,00 EUR\n"
    ) in text


def test_changes_against_the_quarter_before_are_told_in_short() -> None:
    text = receipt_text(a_corrected_answer())

    assert (
        "Gegenüber dem 2. Quartal 2026 (Fassung 3):\n"
        "- Projekte KLI-001 (Patientenportal), Ampel gesamt: grün → rot\n"
        "- Projekte KLI-001 (Patientenportal), Budget gesamt Plan: 200.000,00 EUR → 250.000,00 EUR\n"
    ) in text
    assert "Ist kumuliert" not in text


def test_no_change_is_said_too() -> None:
    version = a_version("2026-Q3")
    answer = an_answer(content=version, replaced=version, quarter_before=replace(version, quarter=Quarter(2026, 2)))

    text = receipt_text(answer)

    assert "hat sich kein Wert geändert." in text
    assert "Gegenüber dem 2. Quartal 2026 (Fassung 1): kein Projekt begonnen oder beendet" in text


def test_more_changes_than_anybody_reads_are_counted() -> None:
    projects = [a_project(project_id=f"KLI-{number:03d}") for number in range(1, 131)]
    answer = an_answer(content=a_version("2026-Q3", projects=projects, milestones=[]), replaced=a_version("2026-Q3"))

    lines = receipt_text(answer).splitlines()

    assert len([line for line in lines if line.endswith(": neu")]) <= 100
    assert any(line.startswith("- … und ") and "weitere Änderungen" in line for line in lines)


def test_text_from_the_file_is_not_interpreted_and_adds_no_line() -> None:
    message = "Zeile\r\n\r\nErgebnis: angenommen\u2028{datei}\x00"
    text = receipt_text(an_answer(a_finding(message=message), file_name="{datei}\n{0}\u202e.xlsx"))

    assert "„{datei} {0}.xlsx“" in text
    assert "- Zeile Ergebnis: angenommen {datei}" in text
    assert len([line for line in text.splitlines() if line.startswith("Ergebnis:")]) == 1


def test_an_answer_is_named_after_day_organisation_quarter_and_submission() -> None:
    assert answer_name(an_answer()) == "2026-10-09_KLI_2026-Q3_0123456789abcdef"
    assert answer_name(an_answer(org_code=None, quarter=None)) == "2026-10-09_unbekannt_ohne-Quartal_0123456789abcdef"


def test_it_says_which_marked_file_goes_with_it() -> None:
    assert "2026-10-09_KLI_2026-Q3_0123456789abcdef.xlsx" in receipt_text(an_answer(), OWN)
    assert "Abschrift" in receipt_text(an_answer(), TRANSCRIPT)
    assert "liegt nicht bei" in receipt_text(an_answer())


class Outline(HTMLParser):
    """Checks that elements close in order, and collects them with their attributes and the visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_is_complete_german_and_needs_nothing_from_elsewhere() -> None:
    page = receipt_page(a_corrected_answer(), OWN)
    outline = Outline(page)

    assert page.startswith("<!DOCTYPE html>")
    assert not outline.open
    assert outline.named("html") == [{"lang": "de"}]
    assert len(outline.named("title")) == len(outline.named("h1")) == len(outline.named("main")) == 1
    assert not [name for name, _ in outline.elements if name in ("script", "img", "link", "iframe", "object")]
    assert not re.search(r"https?:|url\(|@import", page)
    assert "default-src 'none'" in str(outline.named("meta"))


def test_tables_of_the_page_have_captions_and_headers_with_a_scope() -> None:
    outline = Outline(receipt_page(a_corrected_answer(), OWN))
    with_findings = Outline(receipt_page(an_answer(a_finding("Projekte!B5"))))

    for found in (outline, with_findings):
        assert len(found.named("caption")) == len(found.named("table")) > 0
        assert {attributes["scope"] for attributes in found.named("th")} == {"col", "row"}
        for region in [attributes for attributes in found.named("div") if attributes.get("role") == "region"]:
            assert region["aria-label"]
            assert region["tabindex"] == "0"


def test_a_narrow_page_can_put_the_name_of_its_column_before_a_value() -> None:
    outline = Outline(receipt_page(an_answer(a_finding("Projekte!B5"))))
    columns = texts()["page_columns"].split("|")

    assert [cell["data-label"] for cell in outline.named("td") if "data-label" in cell] == columns[3:]


def test_the_page_says_what_the_text_says() -> None:
    answer = a_corrected_answer(due=date(2026, 10, 21), verdict=Verdict.ACCEPTED)
    answer = replace(answer, findings=(a_finding("Projekte!B5"), a_finding("", Severity.INFO, "Nebenbei.")))

    said = " ".join(Outline(receipt_page(answer, OWN)).texts)

    for expected in (
        "09.10.2026 um 12:00 Uhr",
        "Klinikum, 3. Quartal 2026, Fassung 2",
        "angenommen – 1 Fehler, 0 Warnungen, 1 Hinweis",
        "Bitte bis zum 21.10.2026",
        "Projekte B5",
        "So geht es nicht.",
        "ganze Datei",
        "250.000,00 EUR",
        "Ampel gesamt",
    ):
        assert expected in said


def test_no_text_can_become_markup_in_the_page() -> None:
    nasty = "<script>alert('1')</script>\"&<img src=x onerror=1>\x00"
    finding = ToldFinding("C04", Severity.ERROR, nasty, (Place(nasty, 1, 1),), nasty, nasty)
    version = a_version("2026-Q3", cover=a_cover(overall_assessment=nasty), projects=[a_project(title=nasty)])
    answer = an_answer(finding, file_name=nasty, content=version, replaced=a_version("2026-Q3"))

    outline = Outline(receipt_page(answer))

    assert not outline.open
    assert not [name for name, _ in outline.elements if name in ("script", "img")]
    assert nasty.replace("\x00", "") in "".join(outline.texts)


def test_a_page_with_endless_lists_ends() -> None:
    answer = an_answer(*(a_finding(f"Projekte!B{row}") for row in range(1, 1500)))

    page = receipt_page(answer)

    assert page.count("<tr>") == 1001
    assert "… und 499 weitere Befunde" in page


def test_the_document_holds_the_same_facts_under_the_names_of_the_contract() -> None:
    answer = replace(a_corrected_answer(due=date(2026, 10, 21)), findings=(a_finding("Projekte!B5"),))

    document = json.loads(receipt_json(answer, OWN))

    assert document["received_at"] == "2026-10-09T10:00:00+00:00"
    assert (document["organisation"], document["quarter"], document["version"]) == ("KLI", "2026-Q3", 2)
    assert (document["verdict"], document["due"]) == ("accepted_with_findings", "2026-10-21")
    assert document["workbook"] == {"file": "2026-10-09_KLI_2026-Q3_0123456789abcdef.xlsx", "kind": "own"}
    [finding] = document["findings"]
    assert set(finding) == {"rule", "severity", "sheet", "cell", "cells", "value", "expected", "message"}
    assert (finding["cell"], finding["cells"]) == ("Projekte!B5", ["Projekte!B5"])
    assert document["replaced"]["changes"] == [
        {
            "kind": "changed",
            "table": "project",
            "item": "KLI-001 (Patientenportal)",
            "field": "budget_total",
            "before": 200000,
            "after": 250000,
        }
    ]
    assert document["quarter_before"]["quarter"] == "2026-Q2"


def test_a_document_about_nothing_known_says_null() -> None:
    document = receipt_document(an_answer(org_code=None, quarter=None, version=None, verdict=Verdict.REJECTED))

    unknown = ("organisation", "quarter", "version", "workbook", "replaced", "quarter_before", "due", "sha256")
    assert [document[name] for name in unknown] == [None] * len(unknown)
