"""A book as ods, by odfpy."""

import io
from datetime import date
from typing import Any

from odf import number, style, table, text
from odf.opendocument import OpenDocumentSpreadsheet

from tests.catalogue.book import EMPTY, GERMAN_ERRORS, Book, Cell, Page


def write_ods(book: Book) -> bytes:
    """Write the book; errors are texts with a formula, as Excel writes them into ods (M88)."""
    document = OpenDocumentSpreadsheet()
    looks = _Looks(document)
    for page in book.pages:
        document.spreadsheet.addElement(_page(page, looks, book))
    if book.named:
        names = table.NamedExpressions()
        for name, formula in book.named.items():
            names.addElement(table.NamedRange(name=name, cellrangeaddress=f"${formula.replace('!', '.')}"))
        document.spreadsheet.addElement(names)
    for link in book.links:
        document.spreadsheet.addElement(table.Table(name=f"'file:///{link}'#$Budget"))
    if book.author:
        from odf.dc import Creator

        document.meta.addElement(Creator(text=book.author))
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


class _Looks:
    """The styles of one document, each made once."""

    def __init__(self, document: OpenDocumentSpreadsheet) -> None:
        self._styles = document.automaticstyles
        self._names: dict[tuple[object, ...], str] = {}
        self.hidden_sheet = style.Style(name="ta9", family="table")
        self.hidden_sheet.addElement(style.TableProperties(display="false"))
        self._styles.addElement(self.hidden_sheet)

    def name(self, cell: Cell) -> str | None:
        is_date = isinstance(cell.value, date)
        key = (cell.number_format, is_date, cell.fill, cell.is_struck, cell.font)
        if not any(key):
            return None
        if key not in self._names:
            self._names[key] = name = f"ce{len(self._names) + 1}"
            one = style.Style(name=name, family="table-cell", **self._data_style(cell, len(self._names)))
            if cell.fill:
                one.addElement(style.TableCellProperties(backgroundcolor=f"#{cell.fill}"))
            if cell.is_struck:
                one.addElement(style.TextProperties(textlinethroughstyle="solid"))
            if cell.font:
                one.addElement(style.TextProperties(fontname=cell.font, fontfamily=cell.font))
            self._styles.addElement(one)
        return self._names[key]

    def _data_style(self, cell: Cell, count: int) -> dict[str, str]:
        name = f"N{100 + count}"
        code = cell.number_format
        if isinstance(cell.value, date):
            form = number.DateStyle(name=name)
            for part in (number.Day(style="long"), number.Text(text="."), number.Month(style="long")):
                form.addElement(part)
            form.addElement(number.Text(text="."))
            form.addElement(number.Year(style="long"))
        elif code.endswith("%"):
            form = number.PercentageStyle(name=name)
            form.addElement(number.Number(decimalplaces=0, minintegerdigits=1))
            form.addElement(number.Text(text="%"))
        elif "€" in code:
            form = number.CurrencyStyle(name=name)
            form.addElement(_digits(code))
            form.addElement(number.CurrencySymbol(language="de", country="DE", text=code[code.index('"') + 1 : -1]))
        elif code.startswith("#"):
            form = number.NumberStyle(name=name)
            form.addElement(_digits(code))
        else:
            return {}
        self._styles.addElement(form)
        return {"datastylename": name}


def _digits(code: str) -> Any:
    thousands = 3 * (code.partition('"')[0].count(",") - 1)
    factor = {"displayfactor": 10**thousands} if thousands > 0 else {}
    return number.Number(decimalplaces=2, minintegerdigits=1, grouping="true", **factor)


def _page(page: Page, looks: _Looks, book: Book) -> Any:
    sheet = table.Table(name=page.name, **({"stylename": looks.hidden_sheet} if page.is_hidden else {}))
    width = max((column for _, column in page.cells), default=1)
    for column in range(1, width + 1):
        hidden = {"visibility": "collapse"} if column in page.hidden_columns else {}
        sheet.addElement(table.TableColumn(**hidden))
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in page.merged}
    next_row = 1
    for number_of_row in sorted({row for row, _ in page.cells}):
        if number_of_row > next_row:
            blank = table.TableRow(numberrowsrepeated=number_of_row - next_row)
            blank.addElement(table.TableCell())
            sheet.addElement(blank)
        hidden = {"visibility": "collapse"} if number_of_row in page.hidden_rows else {}
        row = table.TableRow(**hidden)
        empty = 0
        for column in range(1, width + 1):
            place = (number_of_row, column)
            if place not in page.cells and place not in spans:
                empty += 1
                continue
            _skip(row, empty)
            empty = 0
            row.addElement(_cell(page.cells.get(place, EMPTY), looks, book, spans.get(place)))
        _skip(row, empty)
        sheet.addElement(row)
        next_row = number_of_row + 1
    return sheet


def _skip(row: Any, count: int) -> None:
    """Leave cells empty as programs do, which write one for all."""
    if count:
        row.addElement(table.TableCell(**({"numbercolumnsrepeated": count} if count > 1 else {})))


def _cell(cell: Cell, looks: _Looks, book: Book, span: tuple[int, int] | None) -> Any:
    attributes: dict[str, Any] = {}
    if name := looks.name(cell):
        attributes["stylename"] = name
    if span:
        attributes |= {"numberrowsspanned": span[0], "numbercolumnsspanned": span[1]}
    value = cell.value
    if cell.formula is not None:
        attributes["formula"] = f"of:={cell.formula}"
        value = value if book.is_calculated else 0
    if value is None or not cell.is_calculated:
        return table.TableCell(**attributes)
    element = table.TableCell(**attributes, **_typed(value, cell))
    if isinstance(value, str):
        for line in (GERMAN_ERRORS[value] if cell.is_error else value).split("\n"):
            element.addElement(_paragraph(line))
    return element


def _typed(value: Any, cell: Cell) -> dict[str, str]:
    """Write a value with its type, as the format stores it."""
    match value:
        case bool():
            return {"valuetype": "boolean", "booleanvalue": str(value).lower()}
        case str():
            return {"valuetype": "string"}
        case date():
            return {"valuetype": "date", "datevalue": value.isoformat()}
        case _ if cell.number_format.endswith("%"):
            return {"valuetype": "percentage", "value": repr(value)}
        case _ if "€" in cell.number_format:
            return {"valuetype": "currency", "currency": "EUR", "value": repr(value)}
        case _:
            return {"valuetype": "float", "value": repr(value)}


def _paragraph(line: str) -> Any:
    paragraph = text.P()
    # Several spaces in a row have an element of their own in this format.
    for at, part in enumerate(line.replace("\t", " ").split("  ")):
        if at:
            paragraph.addElement(text.S(c=2))
        paragraph.addText(part)
    return paragraph
