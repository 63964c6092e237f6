"""The records of which every binary part of an xlsb package is made ([MS-XLSB])."""

import struct
from collections.abc import Iterator

from transforms.workbook.refusals import refuse_damaged


def records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the records of a part; kind and size are numbers of 7 bits a byte, the lowest first."""
    position = 0
    while position < len(part):
        kind = part[position]
        position += 1
        if kind & 0x80 and position < len(part):
            kind = kind & 0x7F | part[position] << 7
            position += 1
        size = shift = 0
        while position < len(part) and shift < 28:
            byte = part[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if position + size > len(part):
            refuse_damaged("ein Teil ist unvollständig")
        yield kind, part[position : position + size]
        position += size


def wide_text(data: bytes, position: int) -> tuple[str, int]:
    """Read a text with its length before it, and where the next field begins."""
    if position + 4 > len(data):
        return "", len(data)
    length = struct.unpack_from("<I", data, position)[0]
    length = 0 if length == 0xFFFFFFFF else length
    end = position + 4 + 2 * length
    return data[position + 4 : end].decode("utf-16-le", "replace"), end
