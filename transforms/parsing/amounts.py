"""Cells of the number types: money, percent, number and integer.

The unit rules are those of the contract: money is stored in EUR with two decimals whatever the Geldeinheit, percentages
in percentage points, indicators in their own unit with four decimals. Rounding is the commercial one.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from schemas.workbook import CellKind, Content
from transforms.parsing.displays import PLAIN, Display, display_of
from transforms.parsing.numbers import Style, Written, read_number
from transforms.parsing.readings import NOTHING, ONE, Context, Reading, Remark, refused, told
from transforms.parsing.text import clean_text, is_not_given, match_key
from transforms.wording import german_number

_CENT: Final = Decimal("0.01")
_FOUR_DECIMALS: Final = Decimal("0.0001")
_HUNDRED: Final = Decimal(100)
_THOUSAND: Final = Decimal(1000)
_LARGEST: Final = Decimal(10) ** 12
"""A million millions: what lies beyond is a slip and would not fit the tables."""
_LARGEST_FLOAT: Final = float(_LARGEST)
_NOT_COLLECTED = frozenset({"nichterhoben", "nichtgemessen", "keinedaten", "nochnichterhoben"})
"""Instead of an indicator's value; the column Erhebung says the same."""
_ZERO_WORDS = frozenset({"keine", "null"})
_IS_A_DATE = "eine Zahl; Excel hat die Eingabe in ein Datum umgewandelt"


def parse_money(cell: Content, context: Context) -> Reading:
    """Read an amount into EUR with two decimals; refusals are C04, C07 (out of range) and C09 (another unit)."""
    if cell.kind is CellKind.NUMBER:
        number = exact(cell.value)
        if number is None:
            return refused("C04", "ein Betrag wie 1.234,50")
        display = display_of(cell.number_format) if cell.number_format else PLAIN
        if display != PLAIN:
            return _as_displayed(number, display, context)
        return _bounded(number * context.unit_factor, _CENT, context)
    written = _written(cell)
    if written is None:
        return _no_money(cell)
    if written.is_percent or written.is_bound or _is_unsure(written, context):
        return refused("C04", "ein genauer Betrag wie 1.234,50")
    if written.scale is None:
        amount = written.number * context.unit_factor
    elif written.scale == ONE != context.unit_factor:
        return refused("C09", f"Beträge in {context.unit_name}", {"einheit": context.unit_name, "vor": "–"})
    else:
        amount = written.number * written.scale
    is_scaled = written.scale is not None and written.scale not in (ONE, context.unit_factor)
    reading = _bounded(amount, _CENT, context)
    return _noted(reading, written, "{} €", is_odd=is_scaled or (written.scale is None and _needs_note(written)))


def parse_percent(cell: Content, context: Context) -> Reading:
    """Read a percentage into percentage points.

    A number without the format ``%`` that lies above 0 and not above 1 could be both, 35 % or 0.35 %: C05, unless all
    the rest of the column is in the format ``%`` and not above 1 (M29).
    """
    if cell.kind is CellKind.NUMBER:
        number = exact(cell.value)
        if number is None:
            return refused("C04", "ein Prozentwert wie 35 %")
        if "%" in cell.number_format:
            return _bounded(number * _HUNDRED, _CENT, context)
        if not 0 < number <= 1:
            return _bounded(number, _CENT, context)
        if not context.has_only_shares:
            return refused("C05", "35 %")
        points = _bounded(number * _HUNDRED, _CENT, context)
        return points if points.is_failed else told(points.value, f"{german_number(number * _HUNDRED)} %")
    written = _written(cell)
    if written is None:
        return _no_number(cell, "ein Prozentwert wie 35 %")
    if written.scale is not None or written.is_bound or _is_unsure(written, context):
        return refused("C04", "ein Prozentwert wie 35 %")
    if not written.is_percent and 0 < written.number <= 1:
        return refused("C05", "35 %")
    return _noted(_bounded(written.number, _CENT, context), written, "{} %", is_odd=_needs_note(written))


def parse_number(cell: Content, context: Context) -> Reading:
    """Read an indicator's value in the indicator's unit, with four decimals.

    A cell in the format ``%`` counts as percentage points where the indicator's unit is a percentage, and is C05 where
    it is not. „ca.“, „>“ and the like are taken and told (M26).
    """
    is_share = context.indicator_unit.startswith("%")
    if cell.kind is CellKind.NUMBER:
        number = exact(cell.value)
        if number is None:
            return refused("C04", "eine Zahl")
        if "%" in cell.number_format:
            if not is_share:
                return refused("C05", "eine Zahl")
            number *= _HUNDRED
        return _noted_share(_bounded(number, _FOUR_DECIMALS, context), is_share=is_share)
    written = _written(cell) or _without_unit(cell, context.indicator_unit)
    if written is None:
        is_not_collected = isinstance(cell.value, str) and match_key(cell.value) in _NOT_COLLECTED
        return NOTHING if is_not_collected else _no_number(cell, "eine Zahl")
    if written.is_percent and not is_share:
        return refused("C05", f"eine Zahl in {context.indicator_unit or 'der Einheit der Kennzahl'}")
    if (written.is_money and match_key(context.indicator_unit) != "eur") or (
        written.style is Style.GROUPED_ONCE and context.has_decimal_points
    ):
        return refused("C04", "eine Zahl")
    reading = _bounded(written.number * (written.scale or ONE), _FOUR_DECIMALS, context)
    is_odd = written.is_bound or written.scale not in (None, ONE) or _needs_note(written)
    reading = _noted(reading, written, "{}", is_odd=is_odd)
    return reading if reading.remarks else _noted_share(reading, is_share=is_share)


def parse_integer(cell: Content, context: Context) -> Reading:
    """Read a whole number; anything with decimals is C04."""
    if cell.kind is CellKind.NUMBER:
        number = exact(cell.value)
    else:
        written = read_number(_digits_before_full_stop(cell))
        if written is None or written != Written(written.number):
            return _no_number(cell, "eine ganze Zahl")
        number = written.number
    if number is None or number != number.to_integral_value():
        return refused("C04", "eine ganze Zahl")
    reading = _bounded(number, ONE, context)
    return reading if reading.is_failed else Reading(int(number))


def exact(value: object) -> Decimal | None:
    """Give a stored number as the decimal that a person sees; None for what is no number of a sensible size (M55)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not -_LARGEST_FLOAT < value < _LARGEST_FLOAT:
        return None
    whole = int(value)
    return Decimal(whole) if whole == value else Decimal(repr(value))


def _as_displayed(number: Decimal, display: Display, context: Context) -> Reading:
    """Read an amount whose format scales it or names a unit: what counts is what a person sees.

    Shown without a unit it is in that of the Deckblatt. „12.500“ for 12500000 in euros could be both and is C09, and so
    are euros in a return in TEUR, as they are in a text.
    """
    unit = context.unit_factor if display.unit is None else display.unit
    if unit == ONE and (display.divisor != ONE or context.unit_factor != ONE):
        other_unit = {"einheit": context.unit_name, "vor": "–"}
        return refused("C09", f"Beträge in {context.unit_name}, ohne Tausender-Format", other_unit)
    reading = _bounded(number / display.divisor * unit, _CENT, context)
    if reading.is_failed or not isinstance(reading.value, Decimal) or unit == context.unit_factor * display.divisor:
        return reading
    return told(reading.value, f"{german_number(reading.value, 2)} €")


def _written(cell: Content) -> Written | None:
    if not isinstance(cell.value, str):
        return None
    written = read_number(cell.value)
    # „12.500 â‚¬“ is an amount that went through the wrong encoding (M60).
    return written if written is not None or cell.value.isascii() else read_number(clean_text(cell.value))


def _without_unit(cell: Content, unit: str) -> Written | None:
    """Read „1,25 h“ for an indicator that is counted in hours."""
    if not unit or not isinstance(cell.value, str):
        return None
    number, _, words = clean_text(cell.value).partition(" ")
    return read_number(number) if words and match_key(words) == match_key(unit) else None


def _digits_before_full_stop(cell: Content) -> str:
    text = clean_text(cell.value) if isinstance(cell.value, str) else ""
    return text.removesuffix(".")


def _is_unsure(written: Written, context: Context) -> bool:
    """Whether there are two readings: „1.234“ beside „12.5“, „1,234“ where nobody counts thousandths (M14, M15).

    „12.5000“ may be 12.50 with the decimals of a database, or a slip in 125.000.
    """
    decimals = written.number.as_tuple().exponent
    if (
        written.style is Style.POINT
        and isinstance(decimals, int)
        and decimals < -3
        and 1 <= abs(written.number) < _THOUSAND
    ):
        return True
    if written.style is Style.GROUPED_ONCE:
        return context.has_decimal_points
    return written.style is Style.COMMA_THREE and written.scale in (None, ONE) and context.unit_factor == ONE


def _needs_note(written: Written) -> bool:
    return written.style in (Style.GROUPED_ONCE, Style.POINT, Style.FOREIGN)


def _bounded(number: Decimal, step: Decimal, context: Context) -> Reading:
    lowest, highest = context.field.lowest, context.field.highest
    if not -_LARGEST < number < _LARGEST:
        return refused("C04", "eine Zahl unter einer Billion")
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        return refused("C07", _range_in_words(context), {"liste": f"Werte {_range_in_words(context)}"})
    return Reading(number.quantize(step, ROUND_HALF_UP) + 0)  # + 0: there is no negative zero in the tables


def _range_in_words(context: Context) -> str:
    lowest, highest, unit = context.field.lowest, context.field.highest, context.field.unit
    ends = ("" if lowest is None else f"ab {lowest}") if highest is None else f"{lowest or 0} bis {highest}"
    return f"{ends} {unit}".strip()


def _noted(reading: Reading, written: Written, form: str, *, is_odd: bool) -> Reading:
    if reading.is_failed or not (is_odd or written.is_about) or not isinstance(reading.value, Decimal):
        return reading
    number = german_number(reading.value, 2 if "€" in form else None)
    return Reading(reading.value, (Remark("C13", None, {"neu": form.format(number)}),))


def _noted_share(reading: Reading, *, is_share: bool) -> Reading:
    """Tell of a share beyond 0 to 100 %: it can be right, as a rate of change is, and is often a slip (M32)."""
    if not is_share or not isinstance(reading.value, Decimal) or 0 <= reading.value <= _HUNDRED:
        return reading
    return told(reading.value, f"{german_number(reading.value)} %, außerhalb von 0 bis 100 %")


def _no_money(cell: Content) -> Reading:
    if isinstance(cell.value, str) and match_key(cell.value) in _ZERO_WORDS:  # M45
        return told(Decimal("0.00"), "0,00 €")
    return _no_number(cell, "ein Betrag wie 1.234,50")


def _no_number(cell: Content, expected: str) -> Reading:
    if cell.kind is CellKind.DATE:
        return refused("C04", _IS_A_DATE)
    if isinstance(cell.value, str) and is_not_given(cell.value):
        return NOTHING
    return refused("C04", expected)
