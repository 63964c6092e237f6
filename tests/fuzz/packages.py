"""Packages packed anew: parts missing, doubled, exchanged, truncated, hollowed out, and sizes that are lies."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

from tests.fuzz.bytewise import NASTY_TEXTS
from tests.fuzz.seeds import zipped

_ELEMENT = re.compile(rb"<(?!/|\?|!)[^<>]*>")
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
_ATTRIBUTE = re.compile(rb'\s[\w:.-]+="[^"<>]*"')
_OTHER_PARTS: Final = (
    "xl/vbaProject.bin",
    "xl/macrosheets/sheet1.xml",
    "xl/workbook.bin",
    "xl/workbook.xml",
    "content.xml",
    "Projekte.csv",
    "../../etc/passwd",
    "mimetype",
    "META-INF/manifest.xml",
    "xl/comments1.xml",
    "a" * 5_000,
)
_SIZES: Final = (0, 1, 100, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_LOCAL_FIELDS: Final = (4, 6, 8, 14, 18, 22, 26, 28)
_CENTRAL_FIELDS: Final = (8, 10, 16, 20, 24, 28, 30, 32, 42)
_END_FIELDS: Final = (4, 8, 10, 12, 16, 20)


def is_markup(name: str) -> bool:
    """Whether the part is text: XML or CSV."""
    return name.endswith((".xml", ".rels", ".csv", ".vml"))


def is_binary(name: str) -> bool:
    """Whether the part is made of binary records."""
    return name.endswith(".bin")


def in_a_part(
    mutation: Callable[[Random, bytes], bytes], is_meant: Callable[[str], bool] = lambda _: True
) -> Callable[[Random, bytes], bytes]:
    """Do it to what is in one part; the package around it is sound."""

    def mutate(chance: Random, content: bytes) -> bytes:
        parts = _parts(content)
        meant = [at for at, (name, _) in enumerate(parts) if is_meant(name)]
        if not meant:
            return mutation(chance, content)
        at = chance.choice(meant)
        parts[at] = parts[at][0], mutation(chance, parts[at][1])
        return zipped(parts)

    mutate.__name__ = f"{mutation.__name__} in a part"
    return mutate


def drop_parts(chance: Random, content: bytes) -> bytes:
    """Leave parts out."""
    parts = _parts(content)
    for _ in range(min(len(parts), chance.choice((1, 1, 2, 5)))):
        del parts[chance.randrange(len(parts))]
    return zipped(parts)


def double_a_part(chance: Random, content: bytes) -> bytes:
    """Put a part in twice, the second time under the same name, another case or another name."""
    parts = _parts(content)
    name, part = chance.choice(parts or [("x", b"")])
    other = chance.choice((name, name.upper(), name.replace("/", "\\"), f"./{name}", *_OTHER_PARTS))
    return zipped([*parts, (other, chance.choice((part, b"", part[: len(part) // 2])))])


def exchange_parts(chance: Random, content: bytes) -> bytes:
    """Put one part in the place of another."""
    parts = _parts(content)
    if len(parts) > 1:
        one, other = chance.sample(range(len(parts)), 2)
        parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    return zipped(parts)


def lie_about_sizes(chance: Random, content: bytes) -> bytes:
    """Write another size, place, checksum or method into a header or the directory."""
    kind, fields = chance.choice(((b"PK\3\4", _LOCAL_FIELDS), (b"PK\1\2", _CENTRAL_FIELDS), (b"PK\5\6", _END_FIELDS)))
    places = [match.start() for match in re.finditer(re.escape(kind), content)]
    if not places:
        return content
    at = chance.choice(places) + chance.choice(fields)
    return content[:at] + struct.pack("<I", chance.choice((*_SIZES, chance.randrange(1 << 16)))) + content[at + 4 :]


def blow_up(chance: Random, content: bytes) -> bytes:
    """Let a part unpack to many times its size."""
    parts = _parts(content)
    at = chance.randrange(len(parts)) if parts else 0
    name, part = parts[at] if parts else ("xl/workbook.xml", b"")
    parts[at : at + 1] = [
        (name, part + chance.choice((b" ", b"\0", b"<c/>")) * chance.choice((1 << 18, 1 << 20, 1 << 23)))
    ]
    return zipped(parts, level=1)


def _markup(mutate: Callable[[Random, bytes], bytes]) -> Callable[[Random, bytes], bytes]:
    made = in_a_part(mutate, is_markup)
    made.__name__ = mutate.__name__
    return made


def _match(chance: Random, pattern: re.Pattern[bytes], part: bytes) -> tuple[int, int]:
    found = [match.span() for match in pattern.finditer(part)]
    return chance.choice(found) if found else (0, 0)


@_markup
def truncate_markup(chance: Random, part: bytes) -> bytes:
    """End a part in the middle, or right behind a tag."""
    return part[: chance.choice((chance.randrange(len(part) + 1), _match(chance, _ELEMENT, part)[1]))]


@_markup
def lose_a_tag(chance: Random, part: bytes) -> bytes:
    """Leave a tag out: what it opened is never opened."""
    begin, end = _match(chance, _ELEMENT, part)
    return part[:begin] + part[end:]


@_markup
def double_a_tag(chance: Random, part: bytes) -> bytes:
    """Open something more than once, sometimes very often."""
    begin, end = _match(chance, _ELEMENT, part)
    return part[:end] + part[begin:end] * chance.choice((1, 1, 5, 30_000)) + part[end:]


@_markup
def exchange_tags(chance: Random, part: bytes) -> bytes:
    """Write one tag where another stood."""
    first, second = _match(chance, _ELEMENT, part), _match(chance, _ELEMENT, part)
    return part[: first[0]] + part[second[0] : second[1]] + part[first[1] :]


@_markup
def change_attribute(chance: Random, part: bytes) -> bytes:
    """Leave an attribute out, write it twice, or give it another's value."""
    begin, end = _match(chance, _ATTRIBUTE, part)
    other = _match(chance, _ATTRIBUTE, part)
    name = part[begin:end].partition(b"=")[0]
    value = part[other[0] : other[1]].partition(b"=")[2]
    changed = chance.choice(
        (b"", part[begin:end] * 2, name + b"=" + value, name + b'="' + chance.choice(NASTY_TEXTS) + b'"')
    )
    return part[:begin] + changed + part[end:]


@_markup
def change_text(chance: Random, part: bytes) -> bytes:
    """Write something nasty where a text stood."""
    begin, end = _match(chance, _TEXT, part)
    return part[:begin] + chance.choice(NASTY_TEXTS) + part[end:]


@_markup
def declare_entities(_: Random, part: bytes) -> bytes:
    """Put a document type in front, with an entity that grows."""
    declaration = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    at = part.find(b"?>") + 2 if part.startswith(b"<?xml") else 0
    return part[:at] + declaration + part[at:]


@_markup
def nest_deeply(chance: Random, part: bytes) -> bytes:
    """Open a hundred thousand elements inside one another."""
    at = _match(chance, _ELEMENT, part)[1]
    depth = chance.choice((100, 100_000))
    return part[:at] + b"<x>" * depth + b"</x>" * chance.choice((0, depth)) + part[at:]


MUTATIONS: Final = (
    drop_parts,
    double_a_part,
    exchange_parts,
    lie_about_sizes,
    lie_about_sizes,
    blow_up,
    truncate_markup,
    lose_a_tag,
    double_a_tag,
    exchange_tags,
    change_attribute,
    change_attribute,
    change_text,
    change_text,
    declare_entities,
    nest_deeply,
)


def _parts(content: bytes) -> list[tuple[str, bytes]]:
    """Take a package apart; one that was damaged before gives what can be had."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [(entry.filename, _part(archive, entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return []


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > 1 << 26:
        return b""
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError, EOFError, zlib.error):
        return b""
