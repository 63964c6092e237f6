"""Number formats that change what an amount means: „12.500“ shown for 12500000, „64 T€“ shown for 64."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETED = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]")
_DIGITS = re.compile(r"[#0?][#0?.,\s]*")
_THOUSANDS = re.compile(r"(?<=[#0?])(,+)(?![#0?,])")
_SCALES = (("mrd", 10**9), ("mio", 10**6), ("tsd", 1000), ("t€", 1000), ("teur", 1000), ("k€", 1000), ("keur", 1000))
_EURO = ("€", "eur", "euro")


class Display(NamedTuple):
    """How a format shows a number: divided by ``divisor``, and with a unit of so many EUR, if it names one."""

    divisor: Decimal = Decimal(1)
    unit: Decimal | None = None


PLAIN = Display()


@lru_cache(maxsize=512)
def display_of(number_format: str) -> Display:
    """Tell how a number format shows amounts; only the part for positive numbers counts."""
    words: list[str] = []
    code = _QUOTED.sub(lambda match: _set_aside(words, match[1] or match[2] or ""), number_format)
    code = _BRACKETED.sub(lambda match: _set_aside(words, match[1] or ""), code).partition(";")[0]
    count = code.count("\0")
    shown = "".join(words[:count]) + _DIGITS.sub("", code).replace("\0", "")
    commas = _THOUSANDS.search(code.partition(".")[0]) or _THOUSANDS.search(code)
    return Display(Decimal(1000) ** len(commas[1]) if commas else Decimal(1), _unit(shown))


def _set_aside(words: list[str], word: str) -> str:
    words.append(word)
    return "\0"


def _unit(shown: str) -> Decimal | None:
    name = "".join(shown.casefold().split()).replace(".", "")
    for beginning, scale in _SCALES:
        if name.startswith(beginning):
            return Decimal(scale)
    return Decimal(1) if name.startswith(_EURO) else None
