"""Fonts that show signs in place of letters: a cell is what a person sees in it, not the letter behind (M40)."""

_SYMBOL_FONTS = ("wingdings", "webdings", "marlett", "symbol")
_WINGDINGS = {
    "J": "☺", "K": "😐", "L": "☹", "l": "●", "m": "❍", "n": "■", "o": "□", "u": "◆",
    "û": "✘", "ü": "✔", "ý": "☒", "þ": "☑", "ð": "⇨", "ñ": "⇧", "ò": "⇩", "é": "↑", "ê": "↓", "è": "→",
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)
"""Where some programs put the characters of symbol fonts."""
UNKNOWN = "\ufffd"


def symbol_font(name: str) -> str:
    """Give the font's name in small letters if it is one of signs, else an empty text."""
    lowered = name.strip().lower()
    return lowered if lowered.startswith(_SYMBOL_FONTS) else ""


def as_seen(text: str, font: str) -> str:
    """Write the signs that a text shows in a symbol font; a sign that is not known here becomes U+FFFD."""
    signs = _WINGDINGS if font == "wingdings" else {}
    return "".join(sign if sign.isspace() else signs.get(_plain(sign), UNKNOWN) for sign in text)


def _plain(sign: str) -> str:
    return chr(ord(sign) & 0xFF) if ord(sign) in _PRIVATE else sign
