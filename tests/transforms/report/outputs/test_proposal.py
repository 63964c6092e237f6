"""The text block of the Sitzungsvorlage: its building blocks, readable for everybody, ready to paste."""

from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as Page
from docx.oxml.ns import qn

from schemas.submission import Row
from tests.builders import a_decision_request
from tests.transforms.report.outputs.quarters import facts_for, full_outputs
from tests.transforms.report.returns import NOW, a_return
from transforms.report.outputs.proposal import render_docx


def opened(content: bytes | None = None) -> Page:
    return Document(BytesIO(content or full_outputs()["docx"]))


def headings(page: Page, level: int) -> list[str]:
    return [p.text for p in page.paragraphs if p.style is not None and p.style.name == f"Heading {level}"]


def told(page: Page) -> str:
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in page.paragraphs), *cells])


def test_it_has_the_building_blocks_of_a_sitzungsvorlage_as_headings() -> None:
    assert headings(opened(), 2) == [
        "Beratungsfolge",
        "Beschlussvorschlag",
        "Sachverhalt und Begründung",
        "Finanzielle Auswirkungen",
        "Anlagen",
    ]
    assert headings(opened(), 1) == ["Sitzungsvorlage"]


def test_the_front_says_publicity_subject_and_delivery() -> None:
    front = {row.cells[0].text: row.cells[1].text for row in opened().tables[0].rows}

    assert front["Öffentlichkeit"] == "nichtöffentlich"
    assert front["Betreff"] == "Statusbericht Digitalisierung der acht Gesellschaften, 3. Quartal 2026"
    assert "7 von 8 geliefert, es fehlt: Kultur Räume" in front["Stichtag, Lieferstand"]
    assert front["Vorlage-Nr."]


def test_the_bodies_of_the_requests_are_in_the_sequence() -> None:
    requests = [a_decision_request(further_bodies=("ADWS", "Rat"))]
    page = opened(render_docx(facts_for("lenkungskreis", [a_return(decision_request=requests)])))
    sequence = [[cell.text for cell in row.cells] for row in page.tables[1].rows]

    assert sequence[1] == ["Lenkungskreis Digitalisierung", "12.11.2026", "Entscheidung"]
    assert [row[0] for row in sequence[2:]] == ["ADWS", "Rat"]


@pytest.mark.parametrize("requests", [[], [a_decision_request(decision_type="information")]])
def test_where_nothing_is_to_be_decided_the_committee_takes_note(requests: list[Row]) -> None:
    page = opened(render_docx(facts_for("lenkungskreis", [a_return(decision_request=requests)])))

    assert page.tables[1].rows[1].cells[2].text == "Kenntnisnahme"


def test_what_is_asked_for_is_told_to_the_cent_and_nothing_is_told_where_nothing_is() -> None:
    money = {"decision_type": "funding", "amount": Decimal("67400.50")}
    requests = [a_decision_request(), a_decision_request(decision_id="KLI-B02", **money)]
    page = opened(render_docx(facts_for("lenkungskreis", [a_return(decision_request=requests)])))
    told_of = [{row.cells[0].text: row.cells[1].text for row in table.rows} for table in page.tables[2:4]]

    assert "Betrag" not in told_of[0]
    assert told_of[1]["Betrag"].replace("\u00a0", " ") == "67.400,50 EUR"


def test_columns_are_as_wide_as_their_words_and_fit_the_page() -> None:
    page = opened()
    room = page.sections[0].page_width - page.sections[0].left_margin - page.sections[0].right_margin

    for table in page.tables:
        widths = [column.width for column in table.columns]
        assert sum(widths) <= room
        assert [cell.width for cell in table.rows[-1].cells] == widths
        assert len(set(widths)) > 1


def test_what_changed_begins_with_the_project_in_bold() -> None:
    bullets = [p for p in opened().paragraphs if p.style is not None and p.style.name == "List Bullet"]
    [change] = [p for p in bullets if p.text.startswith("KLI-002")]

    assert change.runs[0].bold
    assert change.runs[0].text.endswith("(Klinikum)")


def test_every_request_is_a_numbered_resolution() -> None:
    resolutions = [p.text for p in opened().paragraphs if p.style is not None and p.style.name == "List Number"]

    assert len(resolutions) == 2
    assert resolutions[0].endswith("(KLI-B01)")
    assert resolutions[1] == "Der Lenkungskreis nimmt den Statusbericht für das 3. Quartal 2026 zur Kenntnis."


def test_it_is_german_and_its_tables_are_described_and_headed() -> None:
    page = opened()
    language = page.styles.element.find(f".//{qn('w:lang')}")

    assert language is not None
    assert language.get(qn("w:val")) == "de-DE"
    assert page.core_properties.language == "de-DE"
    for table in page.tables:
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblDescription")).get(qn("w:val"))
        is_headed = table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert is_headed or len(table.columns) == 2


def test_its_date_is_that_of_the_report() -> None:
    assert opened().core_properties.created == NOW


@pytest.mark.parametrize("edition", ["lenkungskreis", "intern", "oeffentlich"])
def test_nobody_delivered_gives_a_sound_text(edition: str) -> None:
    page = opened(render_docx(facts_for(edition, [])))

    assert "0 von 8 geliefert, es fehlen alle" in told(page)
    assert headings(page, 2)[-1] == "Anlagen"


def test_texts_from_returns_stand_as_they_are() -> None:
    hostile = '<w:p/> & {TOC} "x" #let'
    requests = [a_decision_request(subject=hostile)]

    assert hostile in told(opened(render_docx(facts_for("lenkungskreis", [a_return(decision_request=requests)]))))
