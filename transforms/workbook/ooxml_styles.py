"""Number formats, solid fills and strikethrough of an OOXML workbook, one `Mark` per cell style."""

import colorsys
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from transforms.workbook.archive import Archive
from transforms.workbook.marks import NO_MARK, Mark
from transforms.workbook.symbols import symbol_font
from transforms.workbook.xml_parts import Element, is_true, read_elements

BUILTIN_FORMATS: Mapping[int, str] = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "dd.mm.yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "dd.mm.yyyy h:mm",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
"""Formats that a file only names by number (ISO 29500-1, 18.8.30); dates in the German form."""

GENERAL = "General"
"""What some files call the format of a cell that has none."""

_BASIC_COLOURS = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
INDEXED_COLOURS: Sequence[str] = (
    *_BASIC_COLOURS,
    *_BASIC_COLOURS,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
"""The palette of Excel 97, which newer files still refer to by number."""

WHITE = "FFFFFF"
"""A white fill is what paper looks like; it says nothing."""

_THEME_COLOUR = re.compile(rb'(?:lastClr|srgbClr\s+val)="([0-9A-Fa-f]{6})"')
_THEME_SLOT = re.compile(rb"<(?:\w+:)?(dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)>(.*?)</(?:\w+:)?\1>", re.DOTALL)
_THEME_ORDER = (b"lt1", b"dk1", b"lt2", b"dk2", *(b"accent%d" % n for n in range(1, 7)), b"hlink", b"folHlink")
_RGB = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")


class Palette(Struct, frozen=True):
    """The colours that a file's styles refer to."""

    indexed: Sequence[str]
    theme: Sequence[str]

    def colour(self, attributes: Mapping[str, str]) -> str | None:
        """Resolve a colour to RRGGBB; None when it is automatic or unknown."""
        rgb = _RGB.fullmatch(attributes.get("rgb", ""))
        if rgb:
            colour = rgb[1].upper()
        elif "theme" in attributes:
            colour = _at(self.theme, attributes["theme"])
        else:
            colour = _at(self.indexed, attributes.get("indexed", ""))
        tint = _tint(attributes.get("tint", ""))
        return _tinted(colour, tint) if colour and tint else colour or None


def _at(colours: Sequence[str], index: str) -> str:
    return colours[int(index)] if index.isdecimal() and int(index) < len(colours) else ""


def _tint(text: str) -> float:
    try:
        return max(-1.0, min(1.0, float(text)))
    except ValueError:
        return 0.0


def _tinted(colour: str, tint: float) -> str:
    """Lighten (up to 1) or darken (down to -1) a colour as Excel does, in lightness."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    mixed = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness)), saturation)
    return "".join(f"{round(part * 255):02X}" for part in mixed)


def read_styles(archive: Archive) -> tuple[Mark, ...]:
    """Give the marks of all cell styles, by the number that cells refer to; one plain mark without styles."""
    xml = archive.read("xl/styles.xml")
    if not xml:
        return (NO_MARK,)
    elements = read_elements(xml)
    formats = dict(BUILTIN_FORMATS)
    for element in elements:
        if element.path == "styleSheet/numFmts/numFmt":
            formats[_number(element, "numFmtId")] = element.attributes.get("formatCode", "").removeprefix(GENERAL)
    own = tuple(
        e.attributes.get("rgb", "")[-6:] for e in elements if e.path == "styleSheet/colors/indexedColors/rgbColor"
    )
    theme = theme_colours(archive) if b"theme=" in xml else ()
    fills = _fills(elements, Palette(own or INDEXED_COLOURS, theme))
    struck, signs = _struck_fonts(elements), _symbol_fonts(elements)
    return tuple(
        Mark(
            number_format=formats.get(_number(element, "numFmtId"), ""),
            fill=fills.get(_number(element, "fillId")),
            is_struck=_number(element, "fontId") in struck,
            symbol_font=signs.get(_number(element, "fontId"), ""),
        )
        for element in elements
        if element.path == "styleSheet/cellXfs/xf"
    ) or (NO_MARK,)


def _number(element: Element, attribute: str) -> int:
    text = element.attributes.get(attribute, "0")
    return int(text) if text.isdecimal() else 0


def _fills(elements: Sequence[Element], palette: Palette) -> dict[int, str]:
    fills: dict[int, str] = {}
    number = 0
    colour: str | None = None
    for element in elements:
        match element.path:
            case "styleSheet/fills/fill/patternFill/fgColor":
                colour = palette.colour(element.attributes)
            case "styleSheet/fills/fill/patternFill":
                if element.attributes.get("patternType") != "solid":
                    colour = None
            case "styleSheet/fills/fill":
                if colour and colour != WHITE:
                    fills[number] = colour
                number, colour = number + 1, None
    return fills


def _struck_fonts(elements: Sequence[Element]) -> set[int]:
    struck: set[int] = set()
    number = 0
    for element in elements:
        if element.path == "styleSheet/fonts/font/strike" and is_true(element.attributes.get("val", "1")):
            struck.add(number)
        elif element.path == "styleSheet/fonts/font":
            number += 1
    return struck


def _symbol_fonts(elements: Sequence[Element]) -> dict[int, str]:
    fonts: dict[int, str] = {}
    number = 0
    for element in elements:
        if element.path == "styleSheet/fonts/font/name" and (font := symbol_font(element.attributes.get("val", ""))):
            fonts[number] = font
        elif element.path == "styleSheet/fonts/font":
            number += 1
    return fonts


def theme_colours(archive: Archive) -> tuple[str, ...]:
    """Give the colours of the package's theme in the order in which styles count them."""
    xml = archive.read("xl/theme/theme1.xml") or b""
    colours = {}
    for slot, inside in _THEME_SLOT.findall(xml):
        found = _THEME_COLOUR.search(inside)
        colours[slot] = found[1].decode().upper() if found else ""
    return tuple(colours.get(slot, "") for slot in _THEME_ORDER)
