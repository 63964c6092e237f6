"""OpenDocument tables: what the value reader leaves out, from content.xml and styles.xml.

The prefixes are those that every known program writes; the value reader relies on them too.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from schemas.workbook import FileFormat, RawSheet, RawWorkbook
from transforms.workbook.archive import Archive
from transforms.workbook.limits import Limits
from transforms.workbook.marks import (
    NO_MARK,
    Mark,
    StoredCell,
    StoredCells,
    check_extent,
    check_total,
    join,
    refuse_cells,
)
from transforms.workbook.opendocument_styles import read_styles
from transforms.workbook.refusals import refuse_beyond, refuse_damaged, refuse_locked, refuse_type
from transforms.workbook.values import Values
from transforms.workbook.xml_parts import Element, read_elements, refuse_malformed, tag_attributes, unescape

MIME_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"

# Possessive, so that an unclosed quote costs one look and not a search through all ways to take the text apart.
_INSIDE = rb"""((?:[^>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+)(/?)>"""
_TAG = re.compile(rb"<table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s/>])" + _INSIDE)
_PARAGRAPH = re.compile(rb"<text:p\b[^>]*>(.*?)</text:p>", re.DOTALL)
_ANY_TAG = re.compile(rb"<[^>]*>")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SPACES = re.compile(rb'text:c="([0-9]+)"')
_NAMED_RANGE = re.compile(rb"<table:named-range\b" + _INSIDE)
_COMMENT_AUTHOR = re.compile(rb"<office:annotation\b.*?<dc:creator\b[^>]*>([^<]*)</dc:creator>", re.DOTALL)
_AUTHORS = frozenset({"document-meta/meta/initial-creator", "document-meta/meta/creator"})
_COLOURED_RUN = 1_000
"""A longer run of equal empty cells is a coloured background, not somebody's Ampel."""


class _Sheet(Struct):
    name: str
    cells: list[StoredCell] = field(default_factory=list)
    hidden_rows: list[range] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def hidden(self, ranges: list[range], last: int) -> frozenset[int]:
        """Numbers within the ranges up to the last used one."""
        return frozenset(number for numbers in ranges for number in numbers if number <= last)


class _Looks:
    """The style of each cell: its own, else its row's, else its column's."""

    def __init__(self, styles: dict[bytes, Mark]) -> None:
        self._styles = styles
        self._columns: list[tuple[range, Mark]] = []
        self._starts: list[int] = []
        self._row: Mark | None = None

    def add_columns(self, columns: range, attributes: dict[bytes, bytes]) -> None:
        """Note what columns give to their cells; most give nothing that could be seen."""
        mark = self._styles.get(attributes.get(b"table:default-cell-style-name", b""), NO_MARK)
        if mark != NO_MARK:
            self._columns.append((columns, mark))
            self._starts.append(columns.start)

    def begin_row(self, attributes: dict[bytes, bytes]) -> None:
        """Note what the next row gives to its cells."""
        name = attributes.get(b"table:default-cell-style-name")
        self._row = None if name is None else self._styles.get(name, NO_MARK)

    def of(self, columns: range, attributes: dict[bytes, bytes]) -> Iterator[tuple[range, Mark]]:
        """Give the style of equal cells side by side, in as few parts as there are styles."""
        own = attributes.get(b"table:style-name")
        if own is not None or self._row is not None or not self._columns:
            yield columns, self._styles.get(own, NO_MARK) if own is not None else self._row or NO_MARK
            return
        at = columns.start
        for number in range(max(0, bisect_right(self._starts, at) - 1), len(self._columns)):
            styled, mark = self._columns[number]
            if styled.start >= columns.stop:
                break
            first, last = max(at, styled.start), min(columns.stop, styled.stop)
            if first < last:
                if at < first:
                    yield range(at, first), NO_MARK
                yield range(first, last), mark
                at = last
        if at < columns.stop:
            yield range(at, columns.stop), NO_MARK


def read_ods(archive: Archive, content: bytes, limits: Limits) -> RawWorkbook:
    """Read an ods package; `RefusedError` when it is damaged, too large or carries macros."""
    if any(
        name.startswith(("Basic/", "Scripts/")) and not name.endswith(("-lc.xml", "-lb.xml")) for name in archive.names
    ):
        refuse_type("ods mit Makros")
    xml = archive.read("content.xml") or b""
    refuse_malformed(xml)
    xml = _COMMENT.sub(b"", xml)
    if any(len(count) > 5 or int(count) > limits.text_spaces for count in _SPACES.findall(xml)):
        refuse_beyond("eine Zelle verlangt eine übermäßige Zahl von Leerzeichen")
    styles = read_styles(xml, archive.read("styles.xml") or b"")
    sheets = list(_read_sheets(xml, styles, limits))
    linked = tuple(_link_target(sheet.name) for sheet in sheets if sheet.name.startswith("'file:"))
    if len(sheets) > limits.sheets + len(linked):
        refuse_beyond(f"mehr als {limits.sheets} Tabellenblätter")
    check_total(sum(len(sheet.cells) for sheet in sheets), limits)
    meta = read_elements(archive.read("meta.xml") or b"<none/>")
    values = Values(content)
    seen = {sheet.name: sheet for sheet in sheets}
    return RawWorkbook(
        format=FileFormat.ODS,
        sheets=tuple(
            _raw_sheet(seen.get(name, _Sheet(name)), values, is_hidden=is_hidden)
            for name, is_hidden in values.worksheets()
            if not name.startswith("'file:")
        ),
        external_links=linked,
        defined_names=_defined_names(xml),
        generator=next((element.text for element in meta if element.path == "document-meta/meta/generator"), ""),
        authors=_authors(meta, xml),
    )


def refuse_encrypted(archive: Archive) -> None:
    """Refuse a package whose manifest names encrypted parts (F01)."""
    manifest = archive.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest or "encrypted-package" in archive:
        refuse_locked()


def _raw_sheet(sheet: _Sheet, values: Values, *, is_hidden: bool) -> RawSheet:
    cells = join(values.grid(sheet.name), StoredCells.of(sheet.cells))
    return RawSheet(
        name=sheet.name,
        cells=cells,
        is_hidden=is_hidden,
        hidden_rows=sheet.hidden(sheet.hidden_rows, max(cells.rows, default=0)),
        hidden_columns=sheet.hidden(sheet.hidden_columns, max(cells.columns, default=0)),
        merged=tuple(sheet.merged),
    )


def _read_sheets(xml: bytes, styles: dict[bytes, Mark], limits: Limits) -> Iterator[_Sheet]:
    starts = [match for match in _TAG.finditer(xml) if match[1] == b"table"]
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(xml)
        name = unescape(tag_attributes(match[2]).get(b"table:name", b""))
        sheet = _read_sheet(xml, (match.end(), end), name, styles, limits)
        if not name.startswith("'file:"):
            check_extent(name, StoredCells.of(sheet.cells), limits)
        yield sheet


def _read_sheet(xml: bytes, span: tuple[int, int], name: str, styles: dict[bytes, Mark], limits: Limits) -> _Sheet:
    sheet = _Sheet(name)
    looks = _Looks(styles)
    next_row = next_column = 1
    row = column = repeated_rows = 1
    row_starts_at = 0
    for match in _TAG.finditer(xml, *span):
        attributes = tag_attributes(match[2])
        if match[1] == b"table-column":
            count = _count(attributes, b"table:number-columns-repeated")
            if attributes.get(b"table:visibility") in (b"collapse", b"filter"):
                sheet.hidden_columns.append(range(next_column, next_column + count))
            looks.add_columns(range(next_column, next_column + count), attributes)
            next_column += count
        elif match[1] == b"table-row":
            _repeat_row(sheet, row_starts_at, repeated_rows, limits)
            row_starts_at = len(sheet.cells)
            row, column, repeated_rows = next_row, 1, _count(attributes, b"table:number-rows-repeated")
            looks.begin_row(attributes)
            next_row += repeated_rows
            if attributes.get(b"table:visibility") in (b"collapse", b"filter"):
                sheet.hidden_rows.append(range(row, next_row))
        else:
            count = _count(attributes, b"table:number-columns-repeated")
            if len(sheet.cells) + min(count, _COLOURED_RUN) > limits.sheet_cells:
                refuse_cells(name, limits)
            for part, style in looks.of(range(column, column + count), attributes):
                mark = _mark(xml, match, attributes, style)
                if mark is not None and not (mark.is_empty and count > _COLOURED_RUN):
                    if len(sheet.cells) + len(part) > limits.sheet_cells:
                        refuse_cells(name, limits)
                    sheet.cells += [(row, at, mark) for at in part]
            _note_merged(sheet, row, column, attributes)
            column += count
    _repeat_row(sheet, row_starts_at, repeated_rows, limits)
    return sheet


def _repeat_row(sheet: _Sheet, starts_at: int, count: int, limits: Limits) -> None:
    """Write out a row that stands for several; a repeated row of mere colour is a background."""
    cells = sheet.cells[starts_at:]
    if count == 1 or not cells:
        return
    if count > _COLOURED_RUN and all(mark.is_empty for _, _, mark in cells):
        del sheet.cells[starts_at:]
        return
    if len(sheet.cells) + len(cells) * count > limits.sheet_cells:
        refuse_cells(sheet.name, limits)
    sheet.cells += [(row + offset, column, mark) for offset in range(1, count) for row, column, mark in cells]


def _mark(xml: bytes, match: re.Match[bytes], attributes: dict[bytes, bytes], style: Mark) -> Mark | None:
    """Describe one cell; None when there is nothing in it and nothing to see."""
    mark = style
    value_type = attributes.get(b"office:value-type")
    formula = attributes.get(b"table:formula")
    if value_type is None and formula is None and match[3]:
        return mark._replace(is_empty=True) if mark.fill or mark.is_struck else None
    if value_type == b"percentage" and "%" not in mark.number_format:
        mark = mark._replace(number_format="0%")
    if formula is not None:
        mark = mark._replace(formula=unescape(formula).partition("=")[2], is_text=value_type == b"string")
    if attributes.get(b"calcext:value-type") == b"error":
        mark = mark._replace(error=_text_after(xml, match.end()), is_text=False)
    return mark


def _text_after(xml: bytes, position: int) -> str:
    end = xml.find(b"</table:table-cell>", position)
    paragraph = _PARAGRAPH.search(xml, position, end)
    return unescape(_ANY_TAG.sub(b"", paragraph[1])) if paragraph else "#ERR!"


def _note_merged(sheet: _Sheet, row: int, column: int, attributes: dict[bytes, bytes]) -> None:
    rows = _count(attributes, b"table:number-rows-spanned")
    columns = _count(attributes, b"table:number-columns-spanned")
    if rows * columns > 1:
        sheet.merged.append((row, column, row + rows - 1, column + columns - 1))


def _count(attributes: dict[bytes, bytes], name: bytes) -> int:
    """Read a repeat or span, 1 when not given; the format's own largest sheet bounds it."""
    digits = attributes.get(name, b"1")
    if not digits.isdigit() or len(digits) > 7:
        refuse_damaged("Angaben zur Wiederholung von Zellen stimmen nicht")
    return max(1, int(digits))


def _link_target(sheet_name: str) -> str:
    return sheet_name[1:].rpartition("'#")[0]


def _defined_names(xml: bytes) -> dict[str, str]:
    ranges = [tag_attributes(tag) for tag, _ in _NAMED_RANGE.findall(xml)]
    return {
        unescape(one.get(b"table:name", b"")): unescape(one.get(b"table:cell-range-address", b"")) for one in ranges
    }


def _authors(meta: Sequence[Element], xml: bytes) -> tuple[str, ...]:
    """Name whom properties and comments give as authors, each once (M96)."""
    found = [element.text for element in meta if element.path in _AUTHORS]
    found += [unescape(name) for name in _COMMENT_AUTHOR.findall(xml)]
    return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))
