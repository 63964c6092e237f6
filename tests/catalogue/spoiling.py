"""Ways to spoil the layout of a return, as offices do."""

from collections.abc import Callable

from schemas.contract import tables
from tests.catalogue.book import FIRST_ROW, HEADER_ROW, Book, Cell, Page, place_of

PROJECTS, MILESTONES, RISKS = "Projekte", "Meilensteine", "Risiken"
WIDTH = len(tables()["project"].fields)
BUDGET, SCHEDULE = "project.budget_total", "project.status_schedule"


def column_of(where: str) -> int:
    return place_of(where).column or 0


def push_down(book: Book) -> None:
    page = book[PROJECTS]
    page.insert_rows(1, 7)
    page.put(1, 1, "Klinikum Gütersloh gGmbH")
    page.put(3, 1, "Stand: 21.07.2026 / 20:19:53")
    page.put(5, 2, "Projekte der Digitalisierung")


def header_in_row_30(book: Book) -> None:
    book[PROJECTS].insert_rows(1, 26)


def two_headers(book: Book) -> None:
    page = book[PROJECTS]
    page.line(3, [one.value for one in page.row(HEADER_ROW)])


def header_over_two_rows(book: Book) -> None:
    """„Ampel“ over four columns, the four kinds of it in the row below."""
    page = book[PROJECTS]
    first = column_of("project.status_overall")
    page.insert_rows(FIRST_ROW)
    for column in range(1, WIDTH + 1):
        if first <= column < first + 4:
            page.put(FIRST_ROW, column, page.cells[HEADER_ROW, column].value.removeprefix("Ampel "))
            page.cells.pop((HEADER_ROW, column))
        else:
            page.merged.append((HEADER_ROW, column, FIRST_ROW, column))
    page.put(HEADER_ROW, first, "Ampel")
    page.merged.append((HEADER_ROW, first, HEADER_ROW, first + 3))


def units(book: Book) -> None:
    page = book[PROJECTS]
    page.insert_rows(FIRST_ROW)
    page.line(FIRST_ROW, ["Text", "Text", *[None] * (column_of(BUDGET) - 3), "EUR", "EUR", "EUR"])


def data_above(book: Book) -> None:
    page = book[PROJECTS]
    page.line(3, [one.value for one in page.row(6)])
    page.clear_row(6)


def heading(where: str, text: str) -> Callable[[Book], None]:
    place = place_of(where)
    return lambda book: book[place.sheet].put(HEADER_ROW, place.column or 0, text)


def drop_column(book: Book, where: str) -> None:
    page, column = book[PROJECTS], column_of(where)
    page.cells = {place: one for place, one in page.cells.items() if place[1] != column or place[0] < HEADER_ROW}


def reordered(book: Book) -> None:
    page = book[PROJECTS]
    page.rearrange({column: WIDTH + 1 - column for column in range(1, WIDTH + 1)})


def inserted_column(book: Book) -> None:
    page = book[PROJECTS]
    page.rearrange({column: column + 1 for column in range(5, WIDTH + 1)})
    for row, text in ((HEADER_ROW, "interne Bemerkung"), (5, "nur intern"), (6, "nur intern")):
        page.put(row, 5, text)


def total_below(book: Book, amount: str, word: str = "Summe") -> None:
    _total(book[PROJECTS], 7, amount, word)


def _total(page: Page, row: int, amount: str, word: str) -> None:
    page.put(row, 1, word)
    page.put(row, column_of(BUDGET), amount)


def total_in_between(book: Book) -> None:
    page = book[PROJECTS]
    page.insert_rows(6)
    _total(page, 6, "200.000,00 €", "Zwischensumme")
    _total(page, 8, "400.000,00 €", "Gesamt")


def footnotes(book: Book) -> None:
    page = book[PROJECTS]
    page.put(8, 1, "* Werte vorläufig")
    page.put(9, 1, "1) ohne Umsatzsteuer")
    page.put(10, 1, "Quelle: Controlling")


def merged_key(book: Book) -> None:
    page = book[MILESTONES]
    page.put(6, 2, Cell(2))
    page.cells.pop((6, 1))
    page.merged.append((5, 1, 6, 1))


def merged_values(book: Book) -> None:
    page = book[PROJECTS]
    column = column_of(BUDGET)
    page.cells.pop((6, column))
    page.merged.append((5, column, 6, column))


def grouped(book: Book) -> None:
    page = book[PROJECTS]
    page.insert_rows(6)
    page.put(6, 1, "Stadtwerke")


def hide(book: Book, *, rows: tuple[int, ...] = (), columns: tuple[int, ...] = ()) -> None:
    book[PROJECTS].hidden_rows |= set(rows)
    book[PROJECTS].hidden_columns |= set(columns)


def hide_sheet(book: Book) -> None:
    book[RISKS].is_hidden = True


def strike(book: Book, *places: tuple[int, int]) -> None:
    page = book[PROJECTS]
    for place in places:
        if place in page.cells:
            page.cells[place] = page.cells[place]._replace(is_struck=True)


def copy(book: Book, name: str) -> None:
    page = book[PROJECTS]
    book.pages.append(Page(name, dict(page.cells)))


def rename(book: Book, name: str) -> None:
    book[PROJECTS].name = name


def used_to_the_end(book: Book) -> None:
    page = book[PROJECTS]
    for row in (*range(7, 400), 60_000):
        page.put(row, 1, Cell(None, fill="F2F2F2"))


def too_many_rows(book: Book) -> None:
    page = book[RISKS]
    line = [one.value for one in page.row(5)]
    for row in range(6, 2007):
        page.line(row, line)


def beside(book: Book) -> None:
    page = book[RISKS]
    width = len(tables()["risk"].fields)
    for row in (HEADER_ROW, FIRST_ROW):
        page.line(row, [one.value for one in page.row(row)[:width]], width + 3)


def below(book: Book) -> None:
    page = book[PROJECTS]
    page.line(10, [one.value for one in page.row(HEADER_ROW)])
    page.line(11, [one.value for one in page.row(FIRST_ROW)])
