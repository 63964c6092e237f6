"""Wrong numbers: in the markup of a part, in the records of a binary sheet, in the tables of a compound file."""

import re
import struct
from random import Random
from typing import Final

_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
_NUMBER_ATTRIBUTE = re.compile(rb'(?<==")-?[0-9]+(?:\.[0-9]+)?(?=")')
_ADDRESS = re.compile(rb'(?<=r=")[A-Z]+[0-9]+(?=")')
_DATE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}")
_SECTOR: Final = 512
_TEXTS: Final = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"65537",
    b"16385",
    b"1048577",
    b"2147483648",
    b"4294967295",
    b"18446744073709551616",
    b"9" * 400,
    b"1e308",
    b"1e-320",
    b"-1e999",
    b"0.1",
    b"",
    b"NaN",
    b"0x10",
    "٣".encode(),
)
_ADDRESSES: Final = (b"XFD1048576", b"A0", b"A1048577", b"AAAA1", b"1", b"a1", b"$A$1", b"ZZZZZZ99999999", b"")
_DATES: Final = (b"0000-00-00", b"9999-12-31", b"10000-01-01", b"31.12.9999", b"0.0.0", b"29.02.2025", b"1.1.1")
_VALUES: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_FLOATS: Final = (float("inf"), float("-inf"), float("nan"), 1e308, -1e308, 5e-324, 2958466.0, -1.0, 0.1 + 0.2)


def another_number(chance: Random, content: bytes) -> bytes:
    """Change one number or a few of those in a text."""
    return _replaced(chance, content, _NUMBER, _TEXTS)


def another_attribute(chance: Random, content: bytes) -> bytes:
    """Change a number that is an attribute: indices, counts, repetitions, widths."""
    return _replaced(chance, content, _NUMBER_ATTRIBUTE, _TEXTS)


def another_address(chance: Random, content: bytes) -> bytes:
    """Put a cell elsewhere."""
    return _replaced(chance, content, _ADDRESS, _ADDRESSES)


def another_date(chance: Random, content: bytes) -> bytes:
    """Change a date into one that no calendar has, or only just."""
    return _replaced(chance, content, _DATE, _DATES)


def another_integer(chance: Random, content: bytes) -> bytes:
    """Overwrite two or four bytes with a number at the edge, sometimes the length of a record."""
    size = chance.choice((2, 4))
    if len(content) < size:
        return content
    at = chance.randrange(len(content) - size + 1)
    value = chance.choice(_VALUES) & (1 << 8 * size) - 1
    return content[:at] + value.to_bytes(size, "little") + content[at + size :]


def another_float(chance: Random, content: bytes) -> bytes:
    """Overwrite eight bytes with a floating point number that is none, or a large one."""
    if len(content) < 8:
        return content
    at = chance.randrange(len(content) - 7)
    return content[:at] + struct.pack("<d", chance.choice(_FLOATS)) + content[at + 8 :]


def lie_in_the_header(chance: Random, content: bytes) -> bytes:
    """Change a count or a place in the header of a compound file."""
    at = chance.choice((24, 26, 30, 32, 40, 44, 48, 56, 60, 64, 68, 72, 76, 80))
    return content[:at] + struct.pack("<I", chance.choice((*_VALUES, chance.randrange(64)))) + content[at + 4 :]


def damage_a_sector(chance: Random, content: bytes) -> bytes:
    """Lose, mix up or overwrite whole sectors, as a broken disk or a broken upload does."""
    count = max(1, len(content) // _SECTOR)
    one, other = (chance.randrange(count) * _SECTOR for _ in range(2))
    changed = bytearray(content)
    kind = chance.choice(("zero", "swap", "copy", "noise"))
    if kind == "swap":
        changed[one : one + _SECTOR], changed[other : other + _SECTOR] = (
            changed[other : other + _SECTOR],
            changed[one : one + _SECTOR],
        )
    elif kind == "copy":
        changed[one : one + _SECTOR] = changed[other : other + _SECTOR]
    else:
        changed[one : one + _SECTOR] = bytes(_SECTOR) if kind == "zero" else chance.randbytes(_SECTOR)
    return bytes(changed)


def another_link(chance: Random, content: bytes) -> bytes:
    """Let the allocation table or the directory point elsewhere: chains in circles, into nothing, into each other."""
    at = chance.randrange(max(1, len(content) // 4)) * 4
    target = chance.choice((chance.randrange(64), 0, 0xFFFFFFFC, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, at // _SECTOR))
    return content[:at] + struct.pack("<I", target) + content[at + 4 :]


IN_MARKUP: Final = (another_number, another_attribute, another_attribute, another_address, another_date)
IN_RECORDS: Final = (another_integer, another_integer, another_float)
IN_SECTORS: Final = (lie_in_the_header, damage_a_sector, another_link)
IN_TEXT: Final = (another_number, another_date)


def _replaced(chance: Random, content: bytes, pattern: re.Pattern[bytes], texts: tuple[bytes, ...]) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content
    for match in sorted(chance.sample(found, min(len(found), chance.choice((1, 1, 2, 20)))), key=lambda m: -m.start()):
        content = content[: match.start()] + chance.choice(texts) + content[match.end() :]
    return content
