"""Whether a file arrived whole. Servers list torsos with their full size, so the container itself is asked."""

from transforms.workbook.archive import open_archive
from transforms.workbook.compound import open_compound
from transforms.workbook.file_kind import COMPOUND_MAGIC, ZIP_MAGIC
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.refusals import RefusedError

_LONGEST_MAGIC = len(COMPOUND_MAGIC)


def is_whole(content: bytes) -> bool:
    """Tell whether a file is not obviously cut off or half overwritten.

    A container (xlsx, ods, xls, zip) proves itself: directory, every part and every checksum. Of other kinds only what
    is empty or begins with nothing but zeros, as a file does whose space was reserved beforehand, is not whole. A
    container that is built to deceive is not whole either; who waits for it has to give up at some time.
    """
    head = content[:_LONGEST_MAGIC]
    if not head.strip(b"\0"):
        return False
    if len(head) < _LONGEST_MAGIC and (ZIP_MAGIC.startswith(head[:4]) or COMPOUND_MAGIC.startswith(head)):
        return False
    try:
        if head.startswith(ZIP_MAGIC):
            open_archive(content, DEFAULT_LIMITS)
        elif head == COMPOUND_MAGIC:
            compound = open_compound(content)
            for name in compound.names:
                compound.read(name)
    except RefusedError as refusal:
        return refusal.finding.rule == "F01"
    return True
