"""The report as a block of text for a Sitzungsvorlage (domain.md §2.3): Word, with real headings, ready to paste."""

import zipfile
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from io import BytesIO
from typing import Any, cast

from docx import Document
from docx.document import Document as Page
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.table import _Cell

from schemas.facts import Figure, Light, ReportFacts, RequestFact
from transforms.report import look
from transforms.report.outputs.report_tables import report_tables, stamps
from transforms.report.outputs.tables import Cell, Table
from transforms.report.page_parts import Lookup, comparison, day_of, delivery_state, money_notes, page_texts
from transforms.report.texts import label, text, texts
from transforms.report.writing import joined, with_unit
from transforms.wording import german_number

_FACE = "Calibri"
_LANGUAGE = "de-DE"
_MARGIN = Cm(2.5)
_OPEN_LINE = "…………"
_WIDTHS = {
    "pairs": (4.4, 11.6),
    "sequence": (5.6, 3.9, 6.5),
    "lights": (4.4, 2.6, 2.9, 3.1),
    "sums": (5.6, 3.0, 2.2, 5.2),
}
"""The columns of the tables, in centimetres; together at most the width of the text."""


def render_docx(facts: ReportFacts) -> bytes:
    """Write the text block of the Sitzungsvorlage as docx; equal facts give equal bytes.

    Headings are real headings, the language is German, tables have header rows that repeat and say what they are.
    What only the office that tables it knows (number, bodies) stays to be filled in.
    """
    page = Document()
    _set_up(page, facts)
    _front(page, facts)
    _proposals(page, facts)
    _situation(page, facts)
    _finances(page, facts)
    _annexes(page, facts)
    return _fixed(page)


def _front(page: Page, facts: ReportFacts) -> None:
    words = texts("proposal")
    page.add_heading(words["title"], level=1)
    is_public = facts.edition.highest_level == "public"
    rows = [
        (words["number"], _OPEN_LINE),
        (words["publicity"], words["public"] if is_public else words["private"]),
        (words["in_charge"], words["department"]),
        (words["subject"], text("pages", "title", quarter=facts.in_text)),
        (words["as_of"], f"{day_of(facts.as_of)} · {delivery_state(facts.delivery)}"),
    ]
    _pairs(page, rows, words["front_alt"])
    if said := stamps(facts):
        page.add_paragraph().add_run(" · ".join(said)).bold = True
    if facts.edition.boundary:
        page.add_paragraph(facts.edition.boundary)
    page.add_heading(words["sequence"], level=2)
    bodies = dict.fromkeys(label("further_bodies", body) for r in facts.requests for body in r.further_bodies)
    meeting = day_of(facts.meeting_on) if facts.meeting_on else text("pages", "no_meeting")
    steps = [(words["committee"], meeting, words["decides" if _is_to_decide(facts) else "takes_note"])]
    steps += [(body, _OPEN_LINE, words["to_be_set"]) for body in bodies]
    _grid(page, words["sequence_heads"].split("|"), steps, words["sequence"], "sequence")


def _is_to_decide(facts: ReportFacts) -> bool:
    return any(request.decision_type != "information" for request in facts.requests)


def _proposals(page: Page, facts: ReportFacts) -> None:
    words = texts("proposal")
    page.add_heading(words["proposal"], level=2)
    for request in facts.requests:
        page.add_paragraph(_resolution(request), style="List Number")
    page.add_paragraph(text("proposal", "take_note", quarter=facts.in_text), style="List Number")


def _situation(page: Page, facts: ReportFacts) -> None:
    words, pages = texts("proposal"), page_texts(facts)
    tables = report_tables(facts)
    page.add_heading(words["situation"], level=2)
    for sentence in facts.summary:
        page.add_paragraph(sentence.text)
    lookup = Lookup(facts)
    for request in facts.requests:
        page.add_heading(f"{request.decision_id} {request.subject}", level=3)
        _reason(page, lookup, request)
    page.add_heading(pages["balance"], level=3)
    _table(page, tables["lights"])
    page.add_paragraph(comparison(facts), style="Caption")
    if facts.changes:
        page.add_heading(pages["what_changed"], level=3)
        for sentence in facts.changes:
            point = page.add_paragraph(style="List Bullet")
            point.add_run(sentence.lead).bold = True
            point.add_run(sentence.text.removeprefix(sentence.lead))


def _reason(page: Page, lookup: Lookup, request: RequestFact) -> None:
    pages, missing = texts("pages"), texts("words")["missing"]
    project = lookup.projects.get(request.project_id or "")
    rows = [
        (pages["project"], f"{project.project_id} {project.title}" if project else texts("words")["general"]),
        (pages["kind"], label("decision_type", request.decision_type) or missing),
        (pages["amount"], _in_eur(request.amount)),
        (pages["needed_by"], request.needed_by.text),
        (pages["consequence"], request.consequence or missing),
        (pages["bodies"], joined([label("further_bodies", body) for body in request.further_bodies])),
    ]
    if project and project.reason:
        rows.insert(1, (pages["reason"], project.reason))
    _pairs(page, [row for row in rows if row[1]], request.subject)


def _in_eur(amount: Figure) -> str:
    """Write what is asked for to the cent: what is decided is not rounded."""
    if isinstance(amount.value, Decimal):
        return with_unit(german_number(amount.value, 2), "EUR")
    return amount.text if amount.missing else ""


def _finances(page: Page, facts: ReportFacts) -> None:
    words = texts("proposal")
    page.add_heading(words["finances"], level=2)
    asked = [request for request in facts.requests if request.amount.value is not None]
    for request in asked:
        page.add_paragraph(
            text("proposal", "asked", id=request.decision_id, subject=request.subject, amount=_in_eur(request.amount)),
            style="List Bullet",
        )
    if not asked and facts.edition.shows("decision_request"):
        page.add_paragraph(words["nothing_asked"])
    page.add_paragraph(words["all_money"])
    _table(page, report_tables(facts)["sums"])
    for note in money_notes(facts):
        page.add_paragraph(note, style="Caption")


def _annexes(page: Page, facts: ReportFacts) -> None:
    page.add_heading(texts("proposal")["annexes"], level=2)
    quarter = facts.quarter
    for ending, key in (("pdf", "annex_pdf"), ("xlsx", "annex_xlsx")):
        name = f"{facts.edition.file_stem}_{quarter}.{ending}"
        page.add_paragraph(text("proposal", key, name=name), style="List Bullet")


def _resolution(request: RequestFact) -> str:
    proposal = request.proposal or texts("words")["missing"]
    return f"{proposal} ({request.decision_id})"


def _table(page: Page, table: Table) -> None:
    rows = [[_written(cell) for cell in row.cells] for row in table.rows]
    _grid(page, list(table.heads.values()), rows, table.title, table.key)


def _written(cell: Cell) -> str:
    match cell:
        case Figure():
            return cell.text + ("*" if cell.missing and cell.value is not None else "")
        case Light():
            return f"{texts('shapes')[cell]} {texts('lights')[cell]}"
        case _:
            return cell or ""


def _grid(page: Page, heads: Sequence[str], rows: Sequence[Sequence[str]], alt: str, key: str) -> None:
    """Write a table with a header row that repeats on every page; heads stand above their numbers."""
    table = page.add_table(rows=1 + len(rows), cols=len(heads))
    _describe(table, alt, _WIDTHS[key])
    for column, (cell, head) in enumerate(zip(table.rows[0].cells, heads, strict=True)):
        _fill(cell, head, is_bold=True, is_right=any(_is_number(row[column]) for row in rows))
    properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  # python-docx has no word for a header row
    properties.append(_element("w:tblHeader", val="true"))
    for row, cells in zip(table.rows[1:], rows, strict=True):
        for cell, told in zip(row.cells, cells, strict=True):
            _fill(cell, told, is_right=_is_number(told))


def _pairs(page: Page, rows: Sequence[tuple[str, str]], alt: str) -> None:
    """Write a table of two columns whose first one names what stands in the second."""
    table = page.add_table(rows=len(rows), cols=2)
    _describe(table, alt, _WIDTHS["pairs"])
    for row, (name, told) in zip(table.rows, rows, strict=True):
        _fill(row.cells[0], name, is_bold=True)
        _fill(row.cells[1], told)
    marks = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001  # the first column heads the rows, the first row does not
    if marks is not None:
        marks.set(qn("w:val"), "0480")
        marks.set(qn("w:firstRow"), "0")
        marks.set(qn("w:firstColumn"), "1")


def _describe(table: WordTable, alt: str, widths: Sequence[float]) -> None:
    """Set the columns, hairlines between the rows, and what the table is called where it is not seen."""
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    lines = _element("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        lines.append(_element(f"w:{side}", val="single", sz="4", space="0", color=look.HAIRLINE[1:]))
    for number, row in enumerate(table.rows, start=1):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001  # python-docx has no word for it
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = number < len(table.rows)
    properties = table._tbl.tblPr  # noqa: SLF001  # python-docx has no word for lines and alternative text of a table
    properties.insert_element_before(lines, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    properties.append(_element("w:tblCaption", val=alt))
    properties.append(_element("w:tblDescription", val=alt))


def _fill(cell: _Cell, told: str, *, is_bold: bool = False, is_right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(told)
    run.bold = is_bold or None
    run.font.size = Pt(9.5)
    if is_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _is_number(told: str) -> bool:
    return bool(told) and told.strip("+−±*% ").replace(".", "").replace(",", "").isdigit()


def _set_up(page: Page, facts: ReportFacts) -> None:
    """Set paper, face, language and properties."""
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = Cm(2.2)
    foot = f"{text('pages', 'series')} · {facts.in_text} · {facts.edition.label}, {facts.edition.circulation}"
    section.footer.paragraphs[0].text = foot
    _set_styles(page)
    package = page.part.package
    for name, relation in list(package.rels.items()) if package else ():
        if relation.reltype.endswith("/thumbnail"):  # a picture of the library's empty template
            del package.rels[name]
    core = page.core_properties
    core.title = text("proposal", "document", quarter=facts.in_text)
    core.author, core.language, core.comments = text("proposal", "department"), _LANGUAGE, ""
    moment = facts.built_at if facts.built_at.tzinfo else facts.built_at.replace(tzinfo=UTC)
    core.created = core.modified = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    core.revision = 1
    core.last_modified_by = ""


def _set_styles(page: Page) -> None:
    """Set faces, sizes, colours and the language."""
    for style in page.styles:
        if isinstance(style, ParagraphStyle):
            style.font.name = _FACE
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(script), _FACE)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(theme), None)
            if style.name.startswith("Heading"):
                style.font.color.rgb = RGBColor.from_string(look.ACCENT[1:])
    for name, size in (("Normal", 11), ("Caption", 9), ("Footer", 9)):
        page.styles[name].font.size = Pt(size)
    for name in ("Caption", "Footer"):
        page.styles[name].font.bold = False
        page.styles[name].font.color.rgb = RGBColor.from_string(look.MUTED[1:])
    defaults = page.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if defaults is not None:
        defaults.set(qn("w:val"), _LANGUAGE)


def _element(tag: str, **attributes: str) -> Any:  # noqa: ANN401  # lxml's elements have no types
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return cast("Any", element)


def _fixed(page: Page) -> bytes:
    """Save with one fixed time for every part: the same document is the same bytes."""
    saved, target = BytesIO(), BytesIO()
    page.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in parts.infolist():
            package.writestr(zipfile.ZipInfo(part.filename), parts.read(part), zipfile.ZIP_DEFLATED)
    return target.getvalue()
