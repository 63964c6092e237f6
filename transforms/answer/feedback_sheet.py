"""The sheet „Rückmeldung“: what became of the delivery, what to do, and every finding with the way to its cell."""

from collections.abc import Callable, Iterable, Sequence
from math import ceil

from msgspec import Struct

from schemas.answer import Answer, ToldFinding
from schemas.place import Place, column_letters
from transforms.answer.styles import ON_ONE_LINE, Styles
from transforms.answer.wording import about, counts, in_berlin, one_line, place_text, shortened, texts, to_do
from transforms.answer.xml_edit import attribute_text, string_text
from transforms.wording import german_date

HEADING_ROW = 9
"""Where the list of findings has its header; the same in every answer, so that it can be printed on each page."""

_WIDTHS = (6.0, 12.0, 26.0, 70.0, 28.0, 34.0, 9.0, 26.0)
_VALUE_COLUMN = 4
_LINE_HEIGHT, _TITLE_HEIGHT = 15.0, 21.0
_MOST_LINES = 27
"""Excel's rows are at most 409 points high."""
_MOST_FINDINGS = 2_000
_LONGEST_TEXT = 1_500


class Link(Struct, frozen=True):
    """Where a finding's place is on the sheets of this workbook; ``at`` None when it is a whole sheet."""

    sheet: str
    at: tuple[int, int] | None
    is_hidden: bool

    @property
    def location(self) -> str:
        """The target of a link inside the workbook."""
        row, column = self.at or (1, 1)
        return "'" + self.sheet.replace("'", "''") + f"'!{column_letters(column)}{row}"


class Ways(Struct, frozen=True):
    """The ways from a finding's place to this workbook; ``link_of`` gives None for a place that is not in it."""

    link_of: Callable[[Place], Link | None]
    is_transcript: bool = False
    """The workbook is not the file that was handed in."""


def feedback_sheet(
    answer: Answer, findings: Sequence[ToldFinding], ways: Ways, styles: Styles, namespace: str
) -> bytes:
    """Write the sheet as XML in the package's main namespace.

    ``findings`` come in the order in which they are listed. In a transcript a column more names the cells of the file
    that was handed in. All texts are strings, none can become a formula.
    """
    words = texts()
    sheet = _Sheet(styles, _WIDTHS if ways.is_transcript else _WIDTHS[:-1])
    for row, (label, value) in enumerate(_head(answer, is_transcript=ways.is_transcript), start=2):
        sheet.put(row, 1, words[label], "label")
        sheet.put(row, _VALUE_COLUMN, value, "text")
    sheet.put(1, 1, words["sheet_title"], "title")
    for column, heading in enumerate(words["sheet_columns"].split("|")[: len(sheet.widths)], start=1):
        sheet.put(HEADING_ROW, column, heading, "head")
    shown = findings[:_MOST_FINDINGS]
    for number, finding in enumerate(shown, start=1):
        _put_finding(sheet, number, finding, ways)
    if not findings:
        sheet.put(HEADING_ROW + 1, 1, words["sheet_nothing"], "label")
    elif len(findings) > len(shown):
        more = words["more_findings"].format(anzahl=len(findings) - len(shown))
        sheet.put(HEADING_ROW + len(shown) + 1, 1, more, "label")
    return sheet.as_xml(namespace)


def _head(answer: Answer, *, is_transcript: bool) -> Iterable[tuple[str, str]]:
    words = texts()
    received = in_berlin(answer.received_at)
    moment = {"tag": german_date(received.date()), "uhrzeit": received.strftime("%H:%M")}
    yield "sheet_file", one_line(answer.file_name)
    yield "sheet_received", words["sheet_received_at"].format(**moment)
    yield "sheet_about", about(answer) or words["sheet_about_unknown"]
    yield "sheet_verdict", counts(answer)
    yield "sheet_todo", to_do(answer)
    yield "sheet_how", words["sheet_transcript" if is_transcript else "sheet_marks"]


def _put_finding(sheet: "_Sheet", number: int, finding: ToldFinding, ways: Ways) -> None:
    row = HEADING_ROW + number
    place = finding.place
    link = ways.link_of(place) if place else None
    where = _where(place, link, ways)
    sheet.put(row, 1, str(number), "cell")
    sheet.put(row, 2, finding.asks_for.label, str(finding.asks_for))
    sheet.put(row, 3, where, "link" if link else "cell")
    if link is not None:
        sheet.link(row, 3, link.location, where)
    sheet.put(row, 4, shortened(finding.message, _LONGEST_TEXT), "cell")
    sheet.put(row, 5, shortened(finding.value), "cell")
    sheet.put(row, 6, shortened(finding.expected), "cell")
    sheet.put(row, 7, finding.rule, "cell")
    if ways.is_transcript:
        sheet.put(row, 8, place_text(place), "cell")


def _where(place: Place | None, link: Link | None, ways: Ways) -> str:
    if place is None or link is None:
        return texts()["sheet_nowhere"] if place is not None and ways.is_transcript else place_text(place)
    here = Place(link.sheet, *(link.at or ())) if ways.is_transcript else place
    return texts()["sheet_hidden"].format(stelle=place_text(here)) if link.is_hidden else place_text(here)


class _Sheet:
    """The sheet while it is written, row by row."""

    def __init__(self, styles: Styles, widths: Sequence[float]) -> None:
        self.widths = widths
        self._styles = styles
        self._looks: dict[str, int] = {}
        self._cells: dict[int, dict[int, str]] = {}
        self._lines: dict[int, int] = {}
        self._links: list[str] = []

    def put(self, row: int, column: int, text: str, look: str) -> None:
        """Put text into a cell; the row grows with it."""
        style = self._looks.get(look)
        if style is None:
            style = self._looks[look] = self._styles.look(look)
        start = f'<c r="{column_letters(column)}{row}" s="{style}"'
        content = f'<is><t xml:space="preserve">{string_text(text)}</t></is>'
        cell = f'{start} t="inlineStr">{content}</c>' if text else f"{start}/>"
        self._cells.setdefault(row, {})[column] = cell
        if look not in ON_ONE_LINE:
            lines = ceil(len(text) / (self.widths[column - 1] * 0.95))
            self._lines[row] = min(_MOST_LINES, max(lines, self._lines.get(row, 1)))

    def link(self, row: int, column: int, location: str, text: str) -> None:
        """Let a cell lead to another one."""
        ref = f"{column_letters(column)}{row}"
        target, shown = attribute_text(location), attribute_text(text)
        self._links.append(f'<hyperlink ref="{ref}" location="{target}" display="{shown}"/>')

    def as_xml(self, namespace: str) -> bytes:
        """Write the sheet; printed across A4 with its header on every page."""
        columns = "".join(
            f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
            for number, width in enumerate(self.widths, start=1)
        )
        links = f"<hyperlinks>{''.join(self._links)}</hyperlinks>" if self._links else ""
        xml = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{namespace}">'
            '<sheetPr><tabColor rgb="FF1F4E79"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{column_letters(len(self.widths))}{max(self._cells)}"/>'
            '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="{_LINE_HEIGHT:g}"/><cols>{columns}</cols>'
            f"<sheetData>{''.join(self._rows())}</sheetData>{links}"
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.7" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f"<headerFooter><oddFooter>{texts()['sheet_footer'].replace('&', '&amp;')}</oddFooter></headerFooter>"
            "</worksheet>"
        )
        return xml.encode()

    def _rows(self) -> Iterable[str]:
        for number, cells in sorted(self._cells.items()):
            lines = self._lines.get(number, 1)
            points = _TITLE_HEIGHT if number == 1 else lines * _LINE_HEIGHT
            height = f' ht="{points:g}" customHeight="1"' if points > _LINE_HEIGHT else ""
            yield f'<row r="{number}"{height}>{"".join(cell for _, cell in sorted(cells.items()))}</row>'
