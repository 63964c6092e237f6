"""Number formats, solid fills and fonts of an xlsb workbook, one `Mark` per cell style ([MS-XLSB])."""

import struct

from msgspec import Struct, field

from transforms.workbook.archive import Archive
from transforms.workbook.marks import NO_MARK, Mark
from transforms.workbook.ooxml_styles import BUILTIN_FORMATS, GENERAL, INDEXED_COLOURS, WHITE, Palette, theme_colours
from transforms.workbook.symbols import symbol_font
from transforms.workbook.xlsb_records import records, wide_text

_FONT, _FORMAT, _FILL, _XF, _CELL_STYLES_BEGIN, _CELL_STYLES_END = 43, 44, 45, 47, 617, 618
_STRUCK, _SOLID = 0x08, 1
_FULL_TINT = 32_767


class _Styles(Struct):
    palette: Palette
    formats: dict[int, str] = field(default_factory=lambda: dict(BUILTIN_FORMATS))
    fonts: list[tuple[bool, str]] = field(default_factory=list)
    """Struck through or not, and the name of a font of symbols."""
    fills: list[str | None] = field(default_factory=list)

    def mark(self, data: bytes) -> Mark:
        number, font, fill = struct.unpack_from("<HHH", data, 2)
        is_struck, symbols = self.fonts[font] if font < len(self.fonts) else (False, "")
        return Mark(
            number_format=self.formats.get(number, ""),
            fill=self.fills[fill] if fill < len(self.fills) else None,
            is_struck=is_struck,
            symbol_font=symbols,
        )

    def fill(self, data: bytes) -> str | None:
        pattern, kind, index, tint = struct.unpack_from("<IBBh", data)
        if pattern != _SOLID:
            return None
        attributes = {"tint": str(tint / _FULL_TINT)}
        match kind >> 1:
            case 1:
                attributes["indexed"] = str(index)
            case 2:
                attributes["rgb"] = data[8:11].hex()
            case 3:
                attributes["theme"] = str(index)
            case _:
                return None
        colour = self.palette.colour(attributes)
        return None if colour == WHITE else colour


def read_styles(archive: Archive) -> list[Mark]:
    """Give the marks of all cell styles, by the number that cells refer to; one plain mark without styles."""
    styles = _Styles(Palette(INDEXED_COLOURS, theme_colours(archive)))
    marks = []
    is_cell_style = False
    for kind, data in records(archive.read("xl/styles.bin") or b""):
        if kind == _FORMAT and len(data) >= 6:
            styles.formats[struct.unpack_from("<H", data)[0]] = wide_text(data, 2)[0].removeprefix(GENERAL)
        elif kind == _FONT and len(data) >= 4:
            styles.fonts.append((bool(data[2] & _STRUCK), symbol_font(wide_text(data, 21)[0])))
        elif kind == _FILL and len(data) >= 12:
            styles.fills.append(styles.fill(data))
        elif kind in (_CELL_STYLES_BEGIN, _CELL_STYLES_END):
            is_cell_style = kind == _CELL_STYLES_BEGIN
        elif kind == _XF and is_cell_style and len(data) >= 8:
            marks.append(styles.mark(data))
    return marks or [NO_MARK]
