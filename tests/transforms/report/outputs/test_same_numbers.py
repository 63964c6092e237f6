"""One facts model: every output says the same numbers."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO, StringIO

import openpyxl
import pikepdf
import pytest
from docx import Document

from schemas.facts import Figure, figures_of
from tests.printed import pages_of
from tests.transforms.report.outputs.quarters import full_facts, full_outputs
from transforms.report.outputs.columns import unit_of
from transforms.report.outputs.figures_csv import exact


def by_id() -> dict[str, Figure]:
    return {figure.id: figure for figure in figures_of(full_facts())}


def attached() -> list[list[str]]:
    with pikepdf.open(BytesIO(full_outputs()["pdf"])) as pdf:
        content = pdf.attachments["Zahlen_2026-Q3.csv"].get_file().read_bytes()
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def plain(value: object) -> object:
    """A figure's value as JSON and spreadsheets hold it."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, (int, float, Decimal)) else value


def one_line(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


class Opening(HTMLParser):
    """Takes out of the page the printed figures with the id of the sources they open, and what those say."""

    def __init__(self) -> None:
        super().__init__()
        self.printed: list[tuple[str, str]] = []
        self.explained: dict[str, str] = {}
        self._button = self._source = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "button" and named.get("class") == "z":
            self._button = str(named["popovertarget"]).removeprefix("q-")
            self.printed.append((self._button, ""))
        if tag == "div" and "popover" in named:
            self._source = str(named["id"]).removeprefix("q-")

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._button = ""

    def handle_data(self, data: str) -> None:
        if self._button:
            self.printed[-1] = (self._button, self.printed[-1][1] + data)
        elif self._source:
            self.explained[self._source] = self.explained.get(self._source, "") + data


def opened() -> Opening:
    parser = Opening()
    parser.feed(full_outputs()["html"].decode())
    return parser


def sheet_rows(name: str) -> Iterator[dict[str, object]]:
    sheet = openpyxl.load_workbook(BytesIO(full_outputs()["xlsx"]))[name]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] in ("Kennung", "Nr."))
    for row in rows[head + 1 :]:
        yield dict(zip(map(str, rows[head]), row, strict=True))


def test_facts_json_has_every_figure_exactly() -> None:
    told = json.loads(full_outputs()["json"])["figures"]

    assert {name: plain(figure.value) for name, figure in by_id().items()} == {
        name: plain(figure["value"]) for name, figure in told.items()
    }


def test_the_attached_csv_has_every_figure_exactly() -> None:
    told = {row[0]: (row[1], row[2], row[3]) for row in attached()[1:]}

    assert told == {name: (exact(f.value), unit_of(f), f.text) for name, f in by_id().items()}


def test_the_workbook_has_every_figure_as_a_number_or_a_day() -> None:
    told = {str(row["Kennung"]): row["Wert"] for row in sheet_rows("Zahlen")}

    assert {name: plain(value) for name, value in told.items()} == {
        name: f.text if f.value is None and f.missing else plain(f.value) for name, f in by_id().items()
    }


def test_the_workbooks_tables_have_the_projects_numbers() -> None:
    told = {str(row["Nr."]): row for row in sheet_rows("Projekte")}

    for project in full_facts().projects:
        row, numbers = told[project.project_id], project.numbers
        for head, figure in (
            ("Plan", numbers.budget),
            ("Ist kumuliert", numbers.actual),
            ("Ende Prognose", numbers.end_forecast),
            ("Verzug in Tagen", numbers.delay),
        ):
            assert plain(row[head]) == plain(figure.value)
    assert told["KLI-003"]["Prognose"] == "fehlt"


def test_the_page_prints_each_figure_as_it_is_and_opens_its_sources() -> None:
    figures, page = by_id(), opened()

    assert len(page.printed) > 100
    assert {(name, text) for name, text in page.printed} == {(name, figures[name].text) for name, _ in page.printed}
    for name, _ in page.printed:
        assert exact(figures[name].value) in page.explained[name]
        assert f"die8 trace {name}" in page.explained[name]


def words_of(ending: str) -> set[str]:
    """All words of the pages or of the text block, without the marks around numbers."""
    if ending == "pdf":
        text = " ".join(pages_of(full_outputs()["pdf"]))
    else:
        document = Document(BytesIO(full_outputs()["docx"]))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = " ".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])
    return {word.strip("*()[],;:„“ ") for word in text.replace("\u200b", "").split()}


PRINTED = {
    "pdf": (
        r"lights\.(green|yellow|red|grey)\.(count|change)|finance\.(total|KLI)\.\w+|request\..*|funding\.expiring_total|"
        r"project\..*\.(budget|actual|forecast|end_baseline|end_forecast|progress|deviation_pct)|"
        r"milestone\..*\.(baseline|forecast|overdue)|kpi\..*\.value|risk\..*\.weight|delivery\.\w+\.(errors|version)"
    ),
    "docx": r"lights\..*\.(count|before|change)|finance\.total\.(budget|actual|forecast|funding_\w+)|request\..*",
}


@pytest.mark.parametrize("ending", PRINTED)
def test_pages_and_text_block_print_the_figures_as_they_are(ending: str) -> None:
    named = {name: f for name, f in by_id().items() if re.fullmatch(PRINTED[ending], name) and f.value is not None}
    words = words_of(ending)

    assert len(named) > 15
    assert {name: f.text for name, f in named.items() if not {*f.text.split()} <= words} == {}
