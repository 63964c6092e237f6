"""M12–M27: amounts and other numbers."""

from decimal import Decimal
from typing import Any

from schemas.findings import Verdict
from tests import builders
from tests.catalogue.book import HEADER_ROW, Book, Cell, place_of
from tests.catalogue.variants import OFFICE, Variant, both, cell, layout

MONEY, BESIDE = "decision_request.amount", "decision_request.amount#1"
POINTS = "kpi_value.value"
"""An indicator in points, which may be negative."""
EURO = Decimal("1234.56")
PLANNED = ("project.budget_total", "project.actual_cum", "project.forecast_total")
FUNDED = ("project.funding_approved", "project.funding_drawn")


def _beside(value: object) -> dict[str, Any]:
    return {"also": lambda book: book.put("decision_request.amount", value, 1), "beside": f" neben „{value}“"}


def _heading(text: str) -> Variant:
    place = place_of("project.budget_total")

    def spoil(book: Book) -> None:
        _in_teur(book)
        book[place.sheet].put(HEADER_ROW, place.column or 0, text)

    return layout(
        "M24", f"Überschrift „{text}“, Deckblatt in TEUR", spoil, watched="project.budget_total", reads=Decimal(200000)
    )


def _in_teur(book: Book) -> None:
    """Write all amounts of the return in thousands, as its Deckblatt then says."""
    book.put("submission.money_unit", "TEUR")
    for name in ("budget_total", "actual_cum", "forecast_total", "funding_approved", "funding_drawn"):
        for row in (0, 1):
            _divide(book, f"project.{name}", row)
    for row in (0, 1):
        _divide(book, "decision_request.amount", row)


def _divide(book: Book, where: str, row: int) -> None:
    place = place_of(where, row)
    page = book[place.sheet]
    found = page.cells.get((place.row or 0, place.column or 0))
    if found is not None:
        page.cells[place.row or 0, place.column or 0] = found._replace(value=found.value / 1000)


def _teur_cell(put: object, reads: Decimal | None, *told: str, number: str = "M22", **more: object) -> Variant:
    """One amount of a return in TEUR."""

    def spoil(book: Book) -> None:
        _in_teur(book)
        book.put("decision_request.amount", put)

    shown = cell(number, MONEY, put).shown
    return layout(number, f"{shown}, Deckblatt in TEUR", spoil, *told, watched=MONEY, reads=reads, **more)


def _contradicting_heading(book: Book) -> None:
    place = place_of("project.budget_total")
    book[place.sheet].put(HEADER_ROW, place.column or 0, "Budget gesamt Plan (T€)")


def _hundred_times_less(book: Book) -> None:
    for name in (*PLANNED, *FUNDED):
        for row in (0, 1):
            _divide(book, name, row)


VARIANTS: tuple[Variant, ...] = (
    cell("M12", MONEY, "1.234,56", EURO),
    cell("M12", MONEY, "1.234.567,89", Decimal("1234567.89")),
    cell("M12", MONEY, "1234,56", EURO),
    cell("M12", MONEY, "1.23.456", None, "C04"),
    cell("M12", MONEY, "12.34,56", None, "C04"),
    cell("M12", MONEY, Cell(1234.56, "#,##0.00"), EURO),
    *(cell("M13", MONEY, f"1{space}234,56", EURO) for space in (" ", "\u00a0", "\u202f", "\u2009")),
    cell("M13", MONEY, "12 34", None, "C04"),
    *(cell("M14", MONEY, text, EURO, "C13") for text in ("1'234.56", "1’234.56", "1,234.56")),
    cell("M14", MONEY, "1,234", None, "C04"),
    cell("M15", MONEY, "1.234", Decimal(1234), "C13"),
    cell("M15", MONEY, "1.234", None, "C04", "C13@Beschlussbedarf!F6", **_beside("12.5")),
    cell("M15", MONEY, "1.234,00", Decimal(1234), "C13@Beschlussbedarf!F6", **_beside("12.5")),
    cell("M16", MONEY, "1.234", Decimal(1234), "C13", formats=("csv",), shown="„1.234“ in einer CSV-Datei"),
    cell("M17", MONEY, "12.5", Decimal("12.50"), "C13"),
    *(cell("M17", MONEY, text, None, "C04") for text in ("12.5000", "1.2345")),
    cell("M17", MONEY, "12500.0000", Decimal(12500), "C13"),
    cell("M17", MONEY, "1234.50", Decimal("1234.50"), "C13"),
    cell("M18", MONEY, "1.596.852.249", Decimal(1596852249)),
    cell("M18", POINTS, "-35", Decimal(-35)),
    cell("M19", POINTS, "310.964,69-", Decimal("-310964.69")),
    cell("M19", POINTS, "8.000-", Decimal(-8000), "C13"),
    cell("M19", MONEY, "8.000-", None, "C07", shown="„8.000-“ als Betrag, der nicht negativ sein darf"),
    *(cell("M20", POINTS, text, Decimal(-1234), "C13") for text in ("(1.234)", "−1.234", "-1.234", "– 1.234")),
    *(cell("M20", POINTS, text, Decimal(-5)) for text in ("– 5", "−5", "- 5", "(5)")),
    cell("M20", POINTS, "(5", None, "C04"),
    cell("M20", POINTS, "5 – 7", None, "C04"),
    *(cell("M21", MONEY, text, Decimal(12500)) for text in ("12.500 €", "EUR 12.500,00", "12.500,-", "12.500,-- €")),
    *(cell("M21", MONEY, text, Decimal(12500)) for text in ("€ 12.500", "12500 Euro", "12.500,00\u00a0€", "12.500,—")),
    cell("M21", MONEY, Cell(12500, '#,##0.00 "€"'), Decimal(12500), formats=OFFICE),
    *(cell("M21", MONEY, text, Decimal(12500)) for text in ("12.500.-", "EUR12.500", "€12.500,0")),
    *(
        cell("M21", MONEY, text, None, "C04")
        for text in ("12.500 $", "12.500 EUR netto", "12.500 € p.a.", "wird nachgereicht")
    ),
    *(cell("M22", MONEY, text, Decimal(12500), "C13") for text in ("12,5 T€", "TEUR 12,5", "12,5 Tsd. €", "12,5k")),
    *(cell("M22", MONEY, text, Decimal(12500), "C13") for text in ("12,5 TEUR", "12,5 Tausend Euro", "12,5 k€")),
    *(cell("M22", MONEY, text, Decimal(12500), "C13") for text in ("12,5 T Euro", "12,5 t EUR", "12.5T€")),
    *(cell("M22", MONEY, text, None, "C04") for text in ("TE 12,5", "12 T")),
    cell("M22", MONEY, Cell(12.5, '#,##0.0 "T€"'), Decimal(12500), "C13", formats=OFFICE),
    cell("M22", MONEY, Cell(12500, '#,##0.0, "T€"'), Decimal(12500), formats=OFFICE),
    cell("M22", MONEY, Cell(12500, "#,##0,"), None, "C09", formats=OFFICE),
    _teur_cell("12,5", Decimal(12500)),
    _teur_cell("12,5 T€", Decimal(12500)),
    _teur_cell("12.500 €", None, "C09"),
    _teur_cell(Cell(12.5), Decimal(12500), formats=OFFICE),
    _teur_cell(Cell(12500, '#,##0 "€"'), None, "C09", formats=OFFICE),
    _teur_cell(Cell(12500, "#,##0,"), Decimal(12500), "C13", formats=OFFICE),
    *(
        cell("M23", MONEY, text, Decimal(1200000), "C13")
        for text in ("1,2 Mio. €", "1.2 Mio", "0,0012 Mrd.", "1,2 Millionen Euro")
    ),
    cell("M23", MONEY, Cell(1200000, '0.0,, "Mio. €"'), Decimal(1200000), formats=("xlsx", "xls", "xlsb")),
    _heading("Budget gesamt Plan (T€)"),
    _heading("Budget gesamt Plan in TEUR"),
    _heading("Budget gesamt Plan [T€]"),
    layout(
        "M24",
        "Zeile „alle Angaben in T€“ über der Tabelle, Deckblatt in TEUR",
        both(_in_teur, lambda book: book["Projekte"].put(2, 1, "alle Angaben in T€")),
        watched="project.budget_total",
        reads=Decimal(200000),
    ),
    layout(
        "M24",
        "Überschrift „Budget gesamt Plan (T€)“, Deckblatt in EUR",
        _contradicting_heading,
        "C09@Projekte!R4",
        watched="project.budget_total",
    ),
    layout(
        "M24",
        "Zeile „alle Angaben in T€“ über der Tabelle, Deckblatt in EUR",
        lambda book: book["Projekte"].put(2, 1, "alle Angaben in T€"),
        *(f"C09@Projekte!{column}4" for column in "RSTUV"),
        watched="project.budget_total",
    ),
    layout(
        "M25",
        "alle Beträge 1.000-mal kleiner als im Vorquartal, Deckblatt in EUR",
        _hundred_times_less,
        *(f"C09@Projekte!{column}5" for column in "RSTUV"),
        watched="project.budget_total",
        history=builders.a_history(
            builders.a_version(
                projects=[builders.a_funded_project(progress_pct=Decimal(40), actual_cum=Decimal(80000))]
            )
        ),
    ),
    *(
        cell("M26", MONEY, text, Decimal(50000), "C13")
        for text in ("ca. 50.000", "rd. 50.000 €", "~50.000", "etwa 50.000,00")
    ),
    cell("M26", MONEY, "rd. 2,7 Mio", Decimal(2700000), "C13"),
    *(cell("M26", MONEY, text, None, "C04") for text in ("> 10", "max. 20", "unter 100", "bis zu 5.000 €", "mind. 5")),
    cell("M26", POINTS, "> 10", Decimal(10), "C13", shown="„> 10“ als Wert einer Kennzahl"),
    *(cell("M27", MONEY, text, None, "C04") for text in ("50–60 T€", "50.000 bis 60.000", "50-60", "50/60")),
    layout(
        "M27",
        "„50.000 bis 60.000“ als Budget",
        lambda book: book.put("project.budget_total", "50.000 bis 60.000"),
        "C04",
        watched="project.budget_total",
        verdict=Verdict.ACCEPTED_WITH_FINDINGS,
    ),
)
