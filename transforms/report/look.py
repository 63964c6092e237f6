"""The report's colours, shared by charts and pages.

The three lights differ in shape, word and lightness as well as in hue (blue-ish green, dark orange, dark red), so that
they are told apart in black and white and by the colour-blind. Texts and shapes have a contrast of at least 4.5 to
white.
"""

from collections.abc import Mapping
from types import MappingProxyType

FACE = "Source Sans 3"

INK = "#1b2733"
MUTED = "#56636d"
HAIRLINE = "#cfd7dd"
PAPER_TINT = "#f1f4f6"
WATERMARK = "#f0f2f4"
ACCENT = "#0f4762"
ACCENT_MIDDLE = "#7fa6bb"
ACCENT_TINT = "#dce8ee"

LIGHTS: Mapping[str, str] = MappingProxyType(
    {
        "green": "#1f7d70",
        "yellow": "#b4560a",
        "red": "#8c1a2b",
        "grey": "#56636d",
        "unknown": "#56636d",
        "not_delivered": "#56636d",
    }
)
"""Shapes and marks."""

LIGHT_AREAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "green": ("#8ccabd", INK),
        "yellow": ("#ad540d", "#ffffff"),
        "red": ("#7f1626", "#ffffff"),
        "grey": ("#c4cdd4", INK),
        "unknown": ("#e4e9ec", INK),
        "not_delivered": ("#ffffff", INK),
    }
)
"""Areas, with the colour of the text that stands on them."""
