"""A marked cell: another fill, a comment, and nothing else."""

import re
from typing import Any

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from schemas.answer import ALL_MARK_FILLS, DARK_MARK_FILLS, MARK_FILLS
from schemas.findings import Severity
from tests.transforms.answer.answers import a_finding, an_answer, by_openpyxl, by_xlsxwriter, the_book, the_parts
from tests.transforms.workbook.files import a_workbook
from transforms.answer.annotate import annotate


def opened(content: bytes, sheet: str = "Projekte") -> Worksheet:
    found = the_book(content)[sheet]
    assert isinstance(found, Worksheet)
    return found


def fill_of(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[2:]


def note_at(cell: Any) -> str:
    assert cell.comment is not None, f"{cell.coordinate} has no comment"
    return str(cell.comment.text).removeprefix("— Rückmeldung Die 8 —\n")


@pytest.mark.parametrize("cell", ["B5", "D6", "E8", "A4", "B6"])
def test_it_keeps_number_format_font_border_alignment_and_protection(cell: str) -> None:
    content = by_openpyxl()
    before = opened(content)[cell]

    after = opened(annotate(content, an_answer(a_finding(f"Projekte!{cell}"))))[cell]

    assert isinstance(after, Cell)
    for part in ("number_format", "font", "border", "alignment", "protection", "value"):
        assert repr(getattr(after, part)) == repr(getattr(before, part)), part
    assert fill_of(after) in ALL_MARK_FILLS


def test_the_colour_is_that_of_the_worst_finding_and_the_comment_tells_all_worst_first() -> None:
    findings = [
        a_finding("Projekte!C5", Severity.INFO, "Das nur nebenbei."),
        a_finding("Projekte!C5", Severity.ERROR, "Das geht nicht."),
        a_finding("Projekte!C5", Severity.WARNING, "Das ist seltsam."),
    ]

    cell = opened(annotate(by_openpyxl(), an_answer(*findings)))["C5"]

    assert fill_of(cell) == MARK_FILLS[Severity.ERROR]
    assert note_at(cell).splitlines() == [
        "Fehler C04: Das geht nicht.",
        "Warnung C04: Das ist seltsam.",
        "Hinweis C04: Das nur nebenbei.",
    ]


@pytest.mark.parametrize("colour", ["FFFFFFFF", "00FFFFFF", "FFF2F2F2", "theme0"])
def test_white_text_gets_a_dark_mark_so_that_it_stays_legible(colour: str) -> None:
    def fill_in(sheet: Worksheet) -> None:
        from openpyxl.styles.colors import Color

        sheet["A1"] = "Überschrift"
        sheet["A1"].font = Font(color=Color(theme=0) if colour == "theme0" else colour)
        sheet["A1"].fill = PatternFill("solid", fgColor="FF1F4E79")

    cell = opened(annotate(a_workbook(fill_in), an_answer(a_finding("Projekte!A1"))))["A1"]

    assert fill_of(cell) == DARK_MARK_FILLS[Severity.ERROR]


@pytest.mark.parametrize("fills", [MARK_FILLS, DARK_MARK_FILLS])
def test_marks_are_legible_and_differ_in_lightness_from_their_text(fills: dict[Severity, str]) -> None:
    text = 0.0 if fills is MARK_FILLS else 1.0
    for fill in fills.values():
        light, dark = sorted((luminance(fill), text), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 7


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_cells_of_one_look_share_one_new_style() -> None:
    def fill_in(sheet: Worksheet) -> None:
        for row in range(1, 41):
            sheet.cell(row, 1, row)

    content = a_workbook(fill_in)
    findings = [a_finding(f"Projekte!A{row}") for row in range(1, 41)]

    def styles(package: bytes) -> int:
        found = re.search(rb'<cellXfs count="(\d+)"', the_parts(package)["xl/styles.xml"])
        assert found
        return int(found[1])

    once = styles(annotate(content, an_answer(findings[0])))
    assert styles(annotate(content, an_answer(*findings))) == once


def test_a_row_is_marked_at_its_first_filled_cell_and_a_column_at_its_heading() -> None:
    def fill_in(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"] = "Titel", "Betrag"
        sheet["C5"], sheet["D5"] = "eins", 1

    findings = [a_finding("Projekte!5:5"), a_finding("Projekte!D:D"), a_finding("Projekte!9:9")]

    sheet = opened(annotate(a_workbook(fill_in), an_answer(*findings)))

    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"C5", "D4", "A9"}


def test_within_a_merged_range_the_cell_that_shows_the_value_is_marked() -> None:
    sheet = opened(annotate(by_openpyxl(), an_answer(a_finding("Projekte!H3"))))

    assert note_at(sheet["G2"]).startswith("Fehler")
    assert fill_of(sheet["G2"]) == MARK_FILLS[Severity.ERROR]


def test_a_finding_with_several_places_marks_them_all() -> None:
    finding = a_finding("Projekte!B5")
    places = (*finding.places, *a_finding("Projekte!B7").places, *a_finding("Risiken & „Chancen“!A1").places)
    several = type(finding)("C09", Severity.ERROR, "Einheit?", places)

    content = annotate(by_openpyxl(), an_answer(several))

    assert note_at(opened(content)["B7"]).endswith("Fehler C09: Einheit?")
    assert note_at(opened(content, "Risiken & „Chancen“")["A1"]).endswith("Fehler C09: Einheit?")


def test_a_new_cell_looks_as_its_empty_place_did() -> None:
    content = by_xlsxwriter()

    sheet = opened(annotate(content, an_answer(a_finding("Projekte!K9"), a_finding("Projekte!B21"))))

    assert sheet["K9"].number_format == "#,##0.00 €"
    assert sheet["B21"].number_format == "dd.mm.yyyy"
    assert sheet["B21"].font.italic


def test_comments_of_the_sender_stay_and_ours_follows_in_the_same_one() -> None:
    findings = [a_finding("Projekte!B5", message="Neu."), a_finding("Projekte!D7")]
    sheet = opened(annotate(by_xlsxwriter(), an_answer(*findings)))

    text = note_at(sheet["B5"])
    assert text.startswith("Alter Kommentar")
    assert text.endswith("Fehler C04: Neu.")
    assert note_at(sheet["C6"]) == "Noch einer"
    assert note_at(sheet["D7"]).startswith("Fehler C04")
    assert sheet["B5"].comment is not None
    assert sheet["B5"].comment.author == "Sachgebiet 2"


def test_a_plain_comment_is_kept_word_for_word() -> None:
    sheet = opened(annotate(by_openpyxl(), an_answer(a_finding("Projekte!B5"))))

    assert note_at(sheet["B5"]).startswith("Bitte stehen lassen\n")


def test_a_conversation_at_a_cell_is_left_to_itself() -> None:
    content = by_openpyxl()
    parts = the_parts(content)
    told = parts["xl/comments/comment1.xml"].replace(b"Sachgebiet 1", b"tc={1234}")
    from tests.transforms.workbook.files import a_zip

    sheet = opened(annotate(a_zip({**parts, "xl/comments/comment1.xml": told}), an_answer(a_finding("Projekte!B5"))))

    assert note_at(sheet["B5"]) == "Bitte stehen lassen"
    assert fill_of(sheet["B5"]) == MARK_FILLS[Severity.ERROR]


def test_every_comment_has_a_hidden_box_of_its_own_number() -> None:
    findings = [a_finding(f"Projekte!B{row}") for row in range(5, 12)] + [a_finding("Listen!A1")]

    parts = the_parts(annotate(by_xlsxwriter(), an_answer(*findings)))

    drawings = [part.decode() for name, part in parts.items() if name.endswith(".vml")]
    numbers = re.findall(r'<v:shape\b[^>]*?id="_x0000_s(\d+)"', "".join(drawings))
    assert len(numbers) == len(set(numbers))
    assert sum(drawing.count('ObjectType="Note"') for drawing in drawings) == 2 + 6 + 1
    assert any('ObjectType="Button"' in drawing for drawing in drawings)


def test_what_is_told_cannot_become_markup_or_a_formula_or_break_the_part() -> None:
    message = "=1+1 </t><f>1</f> & \x00\x0b\ud800 ]]> _x0041_ \u202e"
    findings = [a_finding("Projekte!B5", message=message), a_finding("Projekte!D7", message="=HYPERLINK(1)")]

    content = annotate(by_openpyxl(), an_answer(*findings, file_name="=cmd|' /C calc'!A0.xlsx"))

    book = the_book(content)
    own = book.worksheets[0]
    cells = [cell for row in own.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    assert "=cmd|' /C calc'!A0.xlsx" in {cell.value for cell in cells}
    assert "=1+1 </t><f>1</f> & ]]> _x005F_x0041_" in {cell.value for cell in cells}
    assert "<f>" not in the_parts(content)["xl/worksheets/die8Rueckmeldung1.xml"].decode()
    assert note_at(book["Projekte"]["D7"]) == "Fehler C04: =HYPERLINK(1)"


def test_a_workbook_in_the_strict_form_gets_parts_of_that_form() -> None:
    parts = the_parts(by_openpyxl())
    from tests.transforms.workbook.files import a_zip

    def strictly(part: bytes) -> bytes:
        part = part.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", STRICT)
        return part.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", STRICT_RELATIONS)

    content = a_zip(
        {name: strictly(part) if name.endswith((".xml", ".rels")) else part for name, part in parts.items()}
    )

    after = the_parts(annotate(content, an_answer(a_finding("Projekte!B5"), a_finding("Risiken & „Chancen“!A1"))))

    new = {name: part for name, part in after.items() if name not in parts and name.endswith(".xml")}
    assert len(new) == 2
    assert all(STRICT in part for part in new.values())
    assert b"schemas.openxmlformats.org/spreadsheetml" not in b"".join(after.values())


STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


def test_parts_in_utf_16_are_marked_too() -> None:
    from tests.transforms.workbook.files import a_zip

    parts = the_parts(by_openpyxl())
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"):
        text = parts[name].decode().removeprefix("<?xml version='1.0' encoding='UTF-8'?>")
        parts[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")

    sheet = opened(annotate(a_zip(parts), an_answer(a_finding("Projekte!B5"))))

    assert fill_of(sheet["B5"]) == MARK_FILLS[Severity.ERROR]
    assert sheet["A5"].value == "r5c1"
