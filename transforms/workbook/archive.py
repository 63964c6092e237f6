"""Zip containers: every part unpacked once, counted while unpacking, and compared with what the directory claims.

The standard library's reader is not used here. It takes the last of two equal names, trusts declared sizes and
skips bytes before the first header; a reader that does otherwise then sees another file (reliability.md §4).
"""

import codecs
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

from msgspec import Struct, field

from transforms.workbook.limits import MEGABYTE, Limits
from transforms.workbook.refusals import refuse_beyond, refuse_damaged, refuse_locked, refuse_type

_END = struct.Struct("<4sHHHHIIH")
_END_64_LOCATOR = struct.Struct("<4sIQI")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW, _NAME_IS_UTF8 = 0x1, 0x8, 0x800
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_ZIP64_EXTRA = 1
_FEED, _STEP = 1 << 16, 1 << 20
_KEEP_BYTES = 64 * MEGABYTE
"""Unpacked parts up to this sum stay in memory; beyond, a part is unpacked again when it is needed."""
_DOCTYPE = b"<!DOCTYPE"
_DOCTYPE_UTF16 = "<!DOCTYPE".encode("utf-16-le")[:-1]
# The reading child may open no file any more, so a codec that Python loads at its first use has to be here before.
_NAME_CODEC = codecs.lookup("cp437")


class _Entry(Struct, frozen=True):
    name: str
    method: int
    crc: int
    packed_size: int
    size: int
    start: int
    """Where the packed bytes begin."""


class Packed(NamedTuple):
    """A part as it lies in the container: still compressed by ``method``, with CRC and size of what it unpacks to."""

    name: str
    method: int
    crc: int
    size: int
    data: memoryview


class Archive(Struct):
    """A zip container whose parts have all been unpacked and found as declared."""

    _content: memoryview
    _entries: Mapping[str, _Entry]
    _limits: Limits
    _kept: dict[str, bytes] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts in the order of the directory, with ``/`` between folders; folders left out."""
        return tuple(entry.name for entry in self._entries.values())

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    def packed(self) -> Iterator[Packed]:
        """Give all parts as they lie in the container, in the order of the directory: what copies need not unpack."""
        for entry in self._entries.values():
            data = self._content[entry.start : entry.start + entry.packed_size]
            yield Packed(entry.name, entry.method, entry.crc, entry.size, data)

    def read(self, name: str) -> bytes | None:
        """Give a part's bytes, None when there is no such part. Upper and lower case are the same, as in OOXML."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            return None
        kept = self._kept.get(entry.name)
        return kept if kept is not None else b"".join(_unpacked(self._content, entry, self._limits))


def open_archive(content: bytes, limits: Limits) -> Archive:
    """Open a zip container and prove that it holds what it says.

    Raises `RefusedError` for encrypted, damaged, ambiguous or oversized containers and for any DOCTYPE in a part.
    """
    entries = _directory(content, limits)
    archive = Archive(memoryview(content), entries, limits)
    total = kept = 0
    for entry in entries.values():
        is_kept = kept + entry.size <= _KEEP_BYTES
        blocks = []
        tail = b""
        for block in _unpacked(archive._content, entry, limits):  # noqa: SLF001  # its constructor
            total += len(block)
            if total > limits.total_bytes:
                _refuse_total(limits)
            if is_kept:
                blocks.append(block)
            else:
                _refuse_doctype(entry, tail + block)
                tail = block[-2 * len(_DOCTYPE) :]
        if is_kept:
            part = blocks[0] if len(blocks) == 1 else b"".join(blocks)
            _refuse_doctype(entry, part)
            archive._kept[entry.name] = part  # noqa: SLF001  # its constructor
            kept += entry.size
    return archive


def _refuse_total(limits: Limits) -> NoReturn:
    refuse_beyond(f"entpackt mehr als {limits.total_bytes // MEGABYTE} MB")


def _refuse_doctype(entry: _Entry, part: bytes) -> None:
    """An office file never needs a document type; entities that grow without bound do."""
    if entry.name.endswith((".xml", ".rels")) and (_DOCTYPE in part or _DOCTYPE_UTF16 in part):
        refuse_beyond(f"Teil „{entry.name}“ enthält eine Dokumenttyp-Deklaration (DOCTYPE)")


def _directory(content: bytes, limits: Limits) -> dict[str, _Entry]:
    count, size, start = _end_record(content)
    if count > limits.entries:
        refuse_beyond(f"mehr als {limits.entries} Teile im Archiv")
    entries: dict[str, _Entry] = {}
    spans: list[tuple[int, int]] = []
    total = 0
    position = start
    for _ in range(count):
        if position + _CENTRAL.size > start + size:
            refuse_damaged("Inhaltsverzeichnis des Archivs ist unvollständig")
        entry, header_at, position = _entry(content, position)
        spans.append((header_at, entry.start + entry.packed_size))
        if entry.name.endswith("/"):
            continue
        total += entry.size
        if total > limits.total_bytes:
            _refuse_total(limits)
        if entry.name.casefold() in entries:
            refuse_beyond(f"Teil „{entry.name}“ ist doppelt enthalten")
        entries[entry.name.casefold()] = entry
    _refuse_odd_layout(spans, start)
    return entries


def _refuse_odd_layout(spans: list[tuple[int, int]], directory_at: int) -> None:
    """Bytes before the first part or parts inside one another let two programs see two different files."""
    spans.sort()
    if spans and spans[0][0] != 0:
        refuse_beyond("fremde Daten vor dem Beginn des Archivs")
    ends = 0
    for begin, end in spans:
        if begin < ends or end > directory_at:
            refuse_beyond("Teile des Archivs überlappen sich")
        ends = end


def _end_record(content: bytes) -> tuple[int, int, int]:
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _END.size - _FULL_16))
    if at < 0 or at + _END.size > len(content):
        refuse_damaged("unvollständig übertragen")
    _, disk, _, _, count, size, start, comment = _END.unpack_from(content, at)
    if at + _END.size + comment != len(content):
        refuse_damaged("fremde Daten hinter dem Ende des Archivs")
    if disk not in (0, _FULL_16):
        refuse_type("mehrteiliges ZIP-Archiv")
    ends = at
    if count == _FULL_16 or _FULL_32 in (size, start):
        count, size, start, ends = _end_record_64(content, at)
    if start + size != ends:
        refuse_damaged("Inhaltsverzeichnis des Archivs liegt nicht an seiner Stelle")
    return count, size, start


def _end_record_64(content: bytes, end_at: int) -> tuple[int, int, int, int]:
    locator_at = end_at - _END_64_LOCATOR.size
    if locator_at < 0 or not content.startswith(b"PK\x06\x07", locator_at):
        refuse_damaged("Inhaltsverzeichnis des Archivs fehlt")
    at = _END_64_LOCATOR.unpack_from(content, locator_at)[2]
    if at + _END_64.size > locator_at or not content.startswith(b"PK\x06\x06", at):
        refuse_damaged("Inhaltsverzeichnis des Archivs fehlt")
    record = _END_64.unpack_from(content, at)
    return record[7], record[8], record[9], at


def _entry(content: bytes, position: int) -> tuple[_Entry, int, int]:
    """Read one line of the directory: the entry, where its local header lies, where the next line begins."""
    fields = _CENTRAL.unpack_from(content, position)
    signature, flags, method, crc, packed, size = fields[0], fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, comment_length, header_at = fields[10], fields[11], fields[12], fields[16]
    if signature != b"PK\x01\x02":
        refuse_damaged("Inhaltsverzeichnis des Archivs ist unleserlich")
    names_at = position + _CENTRAL.size
    raw_name = content[names_at : names_at + name_length]
    extra = content[names_at + name_length : names_at + name_length + extra_length]
    size, packed, header_at = _zip64_values(extra, size, packed, header_at)
    if flags & _ENCRYPTED:
        refuse_locked()
    if method not in (_STORED, _DEFLATED):
        refuse_type("ZIP-Archiv mit ungewöhnlicher Kompression")
    start = _data_start(content, header_at, raw_name, flags, (method, crc, packed, size))
    entry = _Entry(_decoded(raw_name, flags), method, crc, packed, size, start)
    return entry, header_at, names_at + name_length + extra_length + comment_length


def _zip64_values(extra: bytes, *values: int) -> list[int]:
    """Fill in the values that did not fit into 32 bits, in the order in which the format lists them."""
    if _FULL_32 not in values:
        return list(values)
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == _ZIP64_EXTRA:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra.ljust(position + 4 + length, b"\0"), position + 4))
            return [next(wide, value) if value == _FULL_32 else value for value in values]
        position += 4 + length
    return list(values)


def _data_start(content: bytes, at: int, raw_name: bytes, flags: int, declared: tuple[int, int, int, int]) -> int:
    """Find the packed bytes behind the local header, which must tell the same as the directory."""
    if at + _LOCAL.size > len(content) or not content.startswith(b"PK\x03\x04", at):
        refuse_damaged("ein Teil liegt nicht an seiner Stelle")
    fields = _LOCAL.unpack_from(content, at)
    name_length, extra_length = fields[9], fields[10]
    name_at = at + _LOCAL.size
    extra = content[name_at + name_length : name_at + name_length + extra_length]
    size, packed = _zip64_values(extra, fields[8], fields[7])
    local = (fields[3], fields[6], packed, size)
    if flags & _SIZES_FOLLOW:
        # Sizes stand behind the data here; writers leave zeros or, for zip64, the largest number.
        local = (local[0], *declared[1:])
    start: int = name_at + name_length + extra_length
    if content[name_at : name_at + name_length] != raw_name or local != declared:
        refuse_beyond("Inhaltsverzeichnis und Teile des Archivs widersprechen sich")
    if start + declared[2] > len(content):
        refuse_damaged("unvollständig übertragen")
    return start


def _decoded(raw_name: bytes, flags: int) -> str:
    try:
        name = raw_name.decode("utf-8")
    except UnicodeDecodeError:
        if flags & _NAME_IS_UTF8:
            refuse_damaged("ein Dateiname im Archiv ist unleserlich")
        name = _NAME_CODEC.decode(raw_name)[0]
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _unpacked(content: memoryview, entry: _Entry, limits: Limits) -> Iterator[bytes]:
    """Unpack one part block by block; refuse as soon as it grows beyond its limits or is not as declared."""
    allowed = min(limits.part_bytes, max(limits.ratio_from_bytes, limits.ratio * entry.packed_size))
    size = crc = 0
    for block in _blocks(content[entry.start : entry.start + entry.packed_size], entry.method):
        size += len(block)
        if size > allowed:
            if size > limits.part_bytes:
                refuse_beyond(f"ein Teil ist entpackt größer als {limits.part_bytes // MEGABYTE} MB")
            refuse_beyond(f"ein Teil ist mehr als {limits.ratio}-fach verdichtet")
        crc = zlib.crc32(block, crc)
        yield block
    if size != entry.size:
        refuse_damaged(f"Teil „{entry.name}“ ist anders groß als angegeben")
    if crc != entry.crc:
        refuse_damaged(f"Prüfsumme von „{entry.name}“ stimmt nicht")


def _blocks(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == _STORED:
        yield bytes(packed)
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for position in range(0, len(packed), _FEED):
            rest: bytes | memoryview = packed[position : position + _FEED]
            while rest:
                yield inflater.decompress(rest, _STEP)
                rest = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        refuse_damaged("ein Teil lässt sich nicht entpacken")
    if not inflater.eof or inflater.unused_data:
        refuse_damaged("ein Teil ist unvollständig")
