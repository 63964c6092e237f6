"""Changing XML parts of a foreign file in place: everything that is not changed stays byte for byte.

Expat says where each element stands; changes are spliced into the bytes. Nothing is parsed into a tree and written
anew, because what a program does not know it would drop.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from msgspec import Struct, field

from transforms.workbook.xml_parts import DEEPEST, tag_attributes

_START_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_OWN_TAG = re.compile(r"<(/?)(\w)")
_ATTRIBUTE = re.compile(rb"""\s+([\w:.-]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""^(<\?xml[^>]*?encoding=["'])[^"']+""")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CHARACTER_NUMBER = re.compile("_x[0-9A-Fa-f]{4}_")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_IN_TEXT = str.maketrans({mark: _ENTITIES[mark] for mark in "&<>\r"})
_IN_ATTRIBUTE = str.maketrans(_ENTITIES)

Attributes: TypeAlias = Mapping[str, str | None]
"""New values of attributes; None takes an attribute away."""


class MalformedPartError(ValueError):
    """A part is no well-formed XML, or not the XML that it should be."""


class Tag(NamedTuple):
    """One element of a part. ``path`` has local names (``styleSheet/fonts/font``), ``name`` is written as in the file.

    ``content`` and ``close`` are where the element's content begins and ends; both are ``end`` for ``<empty/>``.
    """

    path: str
    name: str
    attributes: Mapping[str, str]
    start: int
    content: int
    close: int
    end: int

    @property
    def local_name(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, empty without one: new elements beside this one need the same."""
        return self.name[: -len(self.local_name)]

    @property
    def is_empty(self) -> bool:
        """Whether the element is written as ``<empty/>``."""
        return self.content == self.end

    def value(self, name: str) -> str:
        """Give an attribute whatever its prefix, empty when there is none."""
        return next((v for key, v in self.attributes.items() if key.rpartition(":")[2] == name), "")

    def number(self, name: str) -> int:
        """Give an attribute that counts something; 0 when it does not."""
        text = self.value(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def find_tags(xml: bytes, *paths: str) -> list[Tag]:
    """Find the elements that stand at these paths, in the order in which they begin.

    Raises:
        MalformedPartError: the part is not well-formed.
    """
    found: list[Tag] = []
    wanted = frozenset(paths)
    open_ones: list[tuple[str, int]] = [("", -1)]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) > DEEPEST:
            msg = f"more than {DEEPEST} elements inside one another"
            raise MalformedPartError(msg)
        parent = open_ones[-1][0]
        path = f"{parent}/{name.rpartition(':')[2]}" if parent else name.rpartition(":")[2]
        index = -1
        if path in wanted:
            index = len(found)
            begin = parser.CurrentByteIndex
            end = start_tag_end(xml, begin)
            found.append(Tag(path, name, attributes, begin, end, end, end))
        open_ones.append((path, index))

    def end(_: str) -> None:
        index = open_ones.pop()[1]
        if index >= 0:
            found[index] = closed(xml, found[index], parser.CurrentByteIndex)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parse(parser, xml)
    return found


def parse(parser: expat.XMLParserType, xml: bytes) -> None:
    """Let a prepared parser read a whole part; MalformedPartError when it cannot."""
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        msg = f"not well-formed: {error}"
        raise MalformedPartError(msg) from error


def start_tag_end(xml: bytes, start: int) -> int:
    """Where the start tag ends that begins there; a „>“ within an attribute does not count."""
    match = _START_TAG.match(xml, start)
    if match is None:
        msg = f"no tag at byte {start}"
        raise MalformedPartError(msg)
    return match.end()


def closed(xml: bytes, tag: Tag, at: int) -> Tag:
    """Complete a tag with the place at which expat reported its end: ``</name>``, or behind ``<name/>``."""
    if xml.endswith(b"/>", tag.start, tag.content):
        return tag
    return tag._replace(close=at, end=xml.index(b">", at) + 1)


class _Change(Struct):
    tag: Tag
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[bytes] = field(default_factory=list)


class Edits:
    """Changes to one part, collected and then applied at once."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._changes: dict[int, _Change] = {}
        self._pieces: list[tuple[int, int, int, bytes]] = []

    def set(self, tag: Tag, attributes: Attributes) -> None:
        """Give an element other attributes; those not named stay."""
        self._change(tag).attributes.update(attributes)

    def append(self, tag: Tag, child: str) -> None:
        """Add an element as the last one inside another; ``child`` is XML without prefixes of its own."""
        self.append_as_is(tag, as_bytes(prefixed(child, tag.prefix)))

    def append_as_is(self, tag: Tag, child: bytes) -> None:
        """Add an element that is written in the way of the part already."""
        self._change(tag).children.append(child)

    def insert(self, at: int, xml: bytes) -> None:
        """Put bytes before a position; several at the same one keep their order."""
        self.replace(at, at, xml)

    def replace(self, start: int, end: int, xml: bytes) -> None:
        """Put bytes in the place of others."""
        self._pieces.append((start, end, len(self._pieces), xml))

    def result(self) -> bytes:
        """The part with all changes."""
        pieces = list(self._pieces)
        for change in self._changes.values():
            tag, children = change.tag, b"".join(change.children)
            start_tag = with_attributes(self._xml[tag.start : tag.content], change.attributes)
            if tag.is_empty and children:
                start_tag = start_tag[:-2].rstrip() + b">" + children + f"</{tag.name}>".encode()
            elif children:
                # Behind everything else that was put before the closing tag.
                pieces.append((tag.close, tag.close, len(self._pieces), children))
            pieces.append((tag.start, tag.content, -1, start_tag))
        result: list[bytes] = []
        position = 0
        for start, end, _, xml in sorted(pieces, key=lambda piece: piece[:3]):
            result += (self._xml[position:start], xml)
            position = max(position, end)
        result.append(self._xml[position:])
        return b"".join(result)

    def _change(self, tag: Tag) -> _Change:
        return self._changes.setdefault(tag.start, _Change(tag))


def with_attributes(start_tag: bytes, attributes: Attributes) -> bytes:
    """Write a start tag anew with other attributes; the others stay as they are written."""
    names = [name.encode() for name in attributes]
    known = tag_attributes(start_tag)
    changed = start_tag
    for name, value in zip(names, attributes.values(), strict=True):
        text = b"" if value is None else b' %s="%s"' % (name, as_bytes(attribute_text(value)))
        if name in known:
            changed = _replaced(changed, name, text)
        elif text:
            ending = b"/>" if changed.endswith(b"/>") else b">"
            changed = changed[: -len(ending)].rstrip() + text + ending
    return changed


def _replaced(start_tag: bytes, name: bytes, text: bytes) -> bytes:
    for match in _ATTRIBUTE.finditer(start_tag):
        if match[1] == name:
            return start_tag[: match.start()] + text + start_tag[match.end() :]
    return start_tag


def as_bytes(xml: str) -> bytes:
    """Encode new XML for a foreign part: as ASCII, which is right in whatever encoding the part declares."""
    return xml.encode("ascii", "xmlcharrefreplace")


def as_utf8(xml: bytes) -> bytes:
    """Give a part in an encoding in which positions can be counted in bytes; UTF-16 is the one that is not."""
    if not xml.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in xml[:4]:
        return xml
    return _DECLARED.sub(rb"\1UTF-8", xml.decode("utf-16", "replace").encode(errors="replace"))


def prefixed(xml: str, prefix: str) -> str:
    """Give the elements of our own XML the prefix that the part uses for its namespace."""
    return _OWN_TAG.sub(rf"<\1{prefix}\2", xml) if prefix else xml


def clean(text: str) -> str:
    """Take out what no XML may hold."""
    return _ILLEGAL.sub("", text)


def element_text(text: str) -> str:
    """Write text as the content of an element: it can neither become markup nor break the part."""
    return clean(text).translate(_IN_TEXT)


def string_text(text: str) -> str:
    """Write text as the content of a cell or comment, where Excel would read ``_x0041_`` as a character's number."""
    return element_text(_CHARACTER_NUMBER.sub(r"_x005F\g<0>", text))


def attribute_text(text: str) -> str:
    """Write text as the value of an attribute."""
    return clean(text).translate(_IN_ATTRIBUTE)


def first(tags: Sequence[Tag], path: str) -> Tag | None:
    """The first element at a path."""
    return next((tag for tag in tags if tag.path == path), None)


def root_of(xml: bytes, name: str) -> Tag:
    """The root of a part, which has to be of that name; MalformedPartError when it is another one."""
    root = first(find_tags(xml, name), name)
    if root is None:
        msg = f"no {name}"
        raise MalformedPartError(msg)
    return root


def all_at(tags: Collection[Tag], path: str) -> list[Tag]:
    """All elements at a path."""
    return [tag for tag in tags if tag.path == path]
