"""A book as xlsx, by XlsxWriter; links to other workbooks, which it cannot write, are put into the package."""

import io
from datetime import date, datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tests.catalogue.book import Book, Cell, Page
from tests.transforms.workbook.files import a_zip, the_parts

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_xlsx(book: Book) -> bytes:
    """Write the book; results of formulas are stored as given, or 0 for all of them (M51)."""
    target = io.BytesIO()
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    workbook = Workbook(target, {"in_memory": True, "date_1904": book.is_date_1904, **plain})
    workbook.calc_on_load = not book.is_calculated
    if book.author:
        workbook.set_properties({"author": book.author})
    formats: dict[Cell, Format] = {}
    for page in book.pages:
        _write_page(workbook, workbook.add_worksheet(page.name), page, formats, book)
    for name, formula in book.named.items():
        workbook.define_name(name, f"={formula}")
    workbook.get_worksheet_by_name(next(page.name for page in book.pages if not page.is_hidden)).activate()
    workbook.close()
    return _with_links(target.getvalue(), book) if book.links else target.getvalue()


def _write_page(workbook: Workbook, worksheet: Worksheet, page: Page, formats: dict[Cell, Format], book: Book) -> None:
    for first_row, first_column, last_row, last_column in page.merged:
        worksheet.merge_range(first_row - 1, first_column - 1, last_row - 1, last_column - 1, "")
    for (row, column), cell in sorted(page.cells.items()):
        number_format = cell.number_format or ("dd.mm.yyyy" if isinstance(cell.value, date) else "General")
        look = Cell(None, number_format, cell.fill, cell.is_struck, font=cell.font)
        if look not in formats:
            formats[look] = workbook.add_format(_look(look))
        _write_cell(worksheet, (row - 1, column - 1), cell, formats[look], book)
    for row in page.hidden_rows:
        worksheet.set_row(row - 1, None, None, {"hidden": True})
    for column in page.hidden_columns:
        worksheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
    if page.is_hidden:
        worksheet.hide()
    if page.is_protected:
        worksheet.protect("nur so")


def _look(cell: Cell) -> dict[str, Any]:
    look: dict[str, Any] = {"num_format": cell.number_format}
    if cell.fill:
        look["bg_color"] = f"#{cell.fill}"
    if cell.is_struck:
        look["font_strikeout"] = True
    if cell.font:
        look["font_name"] = cell.font
    return look


def _write_cell(worksheet: Worksheet, at: tuple[int, int], cell: Cell, looks: Format, book: Book) -> None:
    row, column = at
    if cell.formula is not None or cell.is_error:
        is_stored = cell.is_calculated and book.is_calculated
        result = cell.value if is_stored else 0 if cell.is_calculated else ""
        formula = cell.formula if cell.formula is not None else cell.value
        worksheet.write_formula(row, column, f"={formula}", looks, result)
        return
    match cell.value:
        case None:
            worksheet.write_blank(row, column, None, looks)
        case bool() as truth:
            worksheet.write_boolean(row, column, truth, looks)
        case str() as text:
            worksheet.write_string(row, column, text, looks)
        case date() | datetime() | time() as moment:
            worksheet.write_datetime(row, column, moment, looks)
        case number:
            worksheet.write_number(row, column, number, looks)


def _with_links(content: bytes, book: Book) -> bytes:
    """Add the parts that Excel writes for formulas into other workbooks."""
    parts = the_parts(content)
    references, relations, types = "", "", ""
    for number, target in enumerate(book.links, start=1):
        name = f"externalLinks/externalLink{number}.xml"
        parts[f"xl/{name}"] = (
            f'<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{_RELATIONS}" r:id="rId1"/></externalLink>'.encode()
        )
        parts[f"xl/externalLinks/_rels/externalLink{number}.xml.rels"] = (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_RELATIONS}/externalLinkPath" '
            f'Target="{target}" TargetMode="External"/></Relationships>'
        ).encode()
        references += f'<externalReference r:id="rIdX{number}"/>'
        relations += f'<Relationship Id="rIdX{number}" Type="{_RELATIONS}/externalLink" Target="{name}"/>'
        types += (
            f'<Override PartName="/xl/{name}" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>'
        )
    for part, end, more in (
        ("xl/workbook.xml", "</sheets>", f"</sheets><externalReferences>{references}</externalReferences>"),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", f"{relations}</Relationships>"),
        ("[Content_Types].xml", "</Types>", f"{types}</Types>"),
    ):
        parts[part] = parts[part].replace(end.encode(), more.encode())
    return a_zip(parts)
