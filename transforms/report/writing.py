"""How the report writes: T€, signs, units held by a non-breaking space (DIN 5008), texts made fit for display."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from transforms.wording import german_date, german_number, german_percent

NBSP = "\u00a0"
NOTHING = "–"
"""Printed where there is nothing to say."""

_MINUS = "\u2212"
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BLANKS = re.compile(r"\s+")


def teur(value: Decimal) -> str:
    """Write an amount of EUR in whole thousands, without its unit: 1.123.400 EUR is ``1.123``."""
    return proper_minus(german_number(value / 1000, 0))


def signed(text: str) -> str:
    """Give a written number its sign: ``+5``, ``−5``; zero stays without."""
    if not text.strip("0,."):
        return "±0"
    return text if text.startswith((_MINUS, "-")) else f"+{text}"


def proper_minus(text: str) -> str:
    """Replace a leading hyphen by a minus sign."""
    return _MINUS + text[1:] if text.startswith("-") else text


def percent(value: Decimal, decimals: int = 1) -> str:
    """Write percentage points without the sign ``%``."""
    return proper_minus(german_percent(value, decimals))


def plain_number(value: Decimal | int) -> str:
    """Write a number with as many decimals as it has."""
    return proper_minus(german_number(value))


def day_text(day: date) -> str:
    """Write a day as ``30.09.2026``."""
    return german_date(day)


def with_unit(text: str, unit: str) -> str:
    """Join number and unit so that no line breaks between them."""
    return f"{text}{NBSP}{unit}" if unit else text


def joined(names: list[str] | tuple[str, ...], limit: int | None = None) -> str:
    """List names in German: „A, B und C“; well beyond the limit „A, B, C und 2 weitere“, never „und 1 weiteres“."""
    if limit is not None and len(names) > limit + 1:
        return f"{', '.join(names[:limit])} und{NBSP}{len(names) - limit}{NBSP}weitere"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} und {names[-1]}"


def for_display(text: str) -> str:
    """Make a text from a return fit for print: composed characters, no controls, single blanks.

    Characters that turn the writing direction or hide are left out; the warehouse keeps the original.
    """
    return _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def cut(text: str, limit: int | None) -> str:
    """Cut a text at the limit, at a blank when one is near, and end it with „…“."""
    if limit is None or len(text) <= limit:
        return text
    head = text[: limit - 1]
    blank = head.rfind(" ")
    if blank > limit * 3 // 4:
        head = head[:blank]
    return head.rstrip(" ,;:–") + "…"
