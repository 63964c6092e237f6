"""The boxes in which comments are shown: VML, which Excel still asks for at every comment."""

import re
from collections.abc import Collection, Mapping
from math import ceil

from transforms.answer.package import CannotAnnotateError

SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"

_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_KIND = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_EMPTY = (
    f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{blocks}}"/></o:shapelayout>{_KIND}</xml>'
)
_SHAPE = (
    f'<v:shape {_SPACES} id="_x0000_s{{number}}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
    'margin-top:5pt;width:230pt;height:{height}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" '
    'o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ANY_SHAPE = re.compile(rb"<(\w+):shape\s.*?</\1:shape>", re.DOTALL)
_POSITION = re.compile(rb"<\w+:(Row|Column)>\s*(\d{1,7})\s*</")
_NUMBER = re.compile(rb"""\bid=["']_x0000_s(\d{1,9})["']""")
_BLOCK = 1024
"""Numbers of shapes come in blocks, which a drawing names in advance."""
_BLOCKS_EACH = 8
_LINE = 40
"""Characters on a line of the box."""
_LINE_POINTS = 13.5


def new_drawing(drawings: int) -> bytes:
    """Make a drawing without shapes; ``drawings`` is how many the package has, so that their numbers never meet."""
    first = 1 + drawings * _BLOCKS_EACH
    return _EMPTY.format(blocks=",".join(str(block) for block in range(first, first + _BLOCKS_EACH))).encode()


def with_shapes(drawing: bytes, notes: Mapping[tuple[int, int], str]) -> bytes:
    """Add a box for each comment, given by row and column of its cell; hidden until somebody points at the cell."""
    if not notes:
        return drawing
    end = drawing.rfind(b"</xml>")
    if end < 0:
        msg = "the drawing of the comments is written in an unknown way"
        raise CannotAnnotateError(msg)
    numbers = [int(number) for number in _NUMBER.findall(drawing)]
    number = max(numbers) if numbers else _first_block(drawing) * _BLOCK
    kind = "" if b'id="_x0000_t202"' in drawing else _KIND
    shapes = [_shape(number + count, at, text) for count, (at, text) in enumerate(sorted(notes.items()), start=1)]
    return drawing[:end] + (kind + "".join(shapes)).encode() + drawing[end:]


def without_shapes(drawing: bytes, cells: Collection[tuple[int, int]]) -> bytes:
    """Take away the boxes of the comments at these cells."""
    if not cells:
        return drawing
    return _ANY_SHAPE.sub(lambda match: b"" if _cell_of(match[0]) in cells else match[0], drawing)


def _cell_of(shape: bytes) -> tuple[int, int] | None:
    if b'ObjectType="Note"' not in shape:
        return None
    position = {name: int(number) + 1 for name, number in _POSITION.findall(shape)}
    return (position[b"Row"], position[b"Column"]) if len(position) == 2 else None


def _first_block(drawing: bytes) -> int:
    found = re.search(rb"""<\w+:idmap\b[^>]*?\bdata=["'](\d{1,6})""", drawing)
    return int(found[1]) if found else 1


def _shape(number: int, at: tuple[int, int], text: str) -> str:
    row, column = at[0] - 1, at[1] - 1
    lines = min(24, max(3, 1 + sum(ceil(len(line) / _LINE) for line in text.split("\n"))))
    left, top = column + 1, max(0, row - 1)
    anchor = f"{left}, 15, {top}, 4, {left + 3}, 40, {top + lines}, 4"
    return _SHAPE.format(number=number, height=lines * _LINE_POINTS, anchor=anchor, row=row, column=column)
