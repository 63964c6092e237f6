"""M64–M82: what stands around, above, below and between the rows of a table."""

from decimal import Decimal
from functools import partial

from schemas.contract import cover
from schemas.findings import Verdict
from tests.catalogue.spoiling import (
    BUDGET,
    PROJECTS,
    SCHEDULE,
    WIDTH,
    below,
    beside,
    column_of,
    copy,
    data_above,
    drop_column,
    footnotes,
    grouped,
    header_in_row_30,
    header_over_two_rows,
    heading,
    hide,
    hide_sheet,
    inserted_column,
    merged_key,
    merged_values,
    push_down,
    rename,
    reordered,
    strike,
    too_many_rows,
    total_below,
    total_in_between,
    two_headers,
    units,
    used_to_the_end,
)
from tests.catalogue.variants import OFFICE, Variant, both, cell, layout

REJECTED = Verdict.REJECTED
SECOND = {"watched": "project.title#1", "reads": "Digitale Medikation"}
"""The second project is still read as the second."""

VARIANTS: tuple[Variant, ...] = (
    layout("M64", "sieben Zeilen Titel und „Stand: …“ über der Kopfzeile", push_down, **SECOND),
    layout("M64", "keine Kopfzeile in den ersten 25 Zeilen", header_in_row_30, "S02@Projekte", verdict=REJECTED),
    layout("M64", "zwei gleiche Kopfzeilen übereinander", two_headers, "S02@Projekte", verdict=REJECTED),
    layout(
        "M65",
        "Kopfzeile über zwei Zeilen mit verbundenen Zellen",
        header_over_two_rows,
        *["S03@Projekte"] * 3,
        "S04@Projekte!L4",
        *(f"S05@Projekte!{column}4" for column in "MNO"),
        verdict=REJECTED,
    ),
    layout("M66", "Zeile mit Einheiten unter der Kopfzeile", units, "C13@Projekte!A5", **SECOND),
    layout("M67", "Datenzeile über der Kopfzeile", data_above, "S02@Projekte!3:3", verdict=REJECTED),
    layout(
        "M68",
        "„Ampel Zeit“ statt „Ampel Termin“",
        heading(SCHEDULE, "Ampel Zeit"),
        "S04@Projekte!M4",
        watched=SCHEDULE,
        reads="green",
    ),
    layout(
        "M68",
        "„Ampel Terminlage“ statt „Ampel Termin“",
        heading(SCHEDULE, "Ampel Terminlage"),
        "S03@Projekte",
        "S05@Projekte!M4",
        verdict=REJECTED,
    ),
    layout(
        "M68",
        "„Nächste Schritte“ statt „Nächster Schritt“ (Pflicht nur unter Bedingung)",
        heading("project.next_step", "Nächste Schritte"),
        "S05@Projekte!Z4",
        "C01@Projekte!5:5",
        "C01@Projekte!6:6",
    ),
    layout("M69", "Spalten in umgekehrter Reihenfolge", reordered, **SECOND),
    layout("M69", "eigene Spalte dazwischen", inserted_column, "S05@Projekte!E4", **SECOND),
    layout(
        "M69",
        "„Status“ statt „Ampel gesamt“",
        heading("project.status_overall", "Status"),
        "S03@Projekte",
        "S05@Projekte!L4",
        verdict=REJECTED,
    ),
    layout(
        "M69",
        "„Budget“ statt „Budget gesamt Plan“",
        heading(BUDGET, "Budget"),
        "S03@Projekte",
        "S05@Projekte!R4",
        verdict=REJECTED,
    ),
    layout(
        "M70",
        "Überschrift „Budget gesamt Plan“ zweimal",
        heading("project.actual_cum", "Budget gesamt Plan"),
        "S03@Projekte",
        "S06@Projekte!R4",
        verdict=REJECTED,
    ),
    layout(
        "M70",
        "Spalte „Projektphase“ fehlt",
        lambda book: drop_column(book, "project.phase"),
        "S03@Projekte",
        verdict=REJECTED,
    ),
    layout("M70", "freiwillige Spalte „Priorität“ fehlt", lambda book: drop_column(book, "project.priority"), **SECOND),
    *(
        layout(
            "M71",
            f"Summenzeile „{word}“, richtig gerechnet",
            partial(total_below, amount="400.000,00 €", word=word),
            watched="project.title#2",
        )
        for word in ("Summe", "Gesamt:", "Insgesamt", "Σ")
    ),
    layout(
        "M71",
        "Summenzeile weicht ab",
        partial(total_below, amount="400.001,00 €"),
        "S09@Projekte!R7",
        watched="project.title#2",
    ),
    layout("M71", "Zwischensumme mitten in der Tabelle", total_in_between, **SECOND),
    layout("M72", "drei Fußnoten unter der Tabelle", footnotes, "C13@Projekte!A8", watched="project.title#2"),
    cell("M73", "project.phase", "Umsetzung*", "implementation", "C13"),
    cell("M73", "project.phase", "Umsetzung 1)", "implementation", "C13"),
    cell("M73", "project.phase", "5. Umsetzung", "implementation", "C13"),
    cell("M73", "project.phase", "Umsetzung (seit Mai)", "implementation", "C13"),
    *(
        cell("M68", "project.phase", text, "implementation", "C13")
        for text in ("in Umsetzung", "Umsetzungsphase", "Umsetzung läuft")
    ),
    *(cell("M68", "project.phase", text, None, "C07") for text in ("Umsetzng", "beendet", "Pilot/Umsetzung")),
    cell("M68", "submission.submission_status", "Freigegeben am 05.10.", "released", "C13"),
    cell("M68", "submission.submission_status", "Freigabe erteilt", "released", "C13"),
    cell("M73", "decision_request.amount", "12.500*", None, "C04"),
    cell("M73", "decision_request.amount", "12²", None, "C04"),
    layout(
        "M74",
        "Bemerkung in der nächsten freien Spalte",
        lambda book: book[PROJECTS].put(5, WIDTH + 1, "(Nachmeldung folgt)"),
        "S05@Projekte!AB4",
        **SECOND,
    ),
    layout(
        "M75",
        "zweite Tabelle daneben",
        beside,
        *[
            "S06@Risiken!A4",
            "S06@Risiken!B4",
            "S06@Risiken!C4",
            "S06@Risiken!D4",
            "S06@Risiken!E4",
            "S06@Risiken!F4",
            "S06@Risiken!G4",
        ],
        verdict=REJECTED,
    ),
    layout("M75", "zweite Tabelle darunter", below, "S02@Projekte", verdict=REJECTED),
    layout(
        "M76",
        "Projekt-Nr. über zwei Meilensteine verbunden",
        merged_key,
        "C13@Meilensteine!A6",
        "B04@Projekte!G6",
        watched="milestone.project_id#1",
        reads="KLI-001",
        formats=OFFICE,
    ),
    layout(
        "M76", "Budget über zwei Projekte verbunden", merged_values, "S08@Projekte!R5", watched=BUDGET, formats=OFFICE
    ),
    layout("M77", "Name einer Gesellschaft als Zwischenzeile", grouped, "C07@Projekte!A6", verdict=REJECTED),
    layout(
        "M78", "Zeile ausgeblendet", lambda book: hide(book, rows=(6,)), "S07@Projekte!6:6", formats=OFFICE, **SECOND
    ),
    layout(
        "M78",
        "Spalte ausgeblendet",
        lambda book: hide(book, columns=(column_of(BUDGET),)),
        "S07@Projekte!R:R",
        watched=BUDGET,
        reads=Decimal(200000),
        formats=OFFICE,
    ),
    layout(
        "M78", "Blatt ausgeblendet", hide_sheet, "S07@Risiken", watched="risk.risk_id", reads="KLI-R01", formats=OFFICE
    ),
    layout(
        "M79",
        "Zeile durchgestrichen",
        lambda book: strike(book, *((6, column) for column in range(1, WIDTH + 1))),
        "C13@Projekte!A6",
        formats=OFFICE,
        **SECOND,
    ),
    layout(
        "M79",
        "einzelner Betrag durchgestrichen",
        lambda book: strike(book, (5, column_of(BUDGET))),
        "C13@Projekte!R5",
        watched=BUDGET,
        reads=Decimal(200000),
        formats=OFFICE,
    ),
    layout("M80", "alte Kopie als Blatt „Projekte (2)“", lambda book: copy(book, "Projekte (2)"), **SECOND),
    layout(
        "M80",
        "weitere Blätter „Q2_alt“ und „Temporär“",
        both(partial(copy, name="Q2_alt"), partial(copy, name="Temporär")),
        **SECOND,
    ),
    layout(
        "M80",
        "zwei Blätter, die „Projekte“ heißen können („Projektliste“)",
        lambda book: copy(book, "Projektliste"),
        "S02@Projekte",
        verdict=REJECTED,
    ),
    layout("M80", "Blatt heißt „Projektliste“", lambda book: rename(book, "Projektliste"), **SECOND),
    layout("M80", "Blatt heißt „Tabelle1“", lambda book: rename(book, "Tabelle1"), "S01@Projekte", verdict=REJECTED),
    layout("M81", "Blatt heißt „07.01.26“", lambda book: rename(book, "07.01.26"), "S01@Projekte", verdict=REJECTED),
    layout("M82", "formatierte leere Zeilen bis Zeile 60.000", used_to_the_end, formats=OFFICE, **SECOND),
    layout("M82", "mehr als 2.000 Zeilen", too_many_rows, "F03@Risiken", verdict=REJECTED),
    layout("M82", "leere Zeile mitten in der Tabelle", lambda book: book[PROJECTS].insert_rows(6), **SECOND),
    layout(
        "M82",
        f"Blatt „{cover().sheet}“ fehlt",
        lambda book: book.pages.remove(book[cover().sheet]),
        "S01@Deckblatt",
        verdict=REJECTED,
    ),
)
