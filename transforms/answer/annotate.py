"""The sender's own workbook with every problem marked in its cell and a sheet „Rückmeldung“ in front.

The package is changed at the level of its XML: marked cells, their comments, styles at the end of the list, one sheet
more. Everything else leaves as it came, byte for byte: what a library does not know, it would drop.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from schemas.answer import Answer
from schemas.place import Place
from transforms.answer.book import STYLES_TYPE, WORKBOOK, Book, Sheet
from transforms.answer.comments import comment
from transforms.answer.feedback_sheet import HEADING_ROW, Link, Ways, feedback_sheet
from transforms.answer.marks import Mark, in_order, marks_by_sheet
from transforms.answer.package import CannotAnnotateError, Package
from transforms.answer.sheet_marking import MarkedSheet, mark_sheet
from transforms.answer.styles import EMPTY_STYLES, Styles
from transforms.answer.xml_edit import MalformedPartError
from transforms.workbook.refusals import RefusedError

Moved: TypeAlias = Callable[[Place], Place | None]
"""Where a place of the delivery is in another workbook; None for a place that is not in it."""


def annotate(content: bytes, answer: Answer, moved: Moved | None = None) -> bytes:
    """Mark the findings of an answer in a workbook (xlsx or xlsm) and list them on a sheet in front.

    Problem cells keep their number format, font, border and alignment and get a fill; a comment there says what is
    wrong. Marks of an earlier answer are taken back. The same input gives the same bytes.

    Args:
        content: the package; nothing in it is calculated, followed or run.
        answer: what is told; places are those of the delivery.
        moved: finds the places of the delivery in this workbook, when the two are not the same file.

    Raises:
        CannotAnnotateError: the bytes are no such package, or one that cannot be changed safely.
    """
    try:
        return _annotated(Package(content), answer, moved)
    except (MalformedPartError, RefusedError) as error:
        raise CannotAnnotateError(str(error)) from error


def _annotated(package: Package, answer: Answer, moved: Moved | None) -> bytes:
    book = Book(package)
    styles = _styles(package, book)
    marked = _mark_all(package, book, styles, marks_by_sheet(answer.findings, moved))
    ways = Ways(_links(book, marked, moved), is_transcript=moved is not None)
    findings = in_order(answer.findings, [sheet.name for sheet in book.sheets])
    book.show_first(feedback_sheet(answer, findings, ways, styles, book.dialect.main), HEADING_ROW)
    package.write(book.styles_part, styles.result())
    return package.save()


def _styles(package: Package, book: Book) -> Styles:
    xml = package.read(book.styles_part)
    if xml is None:
        xml = EMPTY_STYLES.format(namespace=book.dialect.main).encode()
        package.declare(book.styles_part, STYLES_TYPE)
        package.relate(WORKBOOK, f"{book.dialect.relations}/styles", book.styles_part)
    return Styles(xml, keeps_hidden_colours=book.keeps_hidden_colours)


def _mark_all(
    package: Package, book: Book, styles: Styles, marks: Mapping[str, Mapping[Place, Mark]]
) -> dict[str, MarkedSheet]:
    """Mark the sheets that have something to mark, to take back or to deselect; the others are not touched."""
    marked: dict[str, MarkedSheet] = {}
    for sheet in book.sheets:
        xml = package.read(sheet.part) if sheet.part and sheet != book.own_sheet else None
        on_sheet = marks.get(sheet.name, {})
        if xml is None or not (on_sheet or styles.marked_styles or b"tabSelected" in xml or book.has_comments(sheet)):
            continue
        marked[sheet.name] = mark_sheet(xml, on_sheet, styles)
        marked[sheet.name].deselect()
        comment(package, sheet.part, marked[sheet.name], book.dialect)
        changed = marked[sheet.name].edits.result()
        if changed != xml:
            package.write(sheet.part, changed)
    return marked


def _links(book: Book, marked: Mapping[str, MarkedSheet], moved: Moved | None) -> Callable[[Place], Link | None]:
    sheets: Mapping[str, Sheet] = {sheet.name: sheet for sheet in book.sheets}

    def link_of(place: Place) -> Link | None:
        here = place if moved is None else moved(place)
        if here is None or here.sheet not in sheets:
            return None
        sheet = marked.get(here.sheet)
        at = sheet.shown_at.get(here) if sheet else None
        is_hidden = sheets[here.sheet].is_hidden or (sheet is not None and sheet.is_hidden(here))
        return Link(here.sheet, at or (here.row or 1, here.column or 1), is_hidden)

    return link_of
