"""M47–M63 and M91–M98 without the whole sheet: errors, formulas, identifiers, characters, quarters, names, texts."""

import unicodedata
from decimal import Decimal

from schemas.findings import Verdict
from tests.catalogue.book import HEADER_ROW, OTHER_ORG, Book, Cell, place_of
from tests.catalogue.variants import OFFICE, Variant, cell, layout

MONEY, TEXT, ORG_CODE = "decision_request.amount", "project.next_step", "submission.org_code"
REQUIRED, QUARTER, KEY = "project.forecast_total", "submission.report_quarter", "project.project_id"
FORMULAS = ("xlsx", "ods", "xls", "xlsb")
LATIN = "Gütersloh prüft größere Flächen"
REJECTED, UNASSIGNED = Verdict.REJECTED, Verdict.UNASSIGNED


def _linked(book: Book) -> None:
    book.links = ("file:///Q:/Budget2025.xlsx",)


def _not_calculated(book: Book) -> None:
    book.is_calculated = False


def _heading(number: str, text: str, *told: str, where: str = "project.status_schedule") -> Variant:
    place = place_of(where)
    return layout(
        number, f"Überschrift „{cell(number, TEXT, text).shown.strip('„“')}“",
        lambda book: book[place.sheet].put(HEADER_ROW, place.column or 0, text),
        *(f"{rule}@{place.sheet}!M{HEADER_ROW}" for rule in told), watched=where, reads="green",
    )  # fmt: skip


def _quarter(number: str, text: object, *told: str, reads: str | None = "2026-Q3") -> Variant:
    verdict = None if reads else UNASSIGNED
    return cell(number, QUARTER, text, reads, *told, verdict=verdict)


VARIANTS: tuple[Variant, ...] = (
    *(
        cell("M47", REQUIRED, Cell(text, is_error=True), None, "C06")
        for text in ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!")
    ),
    *(
        cell("M48", REQUIRED, text, None, "C06")
        for text in ("#BEZUG!", "#NV", "#WERT!", "#NAME?", "#ZAHL!", "Err:502", "#ÜBERLAUF!", "#DIV/0!")
    ),
    cell("M48", TEXT, "#BEZUG!", None, "C06", shown="„#BEZUG!“ in einem Textfeld"),
    cell("M49", REQUIRED, "########", None, "C06"),
    cell("M50", REQUIRED, Cell(None, formula="S5+1", is_calculated=False), None, "C01", "C10", formats=("xlsx", "ods")),
    cell("M50", MONEY, Cell(None, formula="5+1", is_calculated=False), None, "C10", formats=("xlsx", "ods")),
    cell(
        "M51",
        REQUIRED,
        Cell(200000, formula="S5+105000"),
        None,
        "C01",
        "C10",
        also=_not_calculated,
        shown="Formel mit gespeicherter 0, Programm hat nicht gerechnet (`fullCalcOnLoad`)",
        formats=("xlsx",),
    ),
    cell(
        "M51",
        MONEY,
        Cell(0, formula="5-5"),
        Decimal(0),
        formats=FORMULAS,
        shown="Formel, deren Ergebnis wirklich 0 ist",
    ),
    cell(
        "M52",
        MONEY,
        Cell(12500, formula="[1]Tabelle1!B4"),
        Decimal(12500),
        "F05@Beschlussbedarf!F5",
        also=_linked,
        formats=("xlsx", "xls", "xlsb"),
    ),
    cell(
        "M52",
        MONEY,
        Cell(12500, formula="['file:///Q:/Budget2025.xlsx'#$Tabelle1.B4]"),
        Decimal(12500),
        "F05@Beschlussbedarf!F5",
        also=_linked,
        formats=("ods",),
    ),
    *(
        cell("M53", MONEY, text, Decimal("1234.5"), shown=f"„{text}“ als Text in einer Zahlenspalte")
        for text in ("1234,5", "1.234,50")
    ),
    cell("M53", MONEY, "'1234,5", Decimal("1234.5")),
    cell("M54", KEY, Cell(1001), None, "C07", verdict=REJECTED, formats=OFFICE),
    cell("M54", KEY, "1E+05", None, "C07", verdict=REJECTED),
    cell("M54", KEY, "KLI-1", None, "C07", verdict=REJECTED),
    *(cell("M54", KEY, text, "KLI-001", "C13") for text in ("kli-001", "KLI–001", " KLI - 001")),
    cell("M55", MONEY, Cell(0.1 + 0.2), Decimal("0.30"), formats=OFFICE),
    cell("M55", MONEY, Cell(12499.999999), Decimal("12500.00"), formats=OFFICE),
    _heading("M56", "Ampel\nTermin"),
    _heading("M56", "  Ampel   Termin "),
    _heading("M56", "Ampel\tTermin"),
    cell("M56", "project.phase", " Umsetzung  ", "implementation"),
    cell("M56", TEXT, "erster Schritt\nzweiter Schritt", "erster Schritt\nzweiter Schritt"),
    _heading("M57", "Ampel Ter-min"),
    _heading("M57", "Ampel Ter\u00admin"),
    _heading("M58", "Ampel\u00a0Termin"),
    cell(
        "M59",
        "project.confidentiality",
        unicodedata.normalize("NFD", "öffentlich"),
        "public",
        shown="„öffentlich“ mit zerlegtem ö (NFD)",
    ),
    cell("M59", TEXT, unicodedata.normalize("NFD", LATIN), LATIN, shown=f"„{LATIN}“ mit zerlegten Umlauten (NFD)"),
    cell("M60", TEXT, LATIN.encode().decode("cp1252"), LATIN, "C13"),
    cell("M60", MONEY, "12.500 â‚¬", Decimal(12500)),
    cell("M60", TEXT, "Schulung f\ufffdr alle", None, "C06"),
    cell("M60", TEXT, "Größe geprüft, Gütersloh grÃ¼n", None, "C06"),
    cell("M60", "project.status_schedule", "gr\ufffdn", None, "C07"),
    cell("M60", "project.status_schedule", "grÃ¼n", "green", "C13"),
    cell("M61", "project.confidentiality", "oeffentlich", "public"),
    cell("M61", "project.confidentiality", "ÖFFENTLICH", "public"),
    cell("M61", "project.action_field", "Wohlergehen fuer alle", "wellbeing_for_all"),
    cell("M61", TEXT, "Straße und ﬁnale Planung", "Straße und ﬁnale Planung"),
    cell("M62", "project.phase", "\u200bUmsetzung\ufeff", "implementation"),
    cell("M62", TEXT, "erst\u0085dann", "erst dann"),
    cell("M62", MONEY, "\ufeff1.234,56\u200b", Decimal("1234.56")),
    cell("M63", "project.phase", "„Umsetzung“", "implementation"),
    cell("M63", TEXT, "„Gieß den Kiez“ heißt ‚Plan B‘", "„Gieß den Kiez“ heißt ‚Plan B‘"),
    *(_quarter("M91", text) for text in ("Q3/2026", "Q3 2026", "3. Quartal 2026", "2026-Q3", "2026Q3", "III/2026")),
    *(
        _quarter("M91", text)
        for text in ("3Q26", "III. Quartal 2026", "Juli–September 2026", "2026/Q3", "3. Quartal ’26")
    ),
    *(
        _quarter("M91", text)
        for text in ("Drittes Quartal 2026", "3. Quartal des Jahres 2026", "07–09/2026", "01.07.2026–30.09.2026")
    ),
    *(
        _quarter("M92", text, "C03", reads=None)
        for text in ("3/2026", "2026/3", "9/26", "September 2026", "30.09.2026")
    ),
    *(_quarter("M93", text, "C13") for text in ("Q3", "3. Quartal", "III. Quartal")),
    *(
        _quarter("M94", text, "C03", reads=None)
        for text in ("01.07.–31.08.2026", "06–08/2026", "01.07.2025–30.09.2026")
    ),
    *(
        _quarter("M94", text, "C03", reads=None)
        for text in ("2. Halbjahr 2026", "Spielzeit 26/27", "WS 26/27", "GJ 25/26 Q1")
    ),
    *(
        cell("M95", ORG_CODE, text, "SWG", *told, org_code=OTHER_ORG)
        for text, *told in (
            ("SWG",),
            ("Stadtwerke",),
            ("Stadtwerke GT GmbH", "C13"),
            ("SW Gütersloh", "C13"),
            ("Netzgesellschaft", "C13"),
            ("Stadtwerke Gütersloh", "C13"),
            ("Stadtwerke GT", "C13"),
            ("SWG – Stadtwerke", "C13"),
            ("SWG (Stadtwerke Gütersloh)", "C13"),
        )
    ),
    cell("M95", ORG_CODE, "SWG (Klinikum)", None, "C07", verdict=UNASSIGNED, org_code=OTHER_ORG),
    *(
        cell("M95", "submission.contact_mailbox", text, "digital@kli.example", "C13")
        for text in ("Digitalisierung <digital@kli.example>", "digital(at)kli.example")
    ),
    cell("M95", ORG_CODE, "Wasserwerk", None, "C07", verdict=UNASSIGNED, org_code=OTHER_ORG),
    cell("M95", "cooperation.with_orgs", "Stadtwerke GT; VHS", ("SWG", "VHS"), "C13"),
    cell(
        "M96",
        TEXT,
        "Rückfragen an Frau Muster, Tel. 05241 123456",
        "Rückfragen an Frau Muster, Tel. 05241 123456",
        "C11",
    ),
    cell("M96", TEXT, "bitte an e.muster@klinikum.example", "bitte an e.muster@klinikum.example", "C11"),
    cell("M96", "submission.contact_mailbox", "erika.muster@klinikum.example", "erika.muster@klinikum.example", "C11"),
    *(cell("M97", TEXT, text, text) for text in ("=1+1", "@SUMME(A1)", "+49 ist die Vorwahl", "- Testbetrieb")),
    cell("M98", TEXT, "Lange E-Mail. " * 285, ("Lange E-Mail. " * 285).strip(), "C12"),
    cell(
        "M98",
        "project.status_reason#1",
        "https://www.klinikum.example/a " * 20,
        ("https://www.klinikum.example/a " * 20).strip(),
        "C12",
    ),
)
