"""Wrong bytes: flipped, cut, doubled, overwritten, and text that no office writes."""

from random import Random
from typing import Final

NASTY_TEXTS: Final = (
    b"=1+1",
    b"@SUM(A1)",
    "＝cmd|' /C calc'!A0".encode(),
    b"\0",
    b"\r",
    b'"',
    b'""""',
    b"<b>&amp;</b>",
    b"&#x0;",
    b"&#xD800;",
    b"&#1114112;",
    b"_x0000_",
    b"_xD800_",
    "\u202e\u200b\ufeff".encode(),
    "\u0130\u1e9e\ufb03".encode(),
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"]]>",
    b"<!--",
    b"x" * 40_000,
    b"99999999999999999999999999999999999999999",
    b"1e308",
    b"-1e-400",
    b"31.02.2026",
    b"NaN",
    b"{valeur}",
    b"[/red]",
)


def flip_bits(chance: Random, content: bytes) -> bytes:
    """Turn some bits over."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 64)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwrite(chance: Random, content: bytes) -> bytes:
    """Write something else over a stretch."""
    at, length = _stretch(chance, content)
    filling = chance.choice((b"\0", b"\xff", chance.randbytes(1), None))
    return content[:at] + (filling * length if filling else chance.randbytes(length)) + content[at + length :]


def cut_off(chance: Random, content: bytes) -> bytes:
    """End in the middle."""
    return content[: chance.randrange(len(content) + 1)]


def cut_out(chance: Random, content: bytes) -> bytes:
    """Leave a stretch out."""
    at, length = _stretch(chance, content)
    return content[:at] + content[at + length :]


def double(chance: Random, content: bytes) -> bytes:
    """Repeat a stretch, here or elsewhere, sometimes many times."""
    at, length = _stretch(chance, content)
    to = chance.choice((at, chance.randrange(len(content) + 1)))
    return content[:to] + content[at : at + length] * chance.choice((1, 1, 2, 100)) + content[to:]


def insert(chance: Random, content: bytes) -> bytes:
    """Put something in that does not belong there."""
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice((*NASTY_TEXTS, chance.randbytes(7))) + content[at:]


def recode(chance: Random, content: bytes) -> bytes:
    """Say the same in another encoding, or in two."""
    text = content.decode("cp1252", "replace")
    at = chance.randrange(len(text) + 1)
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp850"))
    return text[:at].encode(chance.choice(("utf-8", encoding)), "replace") + text[at:].encode(encoding, "replace")


def shuffle_lines(chance: Random, content: bytes) -> bytes:
    """Mix the lines."""
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def other_signs(chance: Random, content: bytes) -> bytes:
    """Write one sign for another everywhere."""
    old, new = chance.sample((b";", b",", b"\t", b'"', b"\r\n", b"\n", b"'", b"|", b" ", b"."), 2)
    return content.replace(old, new)


MUTATIONS: Final = (flip_bits, flip_bits, overwrite, cut_off, cut_out, double, insert)
IN_TEXT: Final = (recode, shuffle_lines, other_signs)


def _stretch(chance: Random, content: bytes) -> tuple[int, int]:
    at = chance.randrange(len(content) + 1)
    return at, min(chance.choice((1, 2, 4, 16, 100, 512, 4096)), len(content) - at)
