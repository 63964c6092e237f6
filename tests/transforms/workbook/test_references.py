"""What xls and xlsb tell of other workbooks and of defined names, although their formulas are not read."""

import struct

import pytest

from tests.catalogue.book import Cell, a_book
from tests.catalogue.writing import write
from tests.transforms.workbook.files import workbook_of
from transforms.workbook.reading import read_workbook
from transforms.workbook.references import References, readable_path

REFERENCES = References(books=[None, "Budget.xlsx"], sheets=[(0, 0), (1, 0), (9, 9)])


def a_token(kind: int, number: int, row: int = 3, column: int = 1) -> bytes:
    return struct.pack("<BHHH", kind, number, row, column)


@pytest.mark.parametrize("file_format", ["xlsx", "xls", "xlsb"])
def test_names_and_links_are_told_in_every_format_of_excel(file_format: str) -> None:
    book = a_book()
    book.links, book.named = ("file:///Q:/Budget2025.xlsx",), {"D8_V1": "Deckblatt!$B$4"}
    book.put("decision_request.amount", Cell(12500.0, formula="[1]Tabelle1!B4"))

    read = workbook_of(read_workbook(*write(book, file_format)))

    assert read.external_links == ("file:///Q:/Budget2025.xlsx",)
    assert read.defined_names == {"D8_V1": "Deckblatt!$B$4"}


@pytest.mark.parametrize(
    ("tokens", "formula"),
    [
        (a_token(0x3A, 1), "[Budget.xlsx]"),
        (a_token(0x5A, 1), "[Budget.xlsx]"),
        (a_token(0x3A, 0), ""),
        (a_token(0x3A, 2), ""),
        (a_token(0x3A, 7), ""),
        (a_token(0x1E, 1), ""),
        (b"\x3a", ""),
        (b"", ""),
    ],
)
def test_a_formula_that_begins_in_another_workbook_names_it(tokens: bytes, formula: str) -> None:
    assert REFERENCES.formula(tokens) == formula


@pytest.mark.parametrize(
    ("tokens", "cell"),
    [(a_token(0x3A, 0), "Deckblatt!$B$4"), (a_token(0x3B, 0), ""), (a_token(0x3A, 2), ""), (b"\x3a\0\0", "")],
)
def test_a_name_is_resolved_to_the_one_cell_that_it_stands_for(tokens: bytes, cell: str) -> None:
    assert REFERENCES.cell(tokens, ["Deckblatt"], "<HH") == cell


def test_a_path_of_an_xls_file_is_written_with_slashes() -> None:
    assert readable_path("\x01\x01QAmt\x03Budget.xls") == "QAmt/Budget.xls"
