"""The same return in a layout of somebody's own: rows above the header, columns and sheets in another order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from schemas.contract import cover, return_tables
from schemas.place import Place
from tests.catalogue.book import Book, Cell, Page, place_of

_OWN_HEADINGS = ("interne Bemerkung", "Kostenstelle", "zuletzt geprüft")
_MOST_ROWS_ABOVE = 20
"""So many more rows still leave the header among the first 25."""


@dataclass(frozen=True)
class Arrangement:
    """Where everything goes. A table that is not named stays as it is."""

    rows_above: Mapping[str, int]
    """Sheet to the number of empty rows that are put above everything."""
    columns: Mapping[str, Sequence[int]]
    """Sheet to its columns from left to right; a number beyond the template's is a column of the office's own."""
    order: Sequence[int]
    """The sheets' old positions in their new order."""

    def of(self, book: Book) -> Book:
        """Rearrange a book; the office's own columns hold a heading and, in the first row, a note."""
        pages = [self._page(page) for page in book.pages]
        book.pages = [pages[position] for position in self.order]
        return book

    def place(self, where: str, row: int = 0) -> Place:
        """Where a field stands now."""
        old = place_of(where, row)
        columns = self.columns[old.sheet]
        return Place(old.sheet, (old.row or 0) + self.rows_above[old.sheet], columns.index(old.column or 0) + 1)

    def _page(self, page: Page) -> Page:
        columns = self.columns[page.name]
        width = max((column for _, column in page.cells), default=0)
        page.rearrange({old: new for new, old in enumerate(columns, start=1)})
        if page.name != cover().sheet:
            own = [new for new, old in enumerate(columns, start=1) if old > width]
            for column, heading in zip(own, _OWN_HEADINGS, strict=False):
                page.put(4, column, heading)
                page.put(5, column, Cell("nur intern"))
        page.insert_rows(1, self.rows_above[page.name])
        return page


@st.composite
def arrangements(draw: st.DrawFn) -> Arrangement:
    """Any layout that a person could choose; the labels of the Deckblatt stay left of their values."""
    rows, columns = (
        {cover().sheet: draw(st.integers(0, 5))},
        {cover().sheet: draw(st.sampled_from([[1, 2], [9, 1, 2]]))},
    )
    for table in return_tables().values():
        width = len(table.fields)
        own = draw(st.integers(0, len(_OWN_HEADINGS)))
        rows[table.sheet] = draw(st.integers(0, _MOST_ROWS_ABOVE))
        columns[table.sheet] = list(draw(st.permutations(range(1, width + own + 1))))
    return Arrangement(rows, columns, draw(st.permutations(range(len(return_tables()) + 1))))
