"""What a file name says about whose return it is: a hint only, the Deckblatt decides (rule F07, M89)."""

import re

from schemas.codes import organisations
from schemas.findings import Finding
from schemas.quarter import Quarter

_QUARTER = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[-_ ./]?[Qq](?P<number>[1-4])(?!\d)|[Qq](?P<first>[1-4])[-_ ./]?(?P<then>20\d\d)(?!\d)"
)
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+")


def named_in(file_name: str) -> tuple[str, Quarter] | None:
    """Give organisation and quarter when the name clearly holds both, each once; the code counts only in capitals."""
    quarters = {
        Quarter(int(match["year"] or match["then"]), int(match["number"] or match["first"]))
        for match in _QUARTER.finditer(file_name)
    }
    codes = organisations().keys() & set(_WORD.findall(file_name))
    if len(quarters) != 1 or len(codes) != 1:
        return None
    return codes.pop(), quarters.pop()


def file_name_finding(file_name: str, org_code: str | None, quarter: Quarter | None) -> Finding | None:
    """Give F07 when the file name contradicts what the Deckblatt says; None when either says nothing."""
    named = named_in(file_name)
    if named is None or org_code is None or quarter is None or named == (org_code, quarter):
        return None
    details = {"name": file_name, "org": org_code, "quartal": str(quarter)}
    return Finding("F07", None, file_name, f"D8_{org_code}_{quarter}_v01.xlsx", details)
