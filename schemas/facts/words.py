"""What the city's department writes itself: its foreword, and its own words for the three sentences of page 1."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class BlockKind(StrEnum):
    """What a block of the foreword is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST = "list"
    NUMBERED = "numbered"


class Run(Struct, frozen=True):
    """A stretch of text in one style. ``link`` is an https or mailto address, empty for plain text."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    link: str = ""


class TextBlock(Struct, frozen=True):
    """A paragraph, a heading or a list; a paragraph and a heading have one item."""

    kind: BlockKind
    items: tuple[tuple[Run, ...], ...]


class Editorial(Struct, frozen=True):
    """What the department wrote for one report.

    ``sentences`` replace the generated ones of page 1, by their ids (``summary.changed``).
    """

    sentences: Mapping[str, str] = field(default_factory=dict)
    foreword: tuple[TextBlock, ...] = ()


NOTHING_WRITTEN = Editorial()
