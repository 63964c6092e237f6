"""Reads a workbook twice, with and without the short way for plain sheets, and tells where the two see another file.

Called in a reading process: the value reader may not survive what is given to it here.
"""

from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from transforms.workbook import ooxml
from transforms.workbook.archive import open_archive
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.reading import read_workbook
from transforms.workbook.refusals import RefusedError
from transforms.workbook.xml_parts import refuse_malformed

DIFFERENT = "read in two ways"


def read_the_long_way(content: bytes, name: str) -> RawWorkbook | Finding:
    """Read a file by the value reader alone, which refuses what the short way for plain sheets does not mind."""
    ooxml.plain_cells = lambda *_, **__: None
    return read_workbook(content, name)


def read_both_ways(content: bytes, name: str) -> RawWorkbook | Finding:
    """Give what was read; when both ways read the file and differ, a finding whose value is the first difference.

    What is no XML has no right reading, so there the two may differ.
    """
    one = read_workbook(content, name)
    short_way, ooxml.plain_cells = ooxml.plain_cells, lambda *_, **__: None
    try:
        other = read_workbook(content, name)
    finally:
        ooxml.plain_cells = short_way
    if isinstance(one, RawWorkbook) and isinstance(other, RawWorkbook) and one != other and _is_well_formed(content):
        return Finding("F03", value=_difference(one, other), expected=DIFFERENT)
    return one


def _is_well_formed(content: bytes) -> bool:
    archive = open_archive(content, DEFAULT_LIMITS)
    try:
        for name in archive.names:
            if name.endswith((".xml", ".rels")):
                refuse_malformed(archive.read(name) or b"")
    except RefusedError:
        return False
    return True


def _difference(one: RawWorkbook, other: RawWorkbook) -> str:
    for short, long in zip(one.sheets, other.sheets, strict=True):
        for a, b in zip(short.cells, long.cells, strict=False):
            if a != b:
                return f"{short.name}: {a} / {b}"
        if len(short.cells) != len(long.cells):
            return f"{short.name}: {len(short.cells)} / {len(long.cells)} cells"
    return "not in the cells"
