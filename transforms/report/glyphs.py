"""What the report's face can print. A character without a glyph would stop the making of an accessible PDF."""

import re
import struct
from functools import cache
from importlib.resources import files
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from schemas.facts import Figure

_FACE_FILE = "SourceSans3[wght].ttf"
_NO_GLYPH = "□"
_LONG_TOKEN = re.compile(r"[^\s\u200b\-–/]{25,}")
_BREAK_AFTER = 14
_ZERO_WIDTH_SPACE = "\u200b"

Part = TypeVar("Part")


def printable(text: str) -> str:
    """Replace every character that the face does not have by an empty box."""
    if text.isascii():
        return text
    known = _characters()
    if all(character in known for character in text):
        return text
    return "".join(character if character in known else _NO_GLYPH for character in text)


def printable_facts(part: Part) -> Part:
    """Make all texts of facts printable; parts that are already so stay the same objects."""
    if isinstance(part, str):
        # StrEnum members are texts too, and their codes are plain.
        return printable(part) if type(part) is str else part  # type: ignore[return-value]  # a str for a str
    if isinstance(part, tuple):
        items = tuple(printable_facts(item) for item in part)
        same = all(new is old for new, old in zip(items, part, strict=True))
        return part if same else items  # type: ignore[return-value]  # a tuple for a tuple
    if isinstance(part, Struct) and not isinstance(part, Figure):
        old = {field: getattr(part, field) for field in part.__struct_fields__}
        new = {name: printable_facts(value) for name, value in old.items()}
        changed = {name: value for name, value in new.items() if value is not old[name]}
        return replace(part, **changed) if changed else part
    return part


def breakable(text: str) -> str:
    """Let very long words break anywhere, so that no column overflows."""
    return _LONG_TOKEN.sub(_with_breaks, text)


def _with_breaks(match: re.Match[str]) -> str:
    token = match[0]
    return _ZERO_WIDTH_SPACE.join(token[i : i + _BREAK_AFTER] for i in range(0, len(token), _BREAK_AFTER))


@cache
def _characters() -> frozenset[str]:
    """Read the character map of the face (OpenType ``cmap``, format 12: all of Unicode)."""
    content = (files("fontpkg_source_sans_3") / "files" / _FACE_FILE).read_bytes()
    (tables,) = struct.unpack_from(">H", content, 4)
    records = (struct.unpack_from(">4sIII", content, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", content, start + 2)
    for n in range(subtables):
        (offset,) = struct.unpack_from(">I", content, start + 4 + 8 * n + 4)
        (kind,) = struct.unpack_from(">H", content, start + offset)
        if kind == 12:
            return _of_groups(content, start + offset)
    msg = f"{_FACE_FILE} has no character map of format 12"
    raise ValueError(msg)


def _of_groups(content: bytes, at: int) -> frozenset[str]:
    (groups,) = struct.unpack_from(">I", content, at + 12)
    ranges = (struct.unpack_from(">III", content, at + 16 + 12 * n) for n in range(groups))
    return frozenset(chr(code) for first, last, _ in ranges for code in range(first, last + 1))
