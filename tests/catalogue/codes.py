"""M28–M46: percentages, yes and no, lights, and the many ways to say nothing."""

from decimal import Decimal

from tests.catalogue.book import Book, Cell
from tests.catalogue.variants import OFFICE, Variant, cell

PROGRESS, SHARE, SECURED = "project.progress_pct", "kpi_value.value#1", "project.operation_secured"
LIGHT, MONEY, TEXT = "project.status_schedule#1", "decision_request.amount", "project.next_step"
COLOURED = ("xlsx", "ods", "xls", "xlsb")
RED, YELLOW, GREEN = "FF0000", "FFC000", "92D050"


def _all_shares(book: Book) -> None:
    book.put(PROGRESS, Cell(0.5, "0%"), 1)
    place = book["Projekte"]
    place.line(7, [cell.value and Cell(cell.value, cell.number_format) for cell in place.row(5)])
    place.put(7, 1, "KLI-003")
    place.put(7, 2, "Drittes Vorhaben")
    place.put(7, 11, Cell(0.5, "0%"))
    book["Meilensteine"].line(
        7, [cell.value and Cell(cell.value, cell.number_format) for cell in book["Meilensteine"].row(5)]
    )
    book["Meilensteine"].put(7, 1, "KLI-003")


VARIANTS: tuple[Variant, ...] = (
    cell("M28", PROGRESS, Cell(0.45, "0%"), Decimal(45), formats=OFFICE),
    cell("M28", PROGRESS, Cell(0.455, "0.0%"), Decimal("45.5"), formats=OFFICE),
    cell("M29", PROGRESS, Cell(0.45), None, "C05", formats=OFFICE),
    cell("M29", PROGRESS, "0,45", None, "C05"),
    cell("M29", PROGRESS, Cell(1), None, "C05", formats=OFFICE),
    cell(
        "M29",
        PROGRESS,
        Cell(0.45),
        Decimal(45),
        "C13",
        also=_all_shares,
        beside=" ohne Format, alle übrigen Werte der Spalte ≤ 1 im Format `0%`",
        formats=OFFICE,
    ),
    *(cell("M30", PROGRESS, text, Decimal(45)) for text in ("45", "45,0", Cell(45))),
    cell("M30", SHARE, "9.7", Decimal("9.7"), "C13"),
    *(cell("M31", PROGRESS, text, Decimal(45)) for text in ("45 %", "45%", "45 v.H.", "45 v. H.", "45 Prozent")),
    cell("M31", PROGRESS, "3/4", None, "C04"),
    cell("M31", PROGRESS, "40–50 %", None, "C04"),
    cell("M31", PROGRESS, "fast fertig", None, "C04"),
    *(cell("M32", PROGRESS, text, None, "C07") for text in ("100,1 %", "-5 %", "450")),
    cell("M32", SHARE, "105 %", Decimal(105), "C13", shown="„105 %“ als Wert einer Kennzahl in %"),
    cell("M32", SHARE, Cell(-0.05, "0%"), Decimal(-5), "C13", formats=OFFICE),
    cell("M33", SECURED, True, "yes", "C13"),
    cell("M33", SECURED, False, "no", "C13"),
    *(cell("M33", SECURED, text, "yes", "C13") for text in ("TRUE", "wahr", "j", "✓", "1")),
    *(cell("M33", SECURED, text, "no", "C13") for text in ("FALSCH", "n", "0")),
    *(cell("M33", SECURED, text, "yes") for text in ("ja", "Ja ", "JA")),
    cell("M33", SECURED, "nein", "no"),
    cell("M33", SECURED, "x", None, "C07"),
    cell("M33", SECURED, "", None, "C01", shown="leere Zelle in „Verstetigung gesichert“"),
    *(cell("M34", LIGHT, text, "green") for text in ("grün", "Grün ", "GRÜN", "green")),
    *(cell("M34", LIGHT, text, "green", "C13") for text in ("gr.", "🟢")),
    cell("M34", LIGHT, "gruen", "green"),
    *(cell("M34", LIGHT, text, "green", "C13") for text in ("1 - grün", "🟢 grün", "grün seit Mai")),
    *(cell("M34", LIGHT, text, None, "C07") for text in ("gürn", "im Plan", "grün (stabil)", "hellgrün")),
    *(cell("M34", LIGHT, text, None, "C07") for text in ("g", "G", "1", Cell(1), "+", "okay")),
    cell("M35", LIGHT, "gelb", "yellow"),
    *(cell("M35", LIGHT, text, "yellow", "C13") for text in ("ge", "amber", "orange", "🟡", "🟠")),
    cell("M36", LIGHT, "rot", "red"),
    cell("M36", LIGHT, "red", "red"),
    *(cell("M36", LIGHT, text, "red", "C13") for text in ("r", "🔴", "kritisch")),
    *(cell("M37", LIGHT, text, "yellow", "C13") for text in ("grün/gelb", "gelb-grün", "grün - gelb", "gelb bis grün")),
    cell("M37", LIGHT, "grün → gelb", None, "C07"),
    cell("M37", LIGHT, "gelb (Tendenz rot)", None, "C07"),
    *(
        cell(
            "M38",
            LIGHT,
            Cell(None, fill=fill),
            None,
            "C08",
            shown=f"leere Zelle, {name} gefüllt ({fill})",
            formats=COLOURED,
        )
        for fill, name in ((GREEN, "grün"), (YELLOW, "gelb"), (RED, "rot"), ("BFBFBF", "grau"), ("4472C4", "blau"))
    ),
    cell("M38", LIGHT, Cell(None, fill="FFFFFF"), None, "C01", shown="leere Zelle, weiß gefüllt", formats=COLOURED),
    cell("M39", LIGHT, Cell("grün", fill=RED), "green", "C13", formats=COLOURED),
    cell("M39", LIGHT, Cell("gelb", fill=YELLOW), "yellow", formats=COLOURED),
    *(cell("M40", LIGHT, Cell(sign, font="Wingdings"), None, "C07", formats=COLOURED) for sign in "lnJL"),
    *(cell("M40", LIGHT, text, None, "C07") for text in ("l", "n", "●", "▲", "■")),
    cell(
        "M40",
        SECURED,
        Cell("ü", font="Wingdings"),
        "yes",
        "C13",
        formats=COLOURED,
        shown="Häkchen in der Schrift Wingdings (Buchstabe „ü“)",
    ),
    cell(
        "M40",
        SECURED,
        Cell("n", font="Wingdings"),
        None,
        "C07",
        formats=COLOURED,
        shown="Quadrat in der Schrift Wingdings (Buchstabe „n“)",
    ),
    cell(
        "M41",
        LIGHT,
        Cell(2),
        None,
        "C07",
        shown="Zahl 2 hinter einem Ampelsymbol der bedingten Formatierung",
        formats=OFFICE,
    ),
    *(cell("M42", MONEY, text, None) for text in ("k.A.", "k. A.", "n/a", "N/A", "n.a.", "./.", "--", "-", "–", "?")),
    *(cell("M42", "project.priority", text, None) for text in ("k.A.", "-", "keine Angabe")),
    *(cell("M43", MONEY, text, None, "C04") for text in ("...", ".", "x", "/")),
    *(cell("M44", MONEY, text, None) for text in ("entfällt", "nicht relevant", "trifft nicht zu")),
    cell("M44", SECURED, "entfällt", "not_applicable"),
    cell("M45", MONEY, "0", Decimal(0)),
    cell("M45", MONEY, Cell(0), Decimal(0)),
    cell("M45", MONEY, "0,00 €", Decimal(0)),
    *(cell("M45", MONEY, text, Decimal(0), "C13") for text in ("keine", "null", "Null")),
    cell("M45", TEXT, "keine", "keine"),
    *(cell("M46", MONEY, text, None, "C04") for text in ("s.o.", "dito", '"', "wie Q2", "unverändert")),
    *(cell("M46", LIGHT, text, None, "C07") for text in ("s.o.", "dito", "wie Q2", "unverändert")),
    cell("M46", TEXT, "wie Q2", "wie Q2"),
)
