"""A return as an office has it on the screen: pages of cells, before any file format. Valid by default, then spoilt."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, Self

from schemas.contract import cover, tables
from schemas.place import Place
from schemas.submission import Row, Value
from tests import builders
from transforms.workbook.template_plan import PlannedCell, PlannedWorkbook, plan_template

HEADER_ROW, FIRST_ROW, FIRST_COVER_ROW = 4, 5, 4
ORG, OTHER_ORG = "KLI", "SWG"
GERMAN_ERRORS = {
    "#REF!": "#BEZUG!",
    "#N/A": "#NV",
    "#VALUE!": "#WERT!",
    "#NUM!": "#ZAHL!",
    "#DIV/0!": "#DIV/0!",
    "#NAME?": "#NAME?",
}
"""What a German Excel shows for an error, and writes as text into csv and ods (M48, M88)."""


class Cell(NamedTuple):
    """One cell. ``number_format`` is Excel's code; an empty one is „Standard“."""

    value: Any = None
    number_format: str = ""
    fill: str | None = None
    is_struck: bool = False
    formula: str | None = None
    is_calculated: bool = True
    """A formula's result is stored; False leaves it out, as programs do that do not calculate."""
    is_error: bool = False
    font: str = ""

    def __deepcopy__(self, _memo: object) -> Self:
        """A cell never changes, so that copies of a book may share it."""
        return self


EMPTY = Cell()


@dataclass
class Page:
    """One sheet."""

    name: str
    cells: dict[tuple[int, int], Cell]
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    is_protected: bool = False

    def put(self, row: int, column: int, value: Any) -> None:
        """Write a cell; a plain value keeps nothing of the cell that was there."""
        self.cells[row, column] = value if isinstance(value, Cell) else Cell(value)

    def line(self, row: int, values: Sequence[Any], column: int = 1) -> None:
        """Write a row of cells; None leaves a cell as it is."""
        for offset, value in enumerate(values):
            if value is not None:
                self.put(row, column + offset, value)

    def row(self, row: int) -> list[Cell]:
        """Give the cells of a row from column A on."""
        [cells] = self.rows(row, row)
        return cells

    def rows(self, first: int, last: int) -> Iterator[list[Cell]]:
        """Give the cells of rows from column A on, as many for each as the widest of the page has."""
        columns = range(1, max((column for _, column in self.cells), default=0) + 1)
        for row in range(first, last + 1):
            yield [self.cells.get((row, column), EMPTY) for column in columns]

    def clear_row(self, row: int) -> None:
        """Empty a row."""
        self.cells = {place: cell for place, cell in self.cells.items() if place[0] != row}

    def insert_rows(self, before: int, count: int = 1) -> None:
        """Push everything from a row on downwards."""
        self.cells = {(r + count if r >= before else r, c): cell for (r, c), cell in self.cells.items()}

    def rearrange(self, columns: Mapping[int, int]) -> None:
        """Move whole columns; those that are not named stay."""
        self.cells = {(r, columns.get(c, c)): cell for (r, c), cell in self.cells.items()}

    @property
    def last_row(self) -> int:
        """The last row that holds anything."""
        return max((row for row, _ in self.cells), default=0)


@dataclass
class Book:
    """All that is in the file."""

    pages: list[Page]
    file_stem: str = f"D8_{ORG}_2026-Q3_v01"
    is_date_1904: bool = False
    author: str = ""
    is_calculated: bool = True
    """False: the writing program stores 0 for every formula and leaves the calculating to others (M51)."""
    links: tuple[str, ...] = ()
    """Other workbooks that formulas reach into."""
    named: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Page:
        return next(page for page in self.pages if page.name == name)

    def page_of(self, table: str) -> Page:
        """The sheet of a table."""
        return self[tables()[table].sheet]

    def put(self, where: str, value: Any, row: int = 0) -> None:
        """Write the cell of a field, ``project.phase``; ``row`` counts the rows of the table from 0."""
        place = place_of(where, row)
        assert place.row is not None
        assert place.column is not None
        page = self[place.sheet]
        old = page.cells.get((place.row, place.column), EMPTY)
        page.cells[place.row, place.column] = (
            value
            if isinstance(value, Cell)
            else Cell(value, "" if isinstance(value, str | date) else old.number_format)
        )


def place_of(where: str, row: int = 0) -> Place:
    """Where a field stands in a book that nobody has rearranged."""
    table, _, name = where.partition(".")
    position = list(tables()[table].fields).index(name)
    if table == cover().name:
        return Place(cover().sheet, FIRST_COVER_ROW + position, 2)
    return Place(tables()[table].sheet, FIRST_ROW + row, position + 1)


def a_book(org_code: str = ORG, **cover_overrides: Value) -> Book:
    """A valid return for 2026-Q3 of which the rules have nothing to say: two projects, and a row or two of the rest."""
    if cover_overrides:
        return book_of(_plan(org_code, cover_overrides))
    return deepcopy(_default(org_code))


@cache
def _default(org_code: str) -> Book:
    return book_of(_plan(org_code, {}))


def _plan(org_code: str, cover_overrides: Mapping[str, Any]) -> PlannedWorkbook:
    front = builders.a_cover(org_code=org_code, **cover_overrides)
    first, second = f"{org_code}-001", f"{org_code}-002"
    rows: Mapping[str, Sequence[Row]] = {
        "project": [
            builders.a_funded_project(project_id=first, title="Patientenportal"),
            builders.a_red_project(
                project_id=second, title="Digitale Medikation", status_cost="red", status_scope="red"
            ),
        ],
        "milestone": [
            builders.a_milestone(project_id=first),
            builders.a_milestone(project_id=second, title="Station 3 angebunden"),
        ],
        "kpi_value": [_own_indicator(org_code), *_shared_indicators()],
        "risk": [builders.a_risk(risk_id=f"{org_code}-R01", project_id=second)],
        "decision_request": [
            builders.a_decision_request(decision_id=f"{org_code}-B01", project_id=second, amount=Decimal(67000)),
            builders.a_decision_request(decision_id=f"{org_code}-B02", project_id=first, amount=Decimal(12000)),
        ],
        "cooperation": [builders.a_cooperation()],
    }
    values = {table: [row.values for row in given] for table, given in rows.items()}
    return plan_template(org_code, builders.QUARTER, values, front.values)


def _own_indicator(org_code: str) -> Row:
    if org_code == ORG:
        return builders.an_indicator_value()
    return builders.an_indicator_value(kpi_code=f"{org_code}-01", value=Decimal(20), target_year=Decimal(30))


def _shared_indicators() -> list[Row]:
    day = date(2026, 8, 31)
    return [
        builders.an_indicator_value(kpi_code="ALL-03", value=Decimal(40), target_year=None, data_as_of=day),
        builders.an_indicator_value(kpi_code="ALL-02", value=Decimal(30), target_year=None, data_as_of=None),
    ]


def book_of(plan: PlannedWorkbook) -> Book:
    """Lay a planned workbook out as the template does."""
    pages = []
    for sheet in plan.sheets:
        page = Page(sheet.name, {})
        for number, text in enumerate((sheet.title, *sheet.help), start=1):
            page.put(number, 1, text)
        headings = [column.heading for column in sheet.columns]
        if sheet.is_cover:
            for offset, (heading, cell) in enumerate(zip(headings, sheet.rows[0], strict=True)):
                page.put(FIRST_COVER_ROW + offset, 1, heading)
                _put_planned(page, FIRST_COVER_ROW + offset, 2, cell)
        else:
            page.line(HEADER_ROW, headings)
            for offset, row in enumerate(sheet.rows):
                for column, cell in enumerate(row, start=1):
                    _put_planned(page, FIRST_ROW + offset, column, cell)
        pages.append(page)
    return Book(pages, file_stem=f"D8_{plan.org_code}_{plan.quarter}_v01")


def _put_planned(page: Page, row: int, column: int, cell: PlannedCell) -> None:
    if cell.value is not None:
        page.put(row, column, Cell(cell.value, "" if cell.number_format == "General" else cell.number_format))
