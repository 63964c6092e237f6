"""Small XML parts as a flat list of elements; namespaces and prefixes are ignored.

Expat expands only what a DOCTYPE declares, and `transforms.workbook.archive` refuses every DOCTYPE beforehand.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

from transforms.workbook.refusals import refuse_damaged

_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

DEEPEST = 200
"""Elements inside one another: no office file has twenty, and the paths of a hundred thousand fill all memory."""


class Element(NamedTuple):
    """One element: where it stands (``workbook/sheets/sheet``), its attributes, and the text directly in it."""

    path: str
    attributes: Mapping[str, str]
    text: str


def read_elements(xml: bytes) -> list[Element]:
    """Read a part as its elements, each after those inside it; `RefusedError` when it is not well-formed."""
    elements: list[Element] = []
    open_ones: list[tuple[str, dict[str, str], list[str]]] = [("", {}, [])]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) > DEEPEST:
            refuse_damaged("ein Teil ist zu tief verschachtelt")
        path = f"{open_ones[-1][0]}/{name.rpartition(':')[2]}"
        open_ones.append((path, {key.rpartition(":")[2]: value for key, value in attributes.items()}, []))

    def end(_: str) -> None:
        path, attributes, texts = open_ones.pop()
        elements.append(Element(path[1:], attributes, "".join(texts)))

    def characters(text: str) -> None:
        open_ones[-1][2].append(text)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError):
        refuse_damaged("ein Teil ist kein gültiges XML")
    return elements


def refuse_malformed(xml: bytes) -> None:
    """Refuse a part that is not well-formed, however large it is.

    The value reader waits for an end that is missing until somebody stops it.
    """
    try:
        expat.ParserCreate().Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError):
        refuse_damaged("ein Teil ist kein gültiges XML")


def tag_attributes(tag: bytes) -> dict[bytes, bytes]:
    """Read the attributes within one tag of a part too large for `read_elements`; values still escaped."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}


def unescape(text: bytes | str) -> str:
    """Turn XML text back into what it stands for."""
    decoded = text if isinstance(text, str) else text.decode("utf-8", "replace")
    return _REFERENCE.sub(_referenced, decoded) if "&" in decoded else decoded


def _referenced(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(number) if number < 0x110000 else "\ufffd"


def is_true(value: str | bytes | None) -> bool:
    """Read an XML boolean, of which four spellings are in use."""
    return value in ("1", "true", "on", b"1", b"true", b"on")
