"""The looks of an OpenDocument workbook: styles of cells, columns, rows and printed pages, from XlsxWriter's words."""

import re
from collections.abc import Mapping
from typing import Any, Final

from transforms.workbook.ods_book import OdsFormat, OdsSheet
from transforms.workbook.ods_xml import element, inline

_FORMAT: Final = re.compile(r"(?P<grouped>#,##)?0(?:\.(?P<places>0+)(?P<more>#*))?(?P<percent>%)?")
_GENERAL: Final = "General"
_TEXT: Final = "@"
_DATE: Final = "dd.mm.yyyy"
_ACROSS: Final = {"left": "start", "center": "center", "right": "end"}
_DOWN: Final = {"vcenter": "middle", "top": "top", "bottom": "bottom"}
_PARTS: Final = {"L": "style:region-left", "C": "style:region-center", "R": "style:region-right"}
_FIELDS: Final = {"&A": "<text:sheet-name/>", "&P": "<text:page-number/>", "&N": "<text:page-count/>"}
_FONT: Final = "Calibri"
_PIXELS_A_CHARACTER: Final = 8
"""One more than Excel counts: where Calibri is not installed, the font in its place is wider."""


class Styles:
    """Collects what cells, columns, rows and sheets look like; each look once, so that the file stays small."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self._told: list[str] = []
        self._number_names: dict[str, str] = {}

    def automatic(self) -> str:
        """All styles that were asked for, in the order of asking."""
        return element("office:automatic-styles", None, *self._told)

    def cell(self, look: OdsFormat | None) -> str | None:
        """The name of a cell's style; None for the default one."""
        if look is None:
            return None
        numbers = self._numbers(str(look.words.get("num_format", _GENERAL)))
        attributes = {"style:family": "table-cell", "style:parent-style-name": "Default"}
        return self._named("ce", {**attributes, "style:data-style-name": numbers}, _cell_properties(look.words))

    def column(self, characters: float | None) -> str:
        """The name of the style of a column of that width."""
        width = None if characters is None else f"{(characters * _PIXELS_A_CHARACTER + 5) / 96:.4f}in"
        told = element("style:table-column-properties", {"style:column-width": width, "fo:break-before": "auto"})
        return self._named("co", {"style:family": "table-column"}, told)

    def row(self, points: float | None) -> str:
        """The name of the style of a row; without a height it is as high as its texts need."""
        height = {"style:row-height": None if points is None else f"{points / 72:.4f}in"}
        told = {**height, "style:use-optimal-row-height": points is None, "fo:break-before": "auto"}
        return self._named("ro", {"style:family": "table-row"}, element("style:table-row-properties", told))

    def sheet(self, page: str) -> str:
        """The name of the style of a sheet that is printed as a page of that name."""
        told = element("style:table-properties", {"table:display": True, "style:writing-mode": "lr-tb"})
        return self._named("ta", {"style:family": "table", "style:master-page-name": page}, told)

    def _named(self, prefix: str, attributes: Mapping[str, object], inside: str) -> str:
        told = element("style:style", attributes, inside)
        names = self._names.setdefault(prefix, {})
        if told not in names:
            names[told] = f"{prefix}{len(names) + 1}"
            self._told.append(element("style:style", {"style:name": names[told], **attributes}, inside))
        return names[told]

    def _numbers(self, pattern: str) -> str | None:
        if pattern == _GENERAL:
            return None
        if pattern not in self._number_names:
            self._number_names[pattern] = f"N{len(self._number_names) + 1}"
            self._told.append(_number_style(pattern, self._number_names[pattern]))
        return self._number_names[pattern]


def shown_number(number: float, pattern: str) -> str:
    """A number as its cell shows it, in German; programs that read the file work it out for themselves."""
    found = _FORMAT.fullmatch(pattern)
    if found is None:
        return f"{number:.10g}".replace(".", ",")
    least, most = _places(found)
    text = f"{number * (100 if found['percent'] else 1):{',' if found['grouped'] else ''}.{most}f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    told = whole.replace(",", ".") + (f",{fraction}" if fraction else "")
    return f"{told}%" if found["percent"] else told


def _number_style(pattern: str, name: str) -> str:
    named = {"style:name": name}
    if pattern == _TEXT:
        return element("number:text-style", named, element("number:text-content"))
    german = {**named, "number:language": "de", "number:country": "DE"}
    if pattern == _DATE:
        dot, long = element("number:text", None, "."), {"number:style": "long"}
        parts = (element("number:day", long), dot, element("number:month", long), dot, element("number:year", long))
        return element("number:date-style", german, *parts)
    found = _FORMAT.fullmatch(pattern)
    if found is None:
        msg = f"the number format „{pattern}“ has no words in OpenDocument yet"
        raise ValueError(msg)
    least, most = _places(found)
    number = element(
        "number:number",
        {
            "number:decimal-places": most,
            "number:min-decimal-places": least,
            "number:min-integer-digits": 1,
            "number:grouping": True if found["grouped"] else None,
        },
    )
    if found["percent"]:
        return element("number:percentage-style", german, number, element("number:text", None, "%"))
    return element("number:number-style", german, number)


def _places(found: re.Match[str]) -> tuple[int, int]:
    """How many decimal places are shown at least and at most."""
    least = len(found["places"] or "")
    return least, least + len(found["more"] or "")


def _cell_properties(words: Mapping[str, Any]) -> str:
    cell: dict[str, object] = {
        "fo:background-color": words.get("bg_color"),
        "fo:border": f"0.5pt solid {words['border_color']}" if words.get("border") else None,
        "fo:wrap-option": "wrap" if words.get("text_wrap") else None,
        "style:vertical-align": _DOWN.get(words.get("valign", "bottom")),
        "style:text-align-source": "fix" if words.get("align") else None,
        "style:cell-protect": "protected" if words.get("locked", True) else "none",
    }
    text: dict[str, object] = {
        "fo:font-weight": "bold" if words.get("bold") else None,
        "fo:font-style": "italic" if words.get("italic") else None,
        "fo:font-size": f"{words['font_size']}pt" if words.get("font_size") else None,
        "fo:color": words.get("font_color"),
        "style:text-underline-style": "solid" if words.get("underline") else None,
        "style:text-underline-width": "auto" if words.get("underline") else None,
    }
    told = element("style:table-cell-properties", cell)
    if words.get("align"):
        told += element("style:paragraph-properties", {"fo:text-align": _ACROSS[words["align"]]})
    if any(value is not None for value in text.values()):
        told += element("style:text-properties", text)
    return told


def page_layout(sheet: OdsSheet, name: str) -> str:
    """How a sheet is printed: on A4, so many pages side by side."""
    width, height = ("29.7cm", "21cm") if sheet.is_landscape else ("21cm", "29.7cm")
    margins = {f"fo:margin-{side}": f"{inches}in" for side, inches in sheet.margins.items()}
    properties = {
        "style:first-page-number": "continue",
        "fo:page-width": width,
        "fo:page-height": height,
        "style:print-orientation": "landscape" if sheet.is_landscape else "portrait",
        "style:scale-to-X": sheet.pages_across or None,
        "style:scale-to-Y": 0 if sheet.pages_across else None,
        **margins,
    }
    footer = element(
        "style:footer-style",
        None,
        element(
            "style:header-footer-properties",
            {"fo:min-height": "0.3in", "fo:margin-left": "0in", "fo:margin-right": "0in", "fo:margin-top": "0.1in"},
        ),
    )
    return element(
        "style:page-layout", {"style:name": name}, element("style:page-layout-properties", properties), footer
    )


def master_page(sheet: OdsSheet, name: str, layout: str) -> str:
    """The page of a sheet, with its footer and nothing above."""
    parts = re.findall(r"&([LCR])((?:(?!&[LCR]).)*)", sheet.footer)
    footer = [element(_PARTS[part], None, element("text:p", None, _footer_text(text))) for part, text in parts]
    return element(
        "style:master-page",
        {"style:name": name, "style:page-layout-name": layout},
        element("style:header", {"style:display": False}),
        element("style:footer", {"style:display": bool(footer)}, *footer),
    )


def _footer_text(codes: str) -> str:
    return "".join(_FIELDS.get(piece, inline(piece)) for piece in re.split("(&[APN])", codes))


def common() -> str:
    """The default look of all cells, in German and in the font of the other format."""
    text = {
        "style:font-name": _FONT,
        "fo:font-family": _FONT,
        "fo:font-size": "11pt",
        "fo:language": "de",
        "fo:country": "DE",
    }
    default = element("style:text-properties", text)
    return element(
        "office:styles",
        None,
        element("style:default-style", {"style:family": "table-cell"}, default),
        element("style:style", {"style:name": "Default", "style:family": "table-cell"}, default),
    )
