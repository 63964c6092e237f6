"""Numbers as German offices write them, as text: what number stands there, and how sure that is (M12–M27)."""

import re
import unicodedata
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from transforms.parsing.readings import ONE

_TEXT_MARK = "'"
"""Before an entry it makes a text of it in every spreadsheet; some exports leave it there (M53)."""
_LONGEST = 40
"""No number in a return is longer with all its words; longer texts are not even looked at."""

_SPACES = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\t\n", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
        "\u2212": "-",
        "\u2019": "'",
    }
)
_GERMAN = re.compile(r"(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?|,[0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?:(?: [0-9]{3})+|(?:'[0-9]{3})+)(?:[.,][0-9]+)?")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_POINT = re.compile(r"[0-9]*\.[0-9]+")
_COMMA_THREE = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_EURO = r"(?:€|euro|eur\.?)"
_MANY = r"(?:tsd\.?|tausend|mio\.?|mill\.?|million(?:en)?|mrd\.?|milliarden?)"
_UNIT = rf"(?:(?:t|k)€|(?:t|k)\s?eur(?:o|\.)?|m€|meur|{_MANY}(?:\s?{_EURO})?|{_EURO}|k)"
_WRITTEN = re.compile(
    rf"""(?P<about>(?:ca\.?|circa|rd\.?|rund|etwa|ungefähr|~|≈)\s?)?
    (?P<bound>(?:>=?|<=?|≥|≤|max\.?|maximal|min\.?|mind\.?|mindestens|höchstens|über|unter|bis(?:\szu)?)\s?)?
    (?P<open>\()?
    (?P<minus>[-+–]\s?)?
    (?:(?P<before>{_UNIT})\s?)?
    (?P<minus_inside>-)?
    (?P<digits>[0-9.,](?:[0-9.,' ]*[0-9])?)
    (?P<even>,(?:--?|–|—)|\.-)?
    (?P<close>\))?
    (?P<minus_after>-)?
    (?:\s?(?P<after>{_UNIT}|%|v\.?\s?h\.?|prozent))?""",
    re.VERBOSE,
)
_SCALES = (
    ("mio", 10**6),
    ("mill", 10**6),
    ("m€", 10**6),
    ("meur", 10**6),
    ("milliard", 10**9),
    ("mrd", 10**9),
    ("t", 1000),
    ("k", 1000),
)
_PERCENT = ("%", "v", "p")


class Style(Enum):
    """How the digits were written, as far as it bears on how sure the reading is."""

    PLAIN = "1.234,56"
    """German or without any separator: no doubt."""
    GROUPED_ONCE = "1.234"
    """German grouping, unless the writer uses the point for decimals."""
    COMMA_THREE = "1,234"
    """German decimals, unless the writer groups with the comma."""
    POINT = "12.5"
    """A point that can only be a decimal point."""
    FOREIGN = "1,234.56"
    """English or Swiss: with two separators the last one is the decimal sign (M14)."""


class Written(NamedTuple):
    """A number as somebody wrote it. ``scale`` is None when no unit of money or multiple stands beside it."""

    number: Decimal
    style: Style = Style.PLAIN
    scale: Decimal | None = None
    is_money: bool = False
    is_percent: bool = False
    is_about: bool = False
    is_bound: bool = False


@lru_cache(maxsize=8192)
def read_number(text: str) -> Written | None:
    """Read one number with its sign and unit; None for everything else: words, ranges, fractions, footnote marks.

    ``number`` is what the digits say, before any unit: „12,5 T€“ is 12.5 with scale 1000.
    """
    stripped = text.strip().removeprefix(_TEXT_MARK)
    if _GERMAN.fullmatch(stripped) and len(stripped) <= _LONGEST:
        digits = _read_digits(stripped)
        return Written(*digits) if digits else None
    if not 0 < len(text) <= _LONGEST:
        return None
    # Not NFKC: it would turn the footnote of „12²“ into a third digit.
    normal = " ".join(unicodedata.normalize("NFC", text).translate(_SPACES).casefold().split())
    normal = normal.removeprefix(_TEXT_MARK)
    match = _WRITTEN.fullmatch(normal)
    return _assembled(match) if match else None


def _assembled(match: re.Match[str]) -> Written | None:
    signs = [match["minus"], match["minus_inside"], match["minus_after"], match["open"]]
    before, after = match["before"] or "", match["after"] or ""
    is_percent = after.startswith(_PERCENT)
    digits = _read_digits(match["digits"])
    if (
        digits is None
        or bool(match["open"]) != bool(match["close"])
        or sum(map(bool, signs)) > 1
        or (before and after)
        or (match["even"] and is_percent)
    ):
        return None
    number, style = digits
    is_negative = any(sign and sign.strip() != "+" for sign in signs)
    unit = "" if is_percent else before or after
    return Written(
        number=-number if is_negative else number,
        style=style,
        scale=_scale(unit) if unit or match["even"] else None,
        is_money=bool(match["even"]) or "€" in unit or "eur" in unit,
        is_percent=is_percent,
        is_about=bool(match["about"]),
        is_bound=bool(match["bound"]),
    )


def _scale(unit: str) -> Decimal:
    for beginning, scale in _SCALES:
        if unit.startswith(beginning):
            return Decimal(scale)
    return ONE


def _read_digits(digits: str) -> tuple[Decimal, Style] | None:
    if _GERMAN.fullmatch(digits):
        number = Decimal(digits.replace(".", "").replace(",", "."))
        if _COMMA_THREE.fullmatch(digits):
            return number, Style.COMMA_THREE
        return number, Style.GROUPED_ONCE if digits.count(".") == 1 and "," not in digits else Style.PLAIN
    if _SPACED.fullmatch(digits):
        number = Decimal(digits.replace(" ", "").replace("'", "").replace(",", "."))
        return number, Style.FOREIGN if "'" in digits or "." in digits else Style.PLAIN
    if _ENGLISH.fullmatch(digits):
        return Decimal(digits.replace(",", "")), Style.FOREIGN
    if _POINT.fullmatch(digits):
        return Decimal(digits), Style.POINT
    return None
