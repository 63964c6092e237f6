"""The styles of a foreign workbook, with ours added at the end: no style that is there changes or moves."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from schemas.answer import ALL_MARK_FILLS, DARK_MARK_FILLS, MARK_FILLS
from schemas.findings import Severity
from transforms.answer.package import CannotAnnotateError
from transforms.answer.xml_edit import Edits, Tag, all_at, as_bytes, find_tags, first, prefixed, with_attributes

EMPTY_STYLES = (
    '<styleSheet xmlns="{namespace}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
"""What a workbook without styles has all the same."""

_FACE = '<name val="Calibri"/><family val="2"/>'
_FONTS: Mapping[str, str] = {
    "plain": f'<font><sz val="11"/>{_FACE}</font>',
    "title": f'<font><b/><sz val="14"/><color rgb="FF1F4E79"/>{_FACE}</font>',
    "bold": f'<font><b/><sz val="11"/>{_FACE}</font>',
    "head": f'<font><b/><sz val="11"/><color rgb="FFFFFFFF"/>{_FACE}</font>',
    "link": f'<font><u/><sz val="11"/><color rgb="FF0B4A8F"/>{_FACE}</font>',
}
_SIDES = ("left", "right", "top", "bottom")
_NO_BORDER = f"<border>{''.join(f'<{side}/>' for side in _SIDES)}<diagonal/></border>"
_BORDER = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in _SIDES)
_BORDER = f"<border>{_BORDER}<diagonal/></border>"
_LOOKS: Mapping[str, tuple[str, str | None, bool]] = {
    "title": ("title", None, False),
    "label": ("bold", None, False),
    "text": ("plain", None, False),
    "head": ("head", "1F4E79", True),
    "cell": ("plain", None, True),
    "link": ("link", None, True),
    **{str(severity): ("bold", colour, True) for severity, colour in MARK_FILLS.items()},
}
"""Font, fill and whether there is a border, of the cells on our own sheet."""

ON_ONE_LINE = ("title", "label")
"""These reach over the empty cells beside them."""
_COLLECTIONS: Mapping[str, str] = {
    "styleSheet/fonts": "font",
    "styleSheet/fills": "fill",
    "styleSheet/borders": "border",
    "styleSheet/cellXfs": "xf",
}
"""The lists of a style sheet that we add to, and what they are lists of."""
_FILL_ID = re.compile(rb"""\bfillId=["'](\d{1,6})["']""")
_FONT_ID = re.compile(rb"""\bfontId=["'](\d{1,6})["']""")
_IS_SOLID = re.compile(rb"""\bpatternType=["']solid["']""")
_COLOUR = re.compile(rb"<(?:\w+:)?color\b([^>]*?)/?>")
_FOREGROUND = re.compile(rb"<(?:\w+:)?fgColor\b([^>]*?)/?>")
_BACKGROUND = re.compile(rb"<(?:\w+:)?bgColor\b([^>]*?)/?>")
_RGB = re.compile(rb"""\brgb=["'](?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})["']""")
_LIGHT_BY_NUMBER = re.compile(rb"""\b(?:theme=["'][02]["']|indexed=["'](?:1|9)["'])""")
_LIGHT = 0.6
"""Luminance from which a text is hard to read on a light mark."""
_MOST_STYLES = 60_000
"""Excel's own limit is 65,490."""
_AUTOMATIC = b'indexed="64"'
"""The second colour of a fill that has none; of a mark it says that the cell had no fill."""


class _Collection(Struct):
    """One list of the style sheet: fonts, fills, borders or cell formats, with what is added to it."""

    tag: Tag
    items: Sequence[bytes]
    added: int = 0

    @property
    def count(self) -> int:
        return len(self.items) + self.added


class Styles:
    """The style sheet of one workbook.

    ``keeps_hidden_colours`` says whether the program that saved the file leaves colours alone that do not show; only
    then can a mark of an earlier answer be taken back to the fill that the cell had.
    """

    def __init__(self, xml: bytes, *, keeps_hidden_colours: bool = True) -> None:
        self._xml = xml
        self._edits = Edits(xml)
        self._keeps_hidden_colours = keeps_hidden_colours
        tags = find_tags(xml, *(path for name in _COLLECTIONS for path in (name, f"{name}/{_COLLECTIONS[name]}")))
        self._fonts, self._fills, self._borders, self._formats = (self._collection(tags, path) for path in _COLLECTIONS)
        self._known: dict[tuple[int, bytes], int] = {}
        self._marked = frozenset(n for n in range(len(self._formats.items)) if _is_mark(self._fill_of(n)))

    @property
    def marked_styles(self) -> frozenset[int]:
        """The styles that an earlier answer gave to cells."""
        return self._marked

    def marked(self, style: int, severity: Severity) -> int:
        """Give the style of a marked cell: that of the cell, but for its fill.

        The fill that the cell had is kept as the fill's second colour, which a solid fill does not show.
        """
        style = style if style < len(self._formats.items) else 0
        fills = DARK_MARK_FILLS if self._has_light_text(style) else MARK_FILLS
        fill = self._solid_fill(b'rgb="FF%s"' % fills[severity].encode(), self._former_colour(style))
        return self._with_fill(style, fill)

    def unmarked(self, style: int) -> int:
        """Give the style that a cell had before an earlier answer marked it."""
        if style not in self._marked:
            return style
        former = self._former_colour(style)
        return self._with_fill(style, 0 if former == _AUTOMATIC else self._solid_fill(former, _AUTOMATIC))

    def look(self, name: str) -> int:
        """Give the style of a cell on our own sheet, by the name it has here.

        Text in such a cell stays text when somebody edits it, whatever it begins with.
        """
        font, colour, has_border = _LOOKS[name]
        font_id = self._added(self._fonts, self._own(_FONTS[font]))
        fill_id = self._solid_fill(b'rgb="FF%s"' % colour.encode(), _AUTOMATIC) if colour else 0
        border_id = self._added(self._borders, self._own(_BORDER if has_border else _NO_BORDER))
        wrap = "" if name in ON_ONE_LINE else ' wrapText="1"'
        xml = (
            f'<xf numFmtId="0" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0" quotePrefix="1" '
            f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top"{wrap}/></xf>'
        )
        return self._added(self._formats, self._own(xml))

    def result(self) -> bytes:
        """The part with all styles that were asked for."""
        for collection in (self._fonts, self._fills, self._borders, self._formats):
            if collection.added:
                self._edits.set(collection.tag, {"count": str(collection.count)})
        return self._edits.result()

    def _collection(self, tags: Sequence[Tag], path: str) -> _Collection:
        tag = first(tags, path)
        if tag is None:
            msg = f"no {path}"
            raise CannotAnnotateError(msg)
        items = [self._xml[item.start : item.end] for item in all_at(tags, f"{path}/{_COLLECTIONS[path]}")]
        return _Collection(tag, items)

    def _fill_of(self, style: int) -> bytes:
        number = _number(_FILL_ID, self._formats.items[style]) if style < len(self._formats.items) else 0
        return self._fills.items[number] if number < len(self._fills.items) else b""

    def _former_colour(self, style: int) -> bytes:
        """Give the colour that the cell has without us, as the attributes of a colour element."""
        fill = self._fill_of(style)
        if not _is_mark(fill):
            return _solid_colour(fill) or _AUTOMATIC
        found = _BACKGROUND.search(fill)
        return found[1].strip() if found and self._keeps_hidden_colours else _AUTOMATIC

    def _has_light_text(self, style: int) -> bool:
        number = _number(_FONT_ID, self._formats.items[style])
        found = _COLOUR.search(self._fonts.items[number]) if number < len(self._fonts.items) else None
        if found is None:
            return False
        rgb = _RGB.search(found[1])
        if rgb is None:
            return _LIGHT_BY_NUMBER.search(found[1]) is not None
        red, green, blue = (int(rgb[1][at : at + 2], 16) / 255 for at in (0, 2, 4))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue > _LIGHT

    def _with_fill(self, style: int, fill: int) -> int:
        item = self._formats.items[style]
        end = item.index(b">") + 1
        start_tag = with_attributes(item[:end], {"fillId": str(fill), "applyFill": "1"})
        return self._added(self._formats, start_tag + item[end:])

    def _solid_fill(self, colour: bytes, second: bytes) -> int:
        pattern = self._own('<fill><patternFill patternType="solid"><fgColor %s/><bgColor %s/></patternFill></fill>')
        return self._added(self._fills, pattern % (colour, second))

    def _own(self, xml: str) -> bytes:
        return as_bytes(prefixed(xml, self._formats.tag.prefix))

    def _added(self, collection: _Collection, item: bytes) -> int:
        """Add an item, or find it among those added; gives its number."""
        key = (collection.tag.start, item)
        if key not in self._known:
            self._known[key] = collection.count
            collection.added += 1
            if collection.count > _MOST_STYLES:
                msg = "too many styles"
                raise CannotAnnotateError(msg)
            self._edits.append_as_is(collection.tag, item)
        return self._known[key]


def _number(pattern: re.Pattern[bytes], item: bytes) -> int:
    found = pattern.search(item, 0, item.index(b">"))
    return int(found[1]) if found else 0


def _solid_colour(fill: bytes) -> bytes | None:
    found = _FOREGROUND.search(fill) if _IS_SOLID.search(fill) else None
    return found[1].strip() if found else None


def _is_mark(fill: bytes) -> bool:
    rgb = _RGB.search(_solid_colour(fill) or b"")
    return rgb is not None and rgb[1].decode().upper() in ALL_MARK_FILLS
