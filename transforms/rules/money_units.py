"""C09: euros and thousands of euros mixed up (M25), seen against the quarter before."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from schemas.contract import FieldType, tables
from schemas.submission import Row, Value
from transforms.rules.case import Case
from transforms.rules.past import Remembered
from transforms.rules.registry import Breach, rule_of_return
from transforms.wording import german_amount

_STABLE = ("budget_total", "forecast_total", "funding_approved")
"""Amounts that do not grow a hundredfold in a quarter; what was spent can, in a project's first months."""


@rule_of_return("C09")
def amounts_fit_the_unit(case: Case) -> Iterator[Breach]:
    """Suspect a project whose planned amounts all differ from the quarter before by the factor of a wrong unit.

    Too small in a return in EUR, or too large in one in TEUR. Nothing is converted: the sender says what is right.
    """
    unit = case.cover.values["money_unit"] if case.cover else None
    for row in case.rows("project"):
        before = case.past.row_before("project", row.values["project_id"]) if row.has("project_id") else None
        if before is not None and _is_mixed_up(row, before, unit, case.thresholds.unit_factor):
            yield from _mixed_up_amounts(row, before, str(unit))


def _is_mixed_up(row: Row, before: Remembered, unit: Value, factor: Decimal) -> bool:
    pairs = [(row.values[name], before[name]) for name in _STABLE]
    known = [(now, then) for now, then in pairs if isinstance(now, Decimal) and isinstance(then, Decimal) if then > 0]
    if not known:
        return False
    if unit == "EUR":
        return all(now > 0 and then >= factor * now for now, then in known)
    return unit == "TEUR" and all(now >= factor * then for now, then in known)


def _mixed_up_amounts(row: Row, before: Remembered, unit: str) -> Iterator[Breach]:
    for name in _money_fields():
        then = before[name]
        if row.values[name]:
            told = german_amount(then) if isinstance(then, Decimal) else "keine Angabe"
            yield Breach({"einheit": unit, "vor": told}, at=name, row=row)


@cache
def _money_fields() -> tuple[str, ...]:
    return tuple(field.name for field in tables()["project"].fields.values() if field.type is FieldType.MONEY)
