"""Compound files (CFB): the container of .xls and of every password-protected Office file."""

import struct
from array import array

from msgspec import Struct

from transforms.workbook.refusals import refuse_damaged

_END_OF_CHAIN = 0xFFFFFFFE
_FREE = 0xFFFFFFFF
_ENTRY = 128
_STREAM, _ROOT = 2, 5


class CompoundFile(Struct, frozen=True):
    """The directory of a compound file and the way to its streams."""

    _content: bytes
    _sector_size: int
    _fat: "array[int]"
    _mini_fat: "array[int]"
    _mini_stream: bytes
    _mini_cutoff: int
    _streams: dict[str, tuple[int, int]]
    names: frozenset[str]
    """Names of all streams and storages, folders flattened."""

    def read(self, name: str) -> bytes | None:
        """Give the bytes of a stream, None when there is no such stream; `RefusedError` when its chain is broken."""
        if name not in self._streams:
            return None
        start, size = self._streams[name]
        if size >= self._mini_cutoff:
            return _chain(self._content, self._fat, start, self._sector_size, self._sector_size)[:size]
        return _chain(self._mini_stream, self._mini_fat, start, 64, 0)[:size]


def open_compound(content: bytes) -> CompoundFile:
    """Open a compound file; `RefusedError` (F02, damaged) when its tables do not fit its size.

    The counts are compared with the file first: a reader that believes them asks for more memory than exists.
    """
    if len(content) < 512 + _ENTRY:
        refuse_damaged("unvollständig übertragen")
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        refuse_damaged("Aufbau unbekannt")
    size = 1 << shift
    sectors = len(content) // size
    fat_count, directory_at = struct.unpack_from("<II", content, 44)
    cutoff, mini_at, mini_count, difat_at, difat_count = struct.unpack_from("<IIIII", content, 56)
    if max(fat_count, mini_count, difat_count) > sectors:
        refuse_damaged("Angaben zur Größe stimmen nicht")
    fat = _allocation_table(content, size, fat_count, difat_at, difat_count)
    directory = _chain(content, fat, directory_at, size, size)
    mini_fat = _numbers(_chain(content, fat, mini_at, size, size)) if mini_count else array("I")
    streams: dict[str, tuple[int, int]] = {}
    names = set()
    mini_stream = b""
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        name_bytes, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind == 0:
            continue
        name = directory[at : at + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", directory, at + 116)
        names.add(name)
        if kind == _ROOT and length:
            mini_stream = _chain(content, fat, start, size, size)[:length]
        elif kind == _STREAM:
            streams.setdefault(name, (start, length))
    if not streams:
        refuse_damaged("Verzeichnis ist unleserlich")
    return CompoundFile(content, size, fat, mini_fat, mini_stream, cutoff, streams, frozenset(names))


def _allocation_table(content: bytes, size: int, count: int, difat_at: int, difat_count: int) -> "array[int]":
    places = list(struct.unpack_from("<109I", content, 76))
    for _ in range(difat_count):
        if difat_at in (_END_OF_CHAIN, _FREE):
            break
        numbers = _numbers(_sector(content, difat_at, size, size))
        places += numbers[:-1]
        difat_at = numbers[-1]
    return _numbers(b"".join(_sector(content, place, size, size) for place in places[:count] if place != _FREE))


def _numbers(raw: bytes) -> "array[int]":
    return array("I", raw[: len(raw) // 4 * 4])


def _sector(content: bytes, number: int, size: int, offset: int) -> bytes:
    at = offset + number * size
    if at >= len(content):
        refuse_damaged("unvollständig übertragen")
    # The last sector of a file may be short; some writers do not fill it up.
    return content[at : at + size].ljust(size, b"\0")


def _chain(content: bytes, table: "array[int]", start: int, size: int, offset: int) -> bytes:
    """Follow a chain of sectors. It can be no longer than its table, else it runs in a circle."""
    parts: list[bytes] = []
    while start not in (_END_OF_CHAIN, _FREE):
        if start >= len(table) or len(parts) > len(table):
            refuse_damaged("Verweise innerhalb der Datei stimmen nicht")
        parts.append(_sector(content, start, size, offset))
        start = table[start]
    return b"".join(parts)
