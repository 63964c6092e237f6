"""Cell styles of an ods file by name: number format, fill and font, with what they inherit."""

import re
from collections.abc import Iterator

from transforms.workbook.marks import NO_MARK, Mark
from transforms.workbook.ooxml_styles import WHITE
from transforms.workbook.symbols import symbol_font
from transforms.workbook.xml_parts import tag_attributes, unescape

_STYLE = re.compile(rb"<style:style\b([^>]*?)(?:/>|>(.*?)</style:style>)", re.DOTALL)
_BACKGROUND = re.compile(rb'fo:background-color="#([0-9A-Fa-f]{6})"')
_STRUCK = re.compile(rb'style:text-line-through-(?:style|type)="(?!none")')
_FONT = re.compile(rb"""(?:style:font-name|fo:font-family)="(?:&apos;|')?([^"&']*)""")
_FORM = re.compile(rb"<number:(percentage|currency|number)-style\b([^>]*?)(?:/>|>(.*?)</number:\1-style>)", re.DOTALL)
_FACTOR = re.compile(rb'number:display-factor="(10*)"')
_TEXTS = re.compile(rb"<number:(?:text|currency-symbol)\b[^>]*>([^<]*)<")


def read_styles(content: bytes, styles: bytes) -> dict[bytes, Mark]:
    """Resolve the cell styles of both parts by name."""
    formats = dict(_formats(styles)) | dict(_formats(content))
    marks: dict[bytes, Mark] = {}
    # Named styles first: automatic ones of content.xml build on them, and a parent stands before its children.
    for tag, inside in _STYLE.findall(styles) + _STYLE.findall(content):
        attributes = tag_attributes(tag)
        if attributes.get(b"style:family") == b"table-cell":
            inherited = marks.get(attributes.get(b"style:parent-style-name", b""), NO_MARK)
            marks[attributes.get(b"style:name", b"")] = _mark(inherited, attributes, inside, formats)
    return marks


def _mark(mark: Mark, attributes: dict[bytes, bytes], inside: bytes, formats: dict[bytes, str]) -> Mark:
    form = attributes.get(b"style:data-style-name")
    if form is not None:
        mark = mark._replace(number_format=formats.get(form, ""))
    background = _BACKGROUND.search(inside)
    if background:
        colour = background[1].decode().upper()
        mark = mark._replace(fill=None if colour == WHITE else colour)
    elif b'fo:background-color="transparent"' in inside:
        mark = mark._replace(fill=None)
    if _STRUCK.search(inside):
        mark = mark._replace(is_struck=True)
    font = _FONT.search(inside)
    return mark._replace(symbol_font=symbol_font(unescape(font[1]))) if font else mark


def _formats(xml: bytes) -> Iterator[tuple[bytes, str]]:
    """Give the number formats that change what a number means, in the notation of the other formats.

    A percentage is ``0%``; a format that shows thousands or a unit of money is told by its commas and its quoted text.
    """
    for kind, tag, inside in _FORM.findall(xml):
        name = tag_attributes(tag).get(b"style:name", b"")
        factor = _FACTOR.search(inside)
        commas = "," * ((len(factor[1]) - 1) // 3) if factor else ""
        words = "".join(unescape(text) for text in _TEXTS.findall(inside)).strip()
        if kind == b"percentage":
            yield name, "0%"
        elif commas or (words and not words.startswith("-")):
            yield name, f'#,##0{commas} "{words}"' if words else f"#,##0{commas}"
