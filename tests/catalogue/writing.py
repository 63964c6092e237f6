"""A book as bytes of each accepted format, by a writer of its own for each."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from tests.catalogue.book import GERMAN_ERRORS, Book, Cell, Page
from tests.catalogue.writing_ods import write_ods
from tests.catalogue.writing_xls import write_xls
from tests.catalogue.writing_xlsb import write_xlsb
from tests.catalogue.writing_xlsx import write_xlsx
from tests.transforms.workbook.files import a_zip
from transforms.wording import german_number

FORMATS = ("xlsx", "ods", "xls", "xlsb", "csv")
SUFFIXES = {**{name: f".{name}" for name in FORMATS}, "csv": ".zip"}


def write(book: Book, file_format: str) -> tuple[bytes, str]:
    """Write a book and give its bytes and its file name."""
    return _WRITERS[file_format](book), book.file_stem + SUFFIXES[file_format]


def write_csv(book: Book) -> bytes:
    """One CSV file a page, as a German Excel saves it: what is seen, in Windows-1252 or else UTF-8 with its mark."""
    return a_zip({f"{page.name}.csv": _csv_page(page) for page in book.pages})


def _csv_page(page: Page) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for cells in page.rows(1, page.last_row):
        writer.writerow(map(seen, cells))
    try:
        return text.getvalue().encode("cp1252")
    except UnicodeEncodeError:
        return text.getvalue().encode("utf-8-sig")


def seen(cell: Cell) -> str:
    """Give what a German Excel shows of a cell."""
    match cell.value:
        case None:
            return ""
        case str() as text:
            return GERMAN_ERRORS[text] if cell.is_error else text
        case bool() as truth:
            return "WAHR" if truth else "FALSCH"
        case datetime() as instant:
            return instant.strftime("%d.%m.%Y %H:%M")
        case date() as day:
            return day.strftime("%d.%m.%Y")
        case number if cell.number_format.endswith("%"):
            return f"{german_number(Decimal(str(number)) * 100)}%"
        case number if cell.number_format == "#,##0.00":
            return german_number(Decimal(str(number)), 2)
        case number:
            # Fifteen digits, and never 1e-05: a cell that is wide enough shows 0,00001.
            return f"{Decimal(f'{number:.15g}'):f}".replace(".", ",")


_WRITERS: Mapping[str, Callable[[Book], bytes]] = {
    "xlsx": write_xlsx,
    "ods": write_ods,
    "xls": write_xls,
    "xlsb": write_xlsb,
    "csv": write_csv,
}
