"""The quarter in all the forms in which offices write it (M91–M94)."""

import re
from functools import lru_cache
from typing import NamedTuple

from schemas.quarter import Quarter
from schemas.workbook import Content
from transforms.parsing.readings import NOTHING, Context, Reading, refused, told
from transforms.parsing.text import is_not_given, single_line

EXPECTED = "ein Quartal wie 2026-Q3"

_YEAR = r"['’]?(?P<year>20\d{2}|\d{2})"
_FOUR_DIGITS = r"(?P<year>20\d{2})"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMBER = r"(?P<number>[1-4])"
_NUMERAL = r"(?P<number>i{1,3}|iv)"
_WORD = r"(?:quartal|quart\.?|qu\.?|vierteljahr|q\.?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_FOUR_DIGITS} ?[-/., ]? ?q ?{_NUMBER}",
        rf"q ?{_NUMBER} ?[-/., ]? ?{_YEAR}",
        rf"{_NUMBER}\. ?{_WORD} ?[-/,]? ?(?:des jahres )?{_YEAR}",
        rf"{_NUMBER} ?{_WORD} ?[-/,]? ?{_YEAR}",
        rf"{_WORD} ?{_NUMBER} ?[-/,]? ?{_FOUR_DIGITS}",
        rf"{_NUMERAL}\.? ?(?:{_WORD})? ?[-/ ] ?{_FOUR_DIGITS}",
        rf"{_WORD} ?{_NUMERAL} ?[-/,]? ?{_FOUR_DIGITS}",
        rf"{_FOUR_DIGITS} ?[-/ ] ?{_NUMERAL}",
        rf"q\.? ?{_NUMBER}",
        rf"quartal ?{_NUMERAL}",
        rf"{_NUMBER}\. ?{_WORD}",
        rf"{_NUMERAL}\.? ?{_WORD}",
    )
)
_MONTHS = re.compile(rf"(?P<first>[a-zä]+)\.? ?(?:-|–|bis) ?(?P<last>[a-zä]+)\.? {_YEAR}")
_NUMBERED_MONTHS = re.compile(
    r"(?P<first>\d{1,2})(?:\.|[./]20\d{2})? ?(?:-|–|bis) ?(?P<last>\d{1,2})[./](?P<year>20\d{2})"
)
_DAYS = re.compile(
    r"0?1\.(?P<first>\d{1,2})\.(?P<from>20\d{2})? ?(?:-|–|bis) ?(?P<day>3[01])\.(?P<last>\d{1,2})\.(?P<year>20\d{2})"
)
_WORDS = {"erstes": "1.", "zweites": "2.", "drittes": "3.", "viertes": "4."}
_QUARTERS_BY_MONTHS = {
    ("januar", "märz"): 1, ("jan", "mär"): 1, ("jan", "mrz"): 1, ("jan", "märz"): 1,
    ("april", "juni"): 2, ("apr", "jun"): 2,
    ("juli", "september"): 3, ("jul", "sep"): 3, ("jul", "sept"): 3, ("juli", "sept"): 3,
    ("oktober", "dezember"): 4, ("okt", "dez"): 4,
}  # fmt: skip


class WrittenQuarter(NamedTuple):
    """A quarter as somebody wrote it; ``year`` is None where only the quarter stands."""

    number: int
    year: int | None


@lru_cache(maxsize=256)
def read_quarter(text: str) -> WrittenQuarter | None:
    """Read one calendar quarter; None for what is not surely one: ``3/2026``, ``2. Halbjahr``, ``Spielzeit 26/27``."""
    normal = single_line(text).casefold()
    first, _, rest = normal.partition(" ")
    normal = f"{_WORDS[first]} {rest}" if first in _WORDS else normal
    for form in _FORMS:
        match = form.fullmatch(normal)
        if match:
            parts = match.groupdict()
            number = _ROMAN.get(parts["number"]) or int(parts["number"])
            return WrittenQuarter(number, _full_year(parts.get("year")))
    for span in (_NUMBERED_MONTHS, _DAYS):
        match = span.fullmatch(normal)
        if match:
            return _from_first_to_last(match)
    match = _MONTHS.fullmatch(normal)
    months = _QUARTERS_BY_MONTHS.get((match["first"], match["last"])) if match else None
    return WrittenQuarter(months, _full_year(match["year"])) if match and months else None


def _from_first_to_last(match: re.Match[str]) -> WrittenQuarter | None:
    """Read ``07-09/2026`` and ``01.07.–30.09.2026``, if that is one whole quarter."""
    parts = match.groupdict()
    first, last, year = int(parts["first"]), int(parts["last"]), int(parts["year"])
    if first % 3 != 1 or last != first + 2 or last > 12 or parts.get("from") not in (None, parts["year"]):
        return None
    last_day = Quarter(year, last // 3).last_day.day
    return WrittenQuarter(last // 3, year) if int(parts.get("day") or last_day) == last_day else None


def parse_quarter(cell: Content, context: Context) -> Reading:
    """Read the Berichtsquartal into the stored form ``2026-Q3``; what is no sure calendar quarter is C03.

    Without a year the year of the Stichtag is taken and told (M93). A date cell is refused: it is what Excel makes
    of ``3/2026``, which may have meant the month or the quarter (M92).
    """
    if not isinstance(cell.value, str):
        return refused("C03", EXPECTED)
    written = read_quarter(cell.value)
    if written is None:
        return NOTHING if is_not_given(cell.value) else refused("C03", EXPECTED)
    if written.year is not None:
        return Reading(str(Quarter(written.year, written.number)))
    if context.year is None:
        return refused("C03", EXPECTED)
    quarter = str(Quarter(context.year, written.number))
    return told(quarter, quarter)


def _full_year(year: str | None) -> int | None:
    if year is None:
        return None
    return int(year) if len(year) == 4 else 2000 + int(year)
