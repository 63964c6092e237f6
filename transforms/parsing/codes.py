"""Cells that hold a code: the label, the stored code or an alias of a code list (M33–M37, M61, M63, M73, M95)."""

import difflib
import re
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import NamedTuple

from schemas.codes import code_lists
from schemas.workbook import CellKind, Content
from transforms.contract_texts import shown
from transforms.parsing.lights import light_of
from transforms.parsing.readings import NOTHING, Context, Reading, refused, told
from transforms.parsing.text import clean_text, is_not_given, match_key, single_line

_SEVERITY = ("grey", "green", "yellow", "red")
"""Lights from good to bad, for cells that name two of them (M37)."""
_TRUTHS: Mapping[str, str] = {
    "wahr": "yes", "true": "yes", "j": "yes", "y": "yes", "yes": "yes", "1": "yes", "✓": "yes", "✔": "yes",
    "falsch": "no", "false": "no", "n": "no", "0": "no",
}  # fmt: skip
_LEGAL_FORM = re.compile(r"[, ]+(?:g?gmbh|aör|ag|kg|gmbh & co\.? kg|e\. ?v\.|mbh)\.?$", re.IGNORECASE)
_FOOTNOTE_MARK = re.compile(r"(?:\*+|[¹²³⁴⁵⁶⁷⁸⁹]+|(?<=\S)\s+[1-9]\)|\s*\([1-9]\))$")
_ENTRY_NUMBER = re.compile(r"\(?\d{1,2}\)?\s*[-–.):=]\s*(?=[^\W\d])")
"""Before an entry that somebody copied out of a numbered list."""
_SINCE = re.compile(r"[\s,(]+(?:am\s+\d[\d.\s/]*|seit\s+[^()]+)\)?$", re.IGNORECASE)
"""Behind an entry: „Freigegeben am 05.10.“, „Umsetzung (seit Mai)“."""
_PARTS_OF_A_NAME = re.compile(r"\s[-–—/]\s|[():,]")
_GUETERSLOH = re.compile(r"\bGT\b")
_ALMOST = 0.78
"""How alike a slip of the pen and a label are; „blau“ and „grau“ are not."""
_LONGEST_SLIP = 60
_KPI_EXPECTED = "eine Kennung aus dem Kennzahlenkatalog"
_BETWEEN_LIGHTS = re.compile(r"\s*(?:/|-|–|,|\bbis\b)\s*")
_CHANGE = re.compile(r"[<>→←⇒↗↘]")
"""An arrow speaks of two quarters, and nobody knows which of them is meant (M37)."""
_BETWEEN_ENTRIES = re.compile(r"[;,\n]")
_BETWEEN_ORGANISATIONS = re.compile(r"[/+&]|\bund\b")


class Found(NamedTuple):
    """A code that a text surely means; obvious when the text is its label or the code itself."""

    code: str
    is_obvious: bool


@cache
def code_keys(name: str) -> Mapping[str, Found]:
    """Give the comparable form of every label, code and alias of a list."""
    entries = code_lists()[name].entries.values()
    keys: dict[str, Found] = {}
    for entry in entries:
        keys.setdefault(match_key(entry.label), Found(entry.code, is_obvious=True))
    for entry in entries:
        keys.setdefault(match_key(entry.code), Found(entry.code, is_obvious=True))
    for entry in entries:
        for alias in entry.aliases:
            keys.setdefault(match_key(alias), Found(entry.code, is_obvious=False))
    return keys


def find_code(name: str, text: str) -> Found | None:
    """Find the one entry of the list that the text surely means, else None."""
    keys = code_keys(name)
    found = keys.get(match_key(text))
    if found is not None:
        return found
    found = keys.get(match_key(_SINCE.sub("", _ENTRY_NUMBER.sub("", single_line(text), count=1))))
    if found is None and name == "org":
        found = _named_organisation(single_line(text))
    return found and found._replace(is_obvious=False)


def _named_organisation(text: str) -> Found | None:
    """Find whom „Klinikum GT gGmbH“ and „KLI – Klinikum“ name; parts that name different ones name none."""
    keys = code_keys("org")
    parts = filter(None, map(match_key, _PARTS_OF_A_NAME.split(text)))
    whole = _LEGAL_FORM.sub("", _GUETERSLOH.sub("Gütersloh", text))
    named = [keys.get(match_key(text)), keys.get(match_key(whole))]
    together = [keys.get(part) for part in parts]
    if len({found and found.code for found in together}) == 1:
        named += together
    return next((found for found in named if found is not None), None)


def parse_code(cell: Content, context: Context) -> Reading:
    """Read a code of the field's list; what is not surely one of its entries is C07.

    An indicator of another organisation is read: that it is not defined for this one is another rule's business.
    """
    field = context.field
    if isinstance(cell.value, str):
        reading = _from_text(field.code_list, field.label, cell.value)
    elif cell.kind in (CellKind.BOOLEAN, CellKind.NUMBER):
        reading = _from_truth(field.code_list, field.label, cell.text)
    else:
        reading = _not_in_list(field.code_list, field.label, "")
    if field.code_list == "status" and cell.fill is not None and isinstance(reading.value, str):
        return _against_fill(reading, reading.value, cell)
    return reading


def parse_code_list(cell: Content, context: Context) -> Reading:
    """Read several codes, separated by ``;``, ``,`` or line breaks, in the order given; one unknown entry is C07."""
    if not isinstance(cell.value, str):
        return _not_in_list(context.field.code_list, context.field.label, "")
    return _entries_from_text(context.field.code_list, context.field.label, cell.value)


def expected_entries(name: str) -> str:
    """Name what may be written, „grün, gelb, rot, grau“."""
    return ", ".join(shown(name, code) for code in code_lists()[name].codes)


@lru_cache(maxsize=4096)
def _from_text(name: str, label: str, text: str) -> Reading:
    found = find_code(name, text)
    if found is not None:
        is_obvious = found.is_obvious and not _FOOTNOTE_MARK.search(text.rstrip()) and "?" not in text
        return Reading(found.code) if is_obvious else told(found.code, shown(name, found.code))
    if is_not_given(text):
        return NOTHING
    if name == "status":
        worst = _worst_light(text)
        if worst is not None:
            return told(worst, shown(name, worst))
    unmarked = _FOOTNOTE_MARK.sub("", single_line(text))
    if unmarked != single_line(text) and (found := find_code(name, unmarked)):
        return told(found.code, shown(name, found.code))
    return _from_truth(name, label, text)


def _from_truth(name: str, label: str, text: str) -> Reading:
    """Read WAHR, j, ✓ and 1 where the list knows yes and no (M33)."""
    code = _TRUTHS.get(match_key(text))
    if code is not None and {"yes", "no"} <= code_lists()[name].entries.keys():
        return told(code, shown(name, code))
    return _not_in_list(name, label, text)


def _not_in_list(name: str, label: str, text: str) -> Reading:
    """Refuse, and name the entry that a slip of the pen comes close to: a suggestion, never a reading."""
    labels = {match_key(shown(name, code)): shown(name, code) for code in code_lists()[name].codes}
    key = match_key(text)
    close = difflib.get_close_matches(key, labels, 1, _ALMOST) if 1 < len(key) <= _LONGEST_SLIP else ()
    entries = _KPI_EXPECTED if name == "kpi" else expected_entries(name)
    expected = f"vielleicht „{labels[close[0]]}“, sonst: {entries}" if close else entries
    return refused("C07", expected, {"liste": label})


def _worst_light(text: str) -> str | None:
    """Give the worse of two lights, „gelb“ for „grün/gelb“, and the one that „🟢 grün“ says twice."""
    if _CHANGE.search(text):
        return None
    twice = {entry and entry.code for entry in map(partial(find_code, "status"), text.split())}
    if len(twice) == 1 and None not in twice:
        return twice.pop()
    found = [find_code("status", part) for part in _BETWEEN_LIGHTS.split(single_line(text).casefold())]
    codes = [entry.code for entry in found if entry is not None]
    if len(codes) < 2 or len(codes) < len(found) or "grey" in codes:
        return None
    return max(codes, key=_SEVERITY.index)


def _against_fill(reading: Reading, code: str, cell: Content) -> Reading:
    """Tell when the word says green and the fill is red; the word counts (M39)."""
    light = light_of(cell.fill)
    if light is None or light in ("grey", code):
        return reading
    word = shown("status", code)
    return told(code, f"{word}; die Zelle ist {shown('status', light)} gefüllt, es gilt das Wort")


def _named_in(name: str, part: str) -> list[Found | None]:
    """Find the entry that a part of a list names; „SWG und BIB“ names two."""
    found = find_code(name, part)
    if found is not None:
        return [found]
    return [find_code(name, piece) for piece in _BETWEEN_ORGANISATIONS.split(part)]


@lru_cache(maxsize=1024)
def _entries_from_text(name: str, label: str, text: str) -> Reading:
    whole = find_code(name, text)
    if whole is not None:
        parts = [whole]
    elif is_not_given(text) or match_key(text) in ("keine", "kein", "keiner"):
        return NOTHING
    else:
        written = [part for part in _BETWEEN_ENTRIES.split(clean_text(text)) if match_key(part)]
        candidates = [found for part in written for found in _named_in(name, part)]
        parts = [found for found in candidates if found is not None]
        if not parts or len(parts) < len(candidates):
            return _not_in_list(name, label, text)
    codes = tuple(dict.fromkeys(found.code for found in parts))
    if all(found.is_obvious for found in parts):
        return Reading(codes)
    return told(codes, "; ".join(shown(name, code) for code in codes))
