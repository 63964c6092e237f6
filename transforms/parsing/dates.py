"""Dates as German offices write them (M01–M11)."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from schemas.tabular import alternatives
from schemas.workbook import CellKind, Content
from transforms.parsing.quarters import read_quarter
from transforms.parsing.readings import NOTHING, Context, Reading, refused, told
from transforms.parsing.text import is_not_given, match_key, single_line
from transforms.wording import german_date

EXPECTED = "ein Datum wie 30.09.2026"

_FIRST_YEAR, _LAST_YEAR = 1990, 2099
"""What lies outside is a slip of the pen or a placeholder, never a date of a digital project."""
_PLACEHOLDERS = frozenset({"00.01.1900", "0.1.1900", "01.01.1900", "31.12.1899", "30.12.1899", "31.12.9999"})
_NOT_YET = frozenset(
    alternatives("offen|nochoffen|tbd|nn|unbekannt|laufend|fortlaufend|keine|kein|stehtnochnichtfest|nochnichtbekannt")
)
_START_FIELDS = frozenset({"start_date"})
"""Where a month or quarter means its first day; everywhere else its last (M07)."""

_SERIAL_ORIGIN = date(1899, 12, 30)
_SERIAL_SHIFT_1904 = 1462

_MONTH_NAMES = (
    "januar jan jänner", "februar feb febr feber", "märz mär mrz maerz mar", "april apr", "mai may", "juni jun",
    "juli jul", "august aug", "september sep sept", "oktober okt oct", "november nov", "dezember dez dec",
)  # fmt: skip
_MONTHS = {name: month for month, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}

_YEAR = r"['’]?(\d{4}|\d{2})"
_CLOCK = r"(?:[t ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?uhr|z|[+-]\d{2}:?\d{2})?)?"
_WEEKDAY = (
    r"(?:(?:mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend)[.,]{0,2} (?:den |dem )?)?"
)
_GERMAN = re.compile(rf"{_WEEKDAY}(\d{{1,2}})\. ?(\d{{1,2}})\. ?{_YEAR}{_CLOCK}")
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}")
_NAMED = re.compile(rf"{_WEEKDAY}(\d{{1,2}})(?:\.[ -]?|[ -])([a-zä]+)(?:\.[ -]?|[ -]){_YEAR}{_CLOCK}")
_OTHER_ORDER = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-]{_YEAR}{_CLOCK}")
_FULL_STOP = re.compile(r"(?<=\d{4})[.;,]$")
_OTHER_SIGNS = re.compile(r"(\d{1,2})([ ,])(\d{1,2})\2(\d{4})")
"""From the number pad of a German keyboard, which has a comma, and from hands that are quick."""
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(rf"([a-zä]+)\.?[ -]?{_YEAR}")
_MONTH_NUMBER = re.compile(r"(\d{1,2})[-/.](\d{4})|(\d{4})-(\d{2})")
_WEEK = re.compile(r"kw ?(\d{1,2}) ?[/ ,-] ?(\d{4})|(\d{1,2})\. ?kw ?[/ ,-]? ?(\d{4})")
_END_OF = re.compile(r"(?:zum )?(?:jahresende|ende(?: des)?(?: jahres)?) (.+)")
_ABOUT = re.compile(r"(?:ca\.?|circa|etwa|~|vsl\.?|vorauss?\.|voraussichtlich|geplant|am|zum) ?(?=\d)")
_UNTIL = re.compile(r"(?:bis(?: zum)?|spät(?:estens|\.)(?: am)?) (?=\d)")
_VAGUE = re.compile(
    r"(?:frühjahr|frühling|sommer|herbst|winter|spielzeit|ws|ss|mitte|anfang|h[12]|[12]\. ?(?:halbjahr|hj)|ende)\b.*"
    r"|\d{4}|\d{1,2}/\d{2}|q ?[1-4]|\d\. ?quartal"
)


class Period(NamedTuple):
    """The days that a text names: one day, or a week, month, quarter or year from first to last."""

    first: date
    last: date
    is_obvious: bool = True


class Problem(NamedTuple):
    """Why a text is no date: C02 for none at all, C03 for one that can be read in two ways."""

    rule: str


def parse_date(cell: Content, context: Context) -> Reading:
    """Read a calendar day; refusals are C02 (no valid date) and C03 (two readings).

    A month, week or quarter is taken as its last day, in a start field as its first, and told. Placeholders such as
    31.12.9999 are no value, and told; „offen“ and „tbd“ are no value.
    """
    match cell.value:
        case datetime():
            return _plausible(cell.value.date())
        case date():
            return _plausible(cell.value)
        case str():
            return _from_text(cell.value, is_start=context.field.name in _START_FIELDS)
        case bool():
            return refused("C02", EXPECTED)
        case int() | float():
            return _from_number(cell, is_date_1904=context.is_date_1904)
        case _:
            return refused("C02", EXPECTED)


@lru_cache(maxsize=8192)
def read_period(text: str) -> Period | Problem:
    """Read the day, week, month, quarter or year that a text names."""
    normal = _FULL_STOP.sub("", single_line(text).casefold())
    if match := _GERMAN.fullmatch(normal):
        return _day(match[3], match[2], match[1])
    if match := _ISO.fullmatch(normal):
        return _day(*match.groups())
    if (match := _NAMED.fullmatch(normal)) and match[2] in _MONTHS:
        return _day(match[3], str(_MONTHS[match[2]]), match[1])
    if match := _OTHER_ORDER.fullmatch(normal):
        return _in_either_order(match[1], match[2], match[3])
    if match := _OTHER_SIGNS.fullmatch(normal):
        return _not_obvious(_day(match[4], match[3], match[1]))
    if match := _COMPACT.fullmatch(normal):
        return _not_obvious(_day(*match.groups()))
    return _coarse(normal)


def _from_text(text: str, *, is_start: bool) -> Reading:
    if match_key(text) in _NOT_YET or is_not_given(text):
        return NOTHING
    if single_line(text) in _PLACEHOLDERS:
        return told(None, "keine Angabe")
    period = read_period(text)
    if isinstance(period, Problem):
        period = _about(text, is_start=is_start) or period
    if isinstance(period, Problem):
        return refused(period.rule, EXPECTED)
    day = period.first if is_start else period.last
    reading = _plausible(day)
    return reading if period.is_obvious or reading.is_failed or reading.remarks else told(day, german_date(day))


def _about(text: str, *, is_start: bool) -> Period | None:
    """Read „ca. 30.09.2026“, and where something ends also „bis 30.09.2026“: one day, to be told."""
    normal = single_line(text).casefold()
    match = _ABOUT.match(normal) or (None if is_start else _UNTIL.match(normal))
    period = read_period(normal[match.end() :]) if match else None
    return None if period is None or isinstance(period, Problem) else period._replace(is_obvious=False)


def _from_number(cell: Content, *, is_date_1904: bool) -> Reading:
    """Take a day count that lost its format (M05), or ``20260930``; 0 is Excel's 00.01.1900."""
    number = cell.value
    if cell.kind is not CellKind.NUMBER or not isinstance(number, int | float) or number != number // 1:
        return refused("C02", EXPECTED)
    if number == 0:
        return told(None, "keine Angabe")
    if 19900101 <= number <= 20991231:
        period = read_period(str(int(number)))
        day = None if isinstance(period, Problem) else period.first
    else:
        days = int(number) + (_SERIAL_SHIFT_1904 if is_date_1904 else 0) if number < 100000 else 0
        day = _SERIAL_ORIGIN + timedelta(days=max(days, 0))
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return refused("C02", EXPECTED)
    return told(day, german_date(day))


def _plausible(day: date) -> Reading:
    if _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return Reading(day)
    if german_date(day) in _PLACEHOLDERS:
        return told(None, "keine Angabe")
    return refused("C02", EXPECTED)


def _day(year: str, month: str, day: str) -> Period | Problem:
    try:
        found = date(_full_year(year), int(month), int(day))
    except ValueError:
        return Problem("C02")
    return Period(found, found)


def _in_either_order(first: str, second: str, year: str) -> Period | Problem:
    """Read ``30/09/2026`` and ``09/30/2026``, where only one reading is a date; ``03/04/2026`` has two (M03, M04)."""
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if isinstance(day_first, Problem):
        return _not_obvious(month_first)
    if isinstance(month_first, Problem) or day_first == month_first:
        return day_first
    return Problem("C03")


def _coarse(normal: str) -> Period | Problem:
    ending = _END_OF.fullmatch(normal)
    name = ending[1] if ending else normal
    if ending and re.fullmatch(r"\d{4}", name):
        return _month_span(int(name), 1, 12)
    if match := _MONTH.fullmatch(name):
        if match[1] in _MONTHS:
            return _month_span(_full_year(match[2]), _MONTHS[match[1]])
    elif match := _MONTH_NUMBER.fullmatch(name):
        month, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _month_span(int(year), int(month))
    elif match := _WEEK.fullmatch(name):
        return _week(int(match[2] or match[4]), int(match[1] or match[3]))
    quarter = read_quarter(name)
    if quarter and quarter.year is not None:
        return _month_span(quarter.year, quarter.number * 3 - 2, quarter.number * 3)
    return Problem("C03" if _VAGUE.fullmatch(normal) else "C02")


def _month_span(year: int, first_month: int, last_month: int | None = None) -> Period | Problem:
    last_month = last_month or first_month
    if not (1 <= last_month <= 12 and _FIRST_YEAR <= year <= _LAST_YEAR):
        return Problem("C02")
    after = date(year + last_month // 12, last_month % 12 + 1, 1)
    return Period(date(year, first_month, 1), after - timedelta(days=1), is_obvious=False)


def _week(year: int, week: int) -> Period | Problem:
    try:
        return Period(date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7), is_obvious=False)
    except ValueError:
        return Problem("C02")


def _not_obvious(period: Period | Problem) -> Period | Problem:
    return period if isinstance(period, Problem) else period._replace(is_obvious=False)


def _full_year(year: str) -> int:
    """Complete a two-digit year: 00–49 lies in this century, 50–99 in the last (M01)."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 50 else 1900)
