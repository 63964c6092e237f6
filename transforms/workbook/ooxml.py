"""Workbooks of the xlsx family: what the value reader leaves out, from the package's own parts."""

import posixpath
from collections.abc import Mapping

from msgspec import Struct

from schemas.workbook import CellKind, Cells, FileFormat, RawSheet, RawWorkbook
from transforms.workbook.archive import Archive
from transforms.workbook.limits import Limits
from transforms.workbook.marks import check_extent, check_total, join
from transforms.workbook.ooxml_plain import plain_cells, plain_texts
from transforms.workbook.ooxml_sheet import SheetParts, read_sheet_parts
from transforms.workbook.ooxml_styles import read_styles
from transforms.workbook.refusals import refuse_beyond, refuse_damaged, refuse_type
from transforms.workbook.values import Values
from transforms.workbook.xml_parts import Element, is_true, read_elements

_WORKBOOK = "xl/workbook.xml"
_AUTHORS = frozenset({"coreProperties/creator", "coreProperties/lastModifiedBy", "comments/authors/author"})


class _Outline(Struct, frozen=True):
    """What workbook.xml tells of the whole file."""

    sheets: tuple[tuple[str, bool, str], ...]
    """Name, hidden or not, and part of each worksheet."""
    is_date_1904: bool
    is_calculated: bool
    """False when the writing program left the calculating to whoever opens the file."""
    defined_names: Mapping[str, str]


def refuse_active_content(archive: Archive, what: str) -> None:
    """Refuse a package that carries a macro project or macro sheets (F02); they would never be run anyway."""
    for name in archive.names:
        lowered = name.lower()
        if lowered.endswith("vbaproject.bin") or lowered.startswith("xl/macrosheets/"):
            refuse_type(f"{what} mit Makros")


def read_ooxml(archive: Archive, content: bytes, file_format: FileFormat, limits: Limits) -> RawWorkbook:
    """Read an xlsx or xlsm package; `RefusedError` when it is damaged or too large."""
    outline = _read_outline(archive)
    if len(outline.sheets) > limits.sheets:
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    styles = read_styles(archive)
    looked_at: list[tuple[str, bool, SheetParts]] = []
    total = 0
    for name, is_hidden, part in outline.sheets:
        xml = archive.read(part)
        if xml is None:
            refuse_damaged(f"Inhalt von Blatt „{name}“ fehlt")
        parts = read_sheet_parts(xml, styles, limits, name)
        check_extent(name, parts.cells, limits)
        total += len(parts.rows)
        check_total(total, limits)
        looked_at.append((name, is_hidden, parts))
    # Only now, when every sheet is known to fit, are texts unpacked and may the value reader reserve its memory.
    texts = plain_texts(archive)
    values: Values | None = None
    sheets = []
    for name, is_hidden, parts in looked_at:
        cells = plain_cells(parts, texts, is_date_1904=outline.is_date_1904)
        if cells is None:
            values = values or Values(content)
            cells = join(values.grid(name), parts.cells)
        sheets.append(
            RawSheet(
                name=name,
                cells=cells if outline.is_calculated else _with_true_results(cells),
                is_hidden=is_hidden,
                hidden_rows=parts.hidden_rows,
                hidden_columns=parts.hidden_columns,
                merged=parts.merged,
            )
        )
    return RawWorkbook(
        format=file_format,
        sheets=tuple(sheets),
        is_date_1904=outline.is_date_1904,
        external_links=external_links(archive),
        defined_names=outline.defined_names,
        generator=generator(archive),
        authors=authors(archive),
    )


def _with_true_results(cells: Cells) -> Cells:
    """Take away the zeros that programs which do not calculate store as the result of every formula (M51).

    A zero that is right goes with them: nothing in the file tells the two apart, and a zero is worse than a question.
    """
    contents = [
        content._replace(kind=CellKind.BLANK, value=None)
        if content.formula is not None and content.kind is CellKind.NUMBER and content.value == 0
        else content
        for content in cells.contents
    ]
    return Cells(cells.rows, cells.columns, cells.which, contents)


def _read_outline(archive: Archive) -> _Outline:
    elements = _elements(archive, _WORKBOOK)
    parts = worksheet_parts(archive, _WORKBOOK)
    listed = [element.attributes for element in elements if element.path == "workbook/sheets/sheet"]
    # Sheets that are charts or dialogs have other kinds of parts and hold no cells.
    sheets = [
        (sheet.get("name", ""), sheet.get("state", "visible") != "visible", parts[sheet["id"]])
        for sheet in listed
        if sheet.get("id") in parts
    ]
    if not sheets:
        refuse_damaged("kein Tabellenblatt enthalten")
    return _Outline(
        sheets=tuple(sheets),
        is_date_1904=any(e.path == "workbook/workbookPr" and is_true(e.attributes.get("date1904")) for e in elements),
        is_calculated=not any(
            e.path == "workbook/calcPr" and is_true(e.attributes.get("fullCalcOnLoad")) for e in elements
        ),
        defined_names={
            e.attributes.get("name", ""): e.text for e in elements if e.path == "workbook/definedNames/definedName"
        },
    )


def external_links(archive: Archive) -> tuple[str, ...]:
    """List the files that the workbook refers to, as written; they are never followed (M52)."""
    return tuple(
        link.attributes.get("Target", "")
        for name in sorted(archive.names)
        if name.lower().startswith("xl/externallinks/_rels/")
        for link in _elements(archive, name)
        if link.path == "Relationships/Relationship" and link.attributes.get("TargetMode") == "External"
    )


def generator(archive: Archive) -> str:
    """Name the program that wrote the package; empty when it does not say."""
    texts = [e.text for e in _elements(archive, "docProps/app.xml") if e.path == "Properties/Application"]
    return texts[0].strip() if texts else ""


def authors(archive: Archive) -> tuple[str, ...]:
    """Name whom properties, comments and the list of persons give as authors, each once (M96)."""
    found: dict[str, None] = {}
    for name in sorted(archive.names):
        lowered = name.lower()
        if lowered == "docprops/core.xml" or lowered.startswith(("xl/comments", "xl/persons/")):
            for element in _elements(archive, name) if lowered.endswith(".xml") else ():
                if element.path in _AUTHORS:
                    found[element.text.strip()] = None
                elif element.path == "personList/person":
                    found[element.attributes.get("displayName", "").strip()] = None
    found.pop("", None)
    return tuple(found)


def worksheet_parts(archive: Archive, workbook: str) -> dict[str, str]:
    """Map the relation ids of a workbook part to the parts that hold its worksheets."""
    return {
        identity: _resolved(target)
        for identity, kind, target in relations(archive, workbook)
        if kind.endswith("/worksheet")
    }


def linked_books(archive: Archive, workbook: str) -> dict[str, str]:
    """Map the relation ids of a workbook part to the other workbooks that stand behind them."""
    parts = {i: _resolved(target) for i, kind, target in relations(archive, workbook) if kind.endswith("/externalLink")}
    return {i: next((target for _, _, target in relations(archive, part)), "") for i, part in parts.items()}


def relations(archive: Archive, part: str) -> list[tuple[str, str, str]]:
    """List the relations of a part: id, type and target as written."""
    folder, name = posixpath.split(part)
    return [
        (link.attributes.get("Id", ""), link.attributes.get("Type", ""), link.attributes.get("Target", ""))
        for link in _elements(archive, f"{folder}/_rels/{name}.rels")
        if link.path == "Relationships/Relationship"
    ]


def _elements(archive: Archive, name: str) -> list[Element]:
    xml = archive.read(name)
    return read_elements(xml) if xml else []


def _resolved(target: str) -> str:
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join("xl", target))
