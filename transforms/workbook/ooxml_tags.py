"""What stands in OOXML cells behind their addresses: look, type, formula, stored value.

Most cells of a table repeat another one, so everything here is done once for each different wording and not for each
cell; and what only the attributes say, once for all wordings that share them.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from transforms.workbook.marks import NO_MARK, Mark
from transforms.workbook.xml_parts import unescape

_CELL = re.compile(
    rb'("[^<>]*?)(?:/>|(?<!/)>'
    rb"(?:<f\b([^>]*?)(?:/>|>([^<]*)</f>))?"
    rb'(?:<(?:v|is><t(?: xml:space="preserve")?)>([^<]*)</(?:v|t></is)>)?'
    rb"</c>)(?:</row>)?"
)
"""A cell as programs write it: attributes, perhaps a formula, perhaps a stored value or a text of its own."""
_ODD_CELL = re.compile(
    rb'("[^>]*)(?<!/)>(?:\s*<f\b([^>]*?)(?:/>|>([^<]*)</f>))?(?:\s*<v[^>/]*>([^<]*)</v>)?'
    rb"(?:(?!</c>).)*+</c>(?:</row>)?",
    re.DOTALL,
)
"""A cell with anything in it: texts in several fonts, extensions."""
_STYLE = re.compile(rb'\ss="([0-9]{1,6})"')
_TYPE = re.compile(rb'\st="(\w+)"')
_SHARED = re.compile(rb'\bsi="([0-9]+)"')
_ENDS = frozenset({b"", b"</row>"})

NOTHING_TO_SEE = Mark(is_empty=True)
"""The one mark of all empty cells whose style shows nothing; nobody could miss them."""


class _Written(NamedTuple):
    """The parts of one cell's wording; None for what is not there."""

    is_plain: bool
    attributes: bytes
    formula_attributes: bytes | None
    formula: bytes | None
    text: bytes | None

    @property
    def has_value_only(self) -> bool:
        return self.is_plain and bool(self.text) and self.formula_attributes is None


class Alike(Struct):
    """Wordings that differ in nothing but what is stored."""

    mark: Mark
    type: bytes
    """The type of what is stored, as the file calls it."""
    is_obvious: bool = True
    """Whether there is nothing in the cells besides."""
    numbers: list[int] = field(default_factory=list)
    """Which wordings these are."""
    texts: list[bytes] = field(default_factory=list)
    """What each of them stores, still escaped; empty for nothing."""


class Tags:
    """What all the different wordings of a sheet's cells say."""

    def __init__(self, styles: Sequence[Mark]) -> None:
        self.groups: list[Alike] = []
        self.count = 0
        self.invisible: set[int] = set()
        """Wordings of cells in which there is nothing to see."""
        self.is_complete = True
        """Whether each wording was that of one cell and nothing else."""
        self._with_values: dict[bytes, Alike] = {}
        """Cells with a stored value and nothing else, by their attributes."""
        self._styles = styles
        self._shared_formulas: dict[bytes, bytes] = {}

    def read(self, wordings: Iterable[bytes]) -> None:
        """Read the next wordings of cells, each as it stands behind the address: ``" s="3"><v>…</v></c>``."""
        number = self.count
        for number, wording in enumerate(wordings, self.count + 1):
            attributes, _, stored = wording.partition(b"><v>")
            group = self._with_values.get(attributes)
            if group is not None:
                text, _, end = stored.partition(b"</v></c>")
                if text and end in _ENDS and b"<" not in text:
                    group.numbers.append(number - 1)
                    group.texts.append(text)
                    continue
            self._read_any(number - 1, wording)
        self.count = number

    def marks(self) -> list[Mark]:
        """The mark of each wording."""
        by_number = {number: group.mark for group in self.groups for number in group.numbers}
        return [by_number[number] for number in range(self.count)]

    def _read_any(self, number: int, wording: bytes) -> None:
        match = _CELL.fullmatch(wording)
        is_plain = match is not None
        if match is None and b"<!" not in wording:
            match = _ODD_CELL.fullmatch(wording)
        if match is None:
            self.is_complete = False
            self._keep(Alike(NO_MARK, b"", is_obvious=False), number, b"")
            return
        cell = _Written(is_plain, *match.groups())
        group = self._with_values.get(cell.attributes) if cell.has_value_only else None
        self._keep(group or self._new_group(cell), number, cell.text or b"")

    def _new_group(self, cell: "_Written") -> Alike:
        """Begin a group, and remember it where others may belong to it."""
        style, of_type = _STYLE.search(cell.attributes), _TYPE.search(cell.attributes)
        number = int(style[1]) if style else 0
        look = self._styles[number] if number < len(self._styles) else NO_MARK
        group = Alike(look, of_type[1] if of_type else b"n", cell.is_plain)
        if cell.text is not None and group.type == b"e":
            group.mark = look._replace(error=unescape(cell.text))
        elif cell.has_value_only:
            self._with_values[cell.attributes] = group
        if cell.formula_attributes is not None:
            formula = self._formula(cell.formula_attributes, cell.formula or b"")
            group.mark = group.mark._replace(formula=formula, is_text=group.type == b"str" and not cell.text)
        elif not cell.text:
            # Some programs write an empty cell as one tag and some as two; an empty value is nobody's habit.
            group.is_obvious = cell.is_plain and cell.text is None
            group.mark = _empty(group.mark) if group.is_obvious else group.mark
        return group

    def _keep(self, group: Alike, number: int, text: bytes) -> None:
        if not group.numbers:
            self.groups.append(group)
        group.numbers.append(number)
        group.texts.append(text)
        if group.mark is NOTHING_TO_SEE:
            self.invisible.add(number)

    def _formula(self, attributes: bytes, text: bytes) -> str:
        if b't="shared"' in attributes and (number := _SHARED.search(attributes)):
            text = self._shared_formulas.setdefault(number[1], text)  # only the first cell carries the text
        return unescape(text)


def _empty(look: Mark) -> Mark:
    return look._replace(is_empty=True) if look.fill or look.is_struck else NOTHING_TO_SEE
