"""An OOXML package that is changed part by part; what is not changed leaves as it came, packed bytes and all."""

import posixpath
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from transforms.answer.xml_edit import Edits, as_utf8, attribute_text, find_tags, root_of
from transforms.workbook.archive import Archive, Packed, open_archive
from transforms.workbook.limits import DEFAULT_LIMITS, MEGABYTE

CONTENT_TYPES = "[Content_Types].xml"
PACKAGE_NAMESPACE = "http://schemas.openxmlformats.org/package/2006"

_MOST_BYTES = 60 * MEGABYTE
"""So much of a package is taken apart: no honest return comes near, and more would take many seconds."""
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_DEFLATED = 8
_NAME_IS_UTF8 = 0x800
_VERSION = 20
_DAY = 0x21
"""1 January 1980, the first day a zip can name: the same answer has the same bytes whenever it is made."""


class CannotAnnotateError(Exception):
    """The package cannot be changed without risk to what is in it; the text says why, for the data team."""


class Relation(NamedTuple):
    """One relation of a part: ``kind`` is the end of its type (``comments``), ``target`` the name of a part."""

    id: str
    kind: str
    target: str


class Package:
    """A package whose parts can be read, changed and added.

    Raises:
        RefusedError: the bytes are no sound container; nothing that was read successfully is refused here.
        CannotAnnotateError: the parts that have to be looked at are too large.
    """

    def __init__(self, content: bytes) -> None:
        self._archive: Archive = open_archive(content, DEFAULT_LIMITS)
        self._changed: dict[str, tuple[str, bytes]] = {}
        self._read: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._changed or name in self._archive

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, those that were added last."""
        known = {name.casefold() for name in self._archive.names}
        added = (name for key, (name, _) in self._changed.items() if key not in known)
        return (*self._archive.names, *added)

    def read(self, name: str) -> bytes | None:
        """Give a part as it is now, ready to be changed; None when there is none."""
        changed = self._changed.get(name.casefold())
        part = changed[1] if changed else self._archive.read(name)
        self._read[name] = len(part or b"")
        if sum(self._read.values()) > _MOST_BYTES:
            msg = f"too large, {name} at the latest"
            raise CannotAnnotateError(msg)
        return None if part is None else as_utf8(part)

    def write(self, name: str, part: bytes) -> None:
        """Change a part or add one."""
        self._changed[name.casefold()] = (name, part)

    def free_name(self, pattern: str) -> str:
        """Give the first name of a pattern such as ``xl/comments{}.xml`` that is not taken."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def relations(self, part: str) -> list[Relation]:
        """List what a part refers to inside the package."""
        xml = self.read(_relations_of(part))
        if xml is None:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(tag.value("Id"), tag.value("Type").rpartition("/")[2], _resolved(folder, tag.value("Target")))
            for tag in find_tags(xml, "Relationships/Relationship")
            if tag.value("TargetMode") != "External"
        ]

    def relate(self, part: str, type_: str, target: str) -> str:
        """Let a part refer to another one; gives the relation's id."""
        name = _relations_of(part)
        xml = self.read(name) or f'<Relationships xmlns="{PACKAGE_NAMESPACE}/relationships"/>'.encode()
        root = root_of(xml, "Relationships")
        taken = {tag.value("Id") for tag in find_tags(xml, "Relationships/Relationship")}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(part))
        edits = Edits(xml)
        edits.append(root, f'<Relationship Id="rId{number}" Type="{type_}" Target="{attribute_text(path)}"/>')
        self.write(name, edits.result())
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say of what type a new part is."""
        self._declare(f'<Override PartName="/{attribute_text(part)}" ContentType="{content_type}"/>')

    def change_type(self, part: str, content_type: str) -> None:
        """Say that a part is of another type than it was; a part of which nothing is said stays so."""
        xml = self.read(CONTENT_TYPES) or b""
        edits = Edits(xml)
        for tag in find_tags(xml, "Types/Override"):
            if tag.value("PartName").casefold() == f"/{part}".casefold() and tag.value("ContentType") != content_type:
                edits.set(tag, {"ContentType": content_type})
                self.write(CONTENT_TYPES, edits.result())

    def declare_suffix(self, suffix: str, content_type: str) -> None:
        """Say of what type all parts with a suffix are, unless that is said already."""
        xml = self.read(CONTENT_TYPES) or b""
        if suffix not in (tag.value("Extension").lower() for tag in find_tags(xml, "Types/Default")):
            self._declare(f'<Default Extension="{suffix}" ContentType="{content_type}"/>')

    def _declare(self, element: str) -> None:
        xml = self.read(CONTENT_TYPES)
        if xml is None:
            msg = "the package has no list of content types"
            raise CannotAnnotateError(msg)
        edits = Edits(xml)
        edits.append(root_of(xml, "Types"), element)
        self.write(CONTENT_TYPES, edits.result())

    def save(self) -> bytes:
        """Write the package; the same changes to the same bytes give the same bytes."""
        content = bytearray()
        directory = bytearray()
        count = 0
        for part in self._parts():
            name = part.name.encode()
            flags = 0 if part.name.isascii() else _NAME_IS_UTF8
            described = (flags, part.method, 0, _DAY, part.crc, len(part.data), part.size, len(name), 0)
            directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *described, 0, 0, 0, 0, len(content)) + name
            content += _LOCAL.pack(b"PK\x03\x04", _VERSION, *described) + name
            content += part.data
            count += 1
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(content), 0)
        return bytes(content + directory + end)

    def _parts(self) -> Iterator[Packed]:
        left = dict(self._changed)
        for part in self._archive.packed():
            changed = left.pop(part.name.casefold(), None)
            yield _packed(part.name, changed[1]) if changed else part
        for name, part_content in left.values():
            yield _packed(name, part_content)


def _packed(name: str, part: bytes) -> Packed:
    data = b""
    # Our own reader must not take the answer for a bomb, so a part may not become too small either.
    for level in (6, 1, 0):
        packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        data = packer.compress(part) + packer.flush()
        if len(part) <= max(DEFAULT_LIMITS.ratio_from_bytes, DEFAULT_LIMITS.ratio * len(data)):
            break
    return Packed(name, _DEFLATED, zlib.crc32(part), len(part), memoryview(data))


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))
