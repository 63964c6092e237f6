"""German office text, made comparable for matching and clean for keeping; the original stays in the raw value."""

import re
import unicodedata
from functools import lru_cache

from schemas.tabular import alternatives

_NOT_COMPARED = re.compile(
    "[\\s!\"#$&'()*+,\\-./:;<=>?@\\[\\]\\\\^_`{|}~\u00ab\u00ad\u00b4\u00b7\u00bb\u061c"
    "\u200b-\u200f\u2010-\u2015\u2018-\u201f\u2022\u2026\u202a-\u202e\u2039\u203a\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)
_NOT_COMPARED_IN_ASCII = {code: None for code in range(128) if _NOT_COMPARED.match(chr(code))}
"""The same once more, for the way that is fast with ASCII alone."""
_CLEANED = str.maketrans(
    {
        **dict.fromkeys(map(chr, (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)))),
        **dict.fromkeys("\u00ad\u200b\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\ufffe\uffff"),
        **dict.fromkeys("\u0085\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "),
    }
)
"""Control and invisible characters go, every kind of space becomes one; NEL is no line break (M62)."""

_NOT_GIVEN = frozenset(
    alternatives(
        "k. a.|k.a.|k.a|k a|ka|o.a.|o. a.|ohne angabe|keine angabe|n/a|n.a.|n. a.|./.|-|--|---|–|––|—|?|??|???|"
        "entfällt|entfaellt|nicht relevant|trifft nicht zu|nicht zutreffend"
    )
)
_ERROR_TEXT = re.compile(r"#(?:[A-ZÄÖÜ]{2,12}[!?]|DIV/0!|N/A|NV|NAME\?|#{2,})|Err:\d{3}")
_MOJIBAKE = ("Ã", "Â", "â€", "â‚")
_UNREADABLE = re.compile("\ufffd|Ã[\u0080-\u00bf\u0152\u0153\u0160\u0178\u201a-\u201e\u2020\u2013\u2014\u2039\u203a]")
"""The sign for a lost character, and the umlauts of UTF-8 read as Windows-1252."""


@lru_cache(maxsize=16384)
def match_key(text: str) -> str:
    """Give the form in which headings, labels and codes are compared (M56–M63).

    Two texts with equal keys mean the same: case, umlaut spelling, spaces, hyphens, quotes and other punctuation do
    not count. ``%`` and symbols such as 🟢 do. Never shown and never stored.
    """
    if text.isascii():
        return text.lower().translate(_NOT_COMPARED_IN_ASCII)
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return folded.translate(_NOT_COMPARED_IN_ASCII) if folded.isascii() else _NOT_COMPARED.sub("", folded)


@lru_cache(maxsize=16384)
def clean_text(text: str) -> str:
    """Give the text as it is kept: NFC, no invisible characters, plain spaces, no blanks around, its own line breaks.

    UTF-8 that was once read as Windows-1252 (``GÃ¼tersloh``) is repaired, but only when the bytes decode again
    without any loss (M60).
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _plain(text)
    while _is_garbled(text) and (repaired := _redecoded(text)) != text:
        text = _plain(repaired)
    return text


def single_line(text: str) -> str:
    """Give clean text with every run of blanks and line breaks as one space, as headings and codes are shown."""
    return " ".join(clean_text(text).split())


def is_blank(text: str) -> bool:
    """Whether a person would call the cell empty."""
    return not text.strip() or (not text.isascii() and not clean_text(text))


def is_not_given(text: str) -> bool:
    """Whether the cell says in words or signs that there is no value: „k. A.“, „-“, „entfällt“ (M42, M44)."""
    return len(text) <= 20 and single_line(text).casefold() in _NOT_GIVEN


def is_error_text(text: str) -> bool:
    """Whether an error value or display artefact became text: ``#BEZUG!``, ``Err:502``, ``####`` (M47–M49)."""
    return _ERROR_TEXT.fullmatch(text.strip()) is not None


def is_unreadable(text: str) -> bool:
    """Whether clean text still holds characters that somebody's program has destroyed (M60)."""
    return not text.isascii() and _UNREADABLE.search(text) is not None


def is_repaired(text: str, cleaned: str) -> bool:
    """Whether cleaning had to decode the text again, and so changed its letters (M60)."""
    return _is_garbled(text) and any(mark in text and mark not in cleaned for mark in _MOJIBAKE)


def _is_garbled(text: str) -> bool:
    for mark in _MOJIBAKE:  # noqa: SIM110 - asked for every text, and a generator costs more than the answer
        if mark in text:
            return True
    return False


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():  # whatever is to be cleaned is not
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_CLEANED).strip()


def _redecoded(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
