"""The package before and after: what is not marked leaves byte for byte as it came."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from schemas.findings import Severity
from tests.samples import SAMPLES
from tests.transforms.answer.answers import (
    a_finding,
    an_answer,
    by_openpyxl,
    by_xlsxwriter,
    changed_parts,
    the_answer_to,
    the_book,
    the_parts,
)
from tests.transforms.workbook.files import a_zip
from transforms.answer.annotate import annotate
from transforms.answer.package import CannotAnnotateError, Package

SAMPLE_FILES = sorted(path for path in SAMPLES.glob("*/*.xlsx") if path.stat().st_size > 100)
RICH = {"openpyxl": by_openpyxl(), "XlsxWriter": by_xlsxwriter()}
FINDINGS = (
    a_finding("Projekte!B5"),
    a_finding("Projekte!A4", Severity.WARNING),
    a_finding("Projekte!7:7", Severity.WARNING),
    a_finding("Projekte!D:D", Severity.INFO),
    a_finding("Projekte!H30"),
    a_finding("Projekte!F9"),
    a_finding("Fehlt!B2"),
    a_finding(),
)
BOOKKEEPING = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
"""Parts that have to know of one more sheet and of our styles."""

CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*?)(/>|>.*?</c>)', re.DOTALL)


def cells_in(sheet: bytes) -> dict[bytes, tuple[bytes, bytes]]:
    """Address to attributes and content of each cell, as written."""
    return {ref: (attributes, content) for ref, attributes, content in CELL.findall(sheet)}


def without_style(attributes: bytes) -> bytes:
    return re.sub(rb'\s*s="\d+"', b"", attributes)


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_of_a_sample_only_marked_sheets_and_bookkeeping_change(path: Path) -> None:
    before = path.read_bytes()
    answer = the_answer_to(path)

    after = annotate(before, answer)

    marked = {finding.place.sheet for finding in answer.findings if finding.place and finding.place.address}
    names = the_book(before).sheetnames
    sheets = {f"xl/worksheets/sheet{names.index(name) + 1}.xml" for name in marked}
    assert changed_parts(before, after) <= BOOKKEEPING | sheets
    assert changed_parts(before, after) >= BOOKKEEPING


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_in_a_marked_sheet_of_a_sample_only_marked_cells_change(path: Path) -> None:
    before = path.read_bytes()
    answer = the_answer_to(path)
    old, new = the_parts(before), the_parts(annotate(before, answer))

    for name in (name for name in old if name.startswith("xl/worksheets/") and old[name] != new[name]):
        there, now = cells_in(old[name]), cells_in(new[name])
        changed = {ref for ref in there if now[ref] != there[ref]}
        added = now.keys() - there.keys()
        addresses = {place.address.encode() for finding in answer.findings for place in finding.places}
        addresses |= {b"A%d" % (place.row or 0) for finding in answer.findings for place in finding.places}
        assert changed | added <= addresses
        for ref in changed:
            assert without_style(now[ref][0]) == without_style(there[ref][0])
            assert now[ref][1] == there[ref][1]
        # Without the cells that were touched and the reference to the comments, the sheet is what it was.
        assert rest_of(new[name], changed | added) == rest_of(old[name], changed | added)


def rest_of(sheet: bytes, cells: set[bytes]) -> bytes:
    left = CELL.sub(lambda match: b"" if match[1] in cells else match[0], sheet)
    return re.sub(rb"<legacyDrawing[^>]*/>", b"", left)


@pytest.mark.parametrize("content", RICH.values(), ids=RICH.keys())
def test_of_a_rich_workbook_everything_but_sheet_and_comments_stays_byte_for_byte(content: bytes) -> None:
    after = annotate(content, an_answer(*FINDINGS))

    changed = changed_parts(content, after)
    allowed = {name for name in the_parts(content) if "omment" in name or "vmlDrawing" in name}
    sheets = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/chartsheets/sheet1.xml"}
    assert changed <= BOOKKEEPING | sheets | allowed | {"docProps/app.xml"}
    for part in ("charts/", "media/", "tables/", "theme/", "sharedStrings", "drawing1.xml", "calcChain", "core.xml"):
        assert not [name for name in changed if part in name]


@pytest.mark.parametrize("content", RICH.values(), ids=RICH.keys())
def test_a_sheet_keeps_its_widths_conditions_choices_and_protection(content: bytes) -> None:
    old = the_parts(content)["xl/worksheets/sheet1.xml"]
    new = the_parts(annotate(content, an_answer(*FINDINGS)))["xl/worksheets/sheet1.xml"]

    for name in (b"cols", b"sheetProtection", b"conditionalFormatting", b"dataValidations", b"mergeCells", b"extLst"):
        pattern = re.compile(rb"<%s\b.*?(?:/>|</%s>)" % (name, name), re.DOTALL)
        assert pattern.findall(new) == pattern.findall(old), name


@pytest.mark.parametrize("content", RICH.values(), ids=RICH.keys())
def test_every_part_stays_well_formed_and_every_relation_leads_to_a_part_with_a_type(content: bytes) -> None:
    parts = the_parts(annotate(content, an_answer(*FINDINGS)))

    types = fromstring(parts["[Content_Types].xml"])
    overrides = {element.attrib["PartName"].lstrip("/") for element in types if "PartName" in element.attrib}
    suffixes = {element.attrib["Extension"] for element in types if "Extension" in element.attrib}
    for name, part in parts.items():
        if name.endswith((".xml", ".rels", ".vml")):
            fromstring(part)
        assert name in overrides or name.rpartition(".")[2] in suffixes
    assert overrides <= parts.keys()


@pytest.mark.parametrize("content", RICH.values(), ids=RICH.keys())
def test_elements_of_a_sheet_stay_in_the_order_of_the_standard(content: bytes) -> None:
    parts = the_parts(annotate(content, an_answer(*FINDINGS)))
    order = [
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "autoFilter"),
        *("mergeCells", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
        *("pageSetup", "headerFooter", "drawing", "legacyDrawing", "tableParts", "extLst"),
    ]

    for name in (name for name in parts if name.startswith("xl/worksheets/") and name.endswith(".xml")):
        positions = [order.index(element.tag.rpartition("}")[2]) for element in fromstring(parts[name])]
        assert positions == sorted(positions), name


@pytest.mark.parametrize("content", RICH.values(), ids=RICH.keys())
def test_the_same_answer_gives_the_same_bytes(content: bytes) -> None:
    assert annotate(content, an_answer(*FINDINGS)) == annotate(content, an_answer(*FINDINGS))


def test_unchanged_parts_keep_their_packed_bytes() -> None:
    content = RICH["XlsxWriter"]
    after = annotate(content, an_answer(*FINDINGS))

    def packed(package: bytes, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            info = archive.getinfo(name)
        start = info.header_offset + 30 + len(name)
        return package[start : start + info.compress_size]

    assert packed(after, "xl/sharedStrings.xml") == packed(content, "xl/sharedStrings.xml")


def test_the_zip_passes_its_own_checks_and_names_no_time() -> None:
    with zipfile.ZipFile(io.BytesIO(annotate(RICH["openpyxl"], an_answer(*FINDINGS)))) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(archive.namelist()) == len(set(archive.namelist()))


@pytest.mark.parametrize("content", [b"", b"PK", b"keine Mappe", b"PK\x03\x04" + bytes(60)])
def test_what_is_no_workbook_is_refused_and_not_guessed_at(content: bytes) -> None:
    with pytest.raises(CannotAnnotateError):
        annotate(content, an_answer(*FINDINGS))


def test_a_workbook_with_a_log_of_changes_is_left_alone() -> None:
    stream = io.BytesIO(RICH["openpyxl"])
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/revisions/revisionHeaders.xml", "<headers/>")

    with pytest.raises(CannotAnnotateError, match="log of its changes"):
        annotate(stream.getvalue(), an_answer(*FINDINGS))


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("damage", [b"", b"<a>", b"<a/>", b"\xff\xfe<", b"<worksheet><sheetData>"])
def test_a_part_that_is_not_what_it_should_be_ends_in_a_refusal_or_a_whole_package(name: str, damage: bytes) -> None:
    parts = the_parts(RICH["openpyxl"])

    try:
        after = annotate(a_zip({**parts, name: damage}), an_answer(*FINDINGS))
    except CannotAnnotateError:
        return
    assert parts.keys() <= the_parts(after).keys()


def test_a_package_that_takes_too_long_to_take_apart_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.answer.package._MOST_BYTES", 5_000)

    with pytest.raises(CannotAnnotateError, match="too large"):
        annotate(RICH["XlsxWriter"], an_answer(*FINDINGS))


def test_what_is_packed_can_be_opened_again_however_well_it_packs() -> None:
    package = Package(by_openpyxl())
    package.write("xl/padding.xml", b"<x>" + b" " * 8_000_000 + b"</x>")

    again = Package(package.save())

    assert again.read("xl/padding.xml") == b"<x>" + b" " * 8_000_000 + b"</x>"
