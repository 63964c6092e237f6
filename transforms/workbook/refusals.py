"""The three refusals of a file that is not read: F01 password, F02 wrong type, F03 beyond the limits.

The sentence stands in the rule catalogue; here is what fills its brackets, in the sender's words. The functions that
begin with ``refuse`` raise `RefusedError` and never return.
"""

from typing import NoReturn

from schemas.findings import Finding
from transforms.workbook.limits import MEGABYTE, Limits


class RefusedError(Exception):
    """The file is not read any further; ``finding`` says why. Never leaves `read_workbook`."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def limit_finding(grenze: str) -> Finding:
    """Say which limit a file goes beyond, be it size, time or a build that is meant to deceive."""
    return Finding("F03", details={"grenze": grenze})


def type_finding(typ: str, expected: str | None = None) -> Finding:
    """Say what a file is, as in „Dateityp PDF wird nicht angenommen“."""
    return Finding("F02", expected=expected, details={"typ": typ})


def refuse_locked() -> NoReturn:
    """Refuse an encrypted file (M83)."""
    raise RefusedError(Finding("F01")) from None


def refuse_type(typ: str) -> NoReturn:
    """Refuse a file for what it is (M84, M85)."""
    raise RefusedError(type_finding(typ)) from None


def refuse_damaged(what: str) -> NoReturn:
    """Refuse a file that is of an accepted type and cannot be read as such."""
    raise RefusedError(type_finding(f"beschädigte Datei ({what})")) from None


def refuse_beyond(grenze: str) -> NoReturn:
    """Refuse a file that would take too much, or is built to deceive (reliability.md §4)."""
    raise RefusedError(limit_finding(grenze)) from None


def refusal_by_size(size: int, limits: Limits) -> Finding | None:
    """Judge a file by its size in bytes alone; None when it may be looked into."""
    if size == 0:
        return type_finding("leere Datei", "eine Datei mit Inhalt – vielleicht brach das Speichern oder Übertragen ab")
    if size > limits.file_bytes:
        return limit_finding(f"Datei größer als {limits.file_bytes // MEGABYTE} MB")
    return None
