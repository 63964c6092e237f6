"""The colour of a cell, read as a traffic light (M38, M39). It is only ever a hint: a light is a word."""

import colorsys
from functools import lru_cache

from schemas.answer import ALL_MARK_FILLS
from transforms.contract_texts import shown


@lru_cache(maxsize=256)
def light_of(fill: str | None) -> str | None:
    """Give the status code whose colour is nearest; None for white, black and colours that are no light, such as blue.

    ``fill`` is ``RRGGBB``. Pastel tones count with their hue, as Excel's own „Gut“, „Neutral“ and „Schlecht“ do.
    """
    if fill is None or len(fill) != 6:
        return None
    try:
        red, green, blue = (int(fill[start : start + 2], 16) / 255 for start in (0, 2, 4))
    except ValueError:
        return None
    hue, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
    spread = max(red, green, blue) - min(red, green, blue)
    if lightness > 0.97 or lightness < 0.05:
        return None
    if spread < 0.08:
        return "grey"
    degrees = hue * 360
    if degrees < 20 or degrees >= 330:
        return "red"
    if degrees < 70:
        return "yellow"
    return "green" if degrees < 170 else None


def colour_word(fill: str | None) -> str:
    """Name the colour for the sender: grün, gelb, rot, grau, or just „Farbe“."""
    light = light_of(fill)
    return shown("status", light) if light else "Farbe"


def is_white(fill: str | None) -> bool:
    """Whether the cell looks as if the sender had given it no fill; an answer's own marks are none of theirs."""
    return fill is None or fill.upper() == "FFFFFF" or fill.upper() in ALL_MARK_FILLS
