"""M01–M11: dates."""

from datetime import date, datetime

from schemas.findings import Verdict
from tests.catalogue.book import Book, Cell
from tests.catalogue.variants import OFFICE, Variant, cell, layout

DAY = date(2026, 9, 30)
AS_OF, START, NEEDED = "kpi_value.data_as_of#1", "project.start_date", "project.end_forecast"
NUMBER = "decision_request.amount"


def _in_1904(book: Book) -> None:
    book.is_date_1904 = True


VARIANTS: tuple[Variant, ...] = (
    *(cell("M01", AS_OF, text, DAY) for text in ("30.09.2026", "30.9.26", "30. September 2026", "30.Sep.26")),
    *(cell("M01", AS_OF, text, DAY) for text in ("30. 9. 2026", "Mi, 30.09.2026", "30.09.2026 00:00", "30-Sep-26")),
    *(cell("M01", AS_OF, text, DAY) for text in ("30.09.2026.", "30.09.2026;", "Mittwoch, den 30. September 2026")),
    *(cell("M01", AS_OF, text, DAY, "C13") for text in ("30 09 2026", "30,09,2026", "vsl. 30.09.2026")),
    *(cell("M01", AS_OF, text, DAY, "C13") for text in ("bis 30.09.2026", "spät. 30.09.2026", "ca. 30.09.2026")),
    *(cell("M01", AS_OF, text, None, "C02") for text in ("30.09.", "30.O9.2026", "30..09.2026", "30.09.2026 (Plan)")),
    cell("M01", AS_OF, "30.09.49", date(2049, 9, 30)),
    cell("M01", AS_OF, "30.09.95", date(1995, 9, 30)),
    *(cell("M02", AS_OF, text, DAY) for text in ("2026-09-30", "2026-09-30T00:00:00", "2026/09/30")),
    cell("M02", AS_OF, DAY, DAY),
    cell("M02", AS_OF, datetime(2026, 9, 30, 14, 30), DAY),  # noqa: DTZ001  # a workbook knows no time zones
    cell("M02", AS_OF, "30/09/2026", DAY),
    cell("M03", AS_OF, "09/30/2026", DAY, "C13"),
    cell("M04", AS_OF, "03/04/2026", None, "C03"),
    cell("M04", AS_OF, "03-04-26", None, "C03"),
    cell("M04", AS_OF, "04/04/2026", date(2026, 4, 4)),
    cell("M05", AS_OF, Cell(46295), DAY, "C13", formats=OFFICE),
    cell("M05", AS_OF, "46295", None, "C02", shown="„46295“ als Text"),
    cell("M05", AS_OF, Cell(20260930), DAY, "C13", formats=OFFICE),
    cell("M05", AS_OF, "20260930", DAY, "C13"),
    cell(
        "M05",
        AS_OF,
        Cell(46295 - 1462),
        DAY,
        "C13",
        "F04",
        also=_in_1904,
        beside=" in einer Datei mit 1904-Datumssystem",
        formats=("xlsx", "xls", "xlsb"),
    ),
    cell(
        "M06",
        AS_OF,
        DAY,
        DAY,
        "F04",
        also=_in_1904,
        beside=" in einer Datei mit 1904-Datumssystem",
        formats=("xlsx", "xls", "xlsb"),
    ),
    *(cell("M07", AS_OF, text, DAY, "C13") for text in ("Sept. 26", "September 2026", "09/2026", "9.2026", "2026-09")),
    *(
        cell("M07", AS_OF, text, DAY, "C13")
        for text in ("Ende September 2026", "Q3 2026", "Ende Q3 2026", "Ende Q3/26")
    ),
    cell("M07", AS_OF, "Ende 2026", date(2026, 12, 31), "C13"),
    cell("M07", AS_OF, "KW 40/2026", date(2026, 10, 4), "C13"),
    cell("M07", AS_OF, "40. KW 2026", date(2026, 10, 4), "C13"),
    cell("M07", START, "09/2025", date(2025, 9, 1), "C13", shown="„09/2025“ als Beginn"),
    cell("M07", START, "Q3 2025", date(2025, 7, 1), "C13", shown="„Q3 2025“ als Beginn"),
    cell("M07", START, "KW 40/2025", date(2025, 9, 29), "C13", shown="„KW 40/2025“ als Beginn"),
    *(
        cell("M07", AS_OF, text, None, "C03")
        for text in (
            "Herbst 2026",
            "Sommer 2026",
            "Mitte 2026",
            "Anfang 2027",
            "Ende Q3",
            "2026",
            "9/26",
            "2. Hj. 2026",
        )
    ),
    cell("M07", AS_OF, "KW 54/2026", None, "C02"),
    cell("M07", AS_OF, "01.09.–30.09.2026", None, "C02"),
    cell("M07", AS_OF, "30.09. oder 31.10.2026", None, "C02"),
    *(cell("M08", AS_OF, text, None, "C02") for text in ("31.09.2026", "30.02.2026", "30.13.2026", "00.09.2026")),
    *(cell("M09", AS_OF, text, None, "C13") for text in ("01.01.1900", "00.01.1900", "31.12.9999")),
    cell("M09", AS_OF, date(1900, 1, 1), None, "C13", formats=("xlsx", "xls", "xlsb")),
    cell("M09", AS_OF, date(9999, 12, 31), None, "C13"),
    cell("M09", AS_OF, Cell(0), None, "C13", shown="Zahl 0 ohne Datumsformat", formats=OFFICE),
    *(
        cell("M10", AS_OF, text, None)
        for text in ("offen", "tbd", "n.n.", "N. N.", "unbekannt", "laufend", "fortlaufend", "steht noch nicht fest")
    ),
    cell("M10", NEEDED, "laufend", None, "C01", shown="„laufend“ in der Pflichtangabe Ende Prognose"),
    cell("M10", NEEDED, "siehe Projektplan", None, "C02"),
    cell(
        "M11",
        NUMBER,
        date(2026, 10, 1),
        None,
        "C04",
        shown="„1.10“ eingegeben, Excel hat ein Datum daraus gemacht",
        formats=OFFICE,
    ),
    cell("M11", AS_OF, "1.10.", None, "C02"),
    layout(
        "M08",
        "Stichtag „31.09.2026“ auf dem Deckblatt",
        lambda book: book.put("submission.as_of_date", "31.09.2026"),
        "C02",
        watched="submission.as_of_date",
        verdict=Verdict.REJECTED,
    ),
)
