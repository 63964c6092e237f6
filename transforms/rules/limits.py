"""Limits that the contract's column „rule“ sets and for which the catalogue has no id of its own: C07 speaks.

Their common sense is that of C07: the cell holds something that is not among what may stand there.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from schemas.codes import code_lists, indicators, organisations
from schemas.contract import FieldType, tables
from schemas.place import Place
from schemas.submission import Row
from transforms.rules.case import Case, label
from transforms.rules.conditions import LIGHTS
from transforms.rules.registry import Breach, rule, rule_of_return
from transforms.wording import german_amount

MOST_MILESTONES = 6
"""Milestones of a project (contract.md, Meilensteine)."""

_NUMBERS = (Decimal, int)
_GREY_PHASES = frozenset({"idea", "paused"})
_WHOLE_PERCENT = (Decimal(0), Decimal(100))
_LEVELS = (1, 4)


@rule_of_return("C07")
def numbers_lie_within_their_limits(case: Case) -> Iterator[Breach]:
    """Money is not negative, a percentage lies between 0 and 100, a level of risk between 1 and 4."""
    for table, fields in _limited_fields().items():
        for row in case.rows(table):
            for name, (low, high, choice) in fields.items():
                value = row.values[name]
                if isinstance(value, _NUMBERS) and not low <= value <= high:
                    yield Breach({"liste": choice}, at=name, row=row, expected=choice)


@cache
def _limited_fields() -> Mapping[str, Mapping[str, tuple[Decimal | int, Decimal | int, str]]]:
    limits: dict[str, dict[str, tuple[Decimal | int, Decimal | int, str]]] = {}
    for table in tables().values():
        limited = limits.setdefault(table.name, {})
        for field in table.fields.values():
            if field.type is FieldType.MONEY:
                limited[field.name] = (Decimal(0), Decimal("Infinity"), f"ab {german_amount(0)}")
            elif field.type is FieldType.PERCENT:
                limited[field.name] = (*_WHOLE_PERCENT, "0 bis 100 %")
    limits["risk"] |= dict.fromkeys(("likelihood", "impact"), (*_LEVELS, "1 bis 4"))
    return {table: fields for table, fields in limits.items() if fields}


@rule_of_return("C07")
def grey_is_for_ideas_and_paused_projects(case: Case) -> Iterator[Breach]:
    """Grey means „not rated“: only an idea or a paused project may be that (contract.md §3)."""
    choice = ", ".join(label("status", code) for code in code_lists()["status"].codes if code != "grey")
    for row in case.rows("project"):
        if not row.has("phase") or row.text("phase") in _GREY_PHASES:
            continue
        for light in LIGHTS:
            if row.values[light] == "grey":
                yield Breach({"liste": choice}, at=light, row=row, expected=choice)


@rule("C07", "project", needs=("project_id",), at="project_id")
def project_number_names_its_organisation(row: Row, case: Case) -> Breach | None:
    """The number begins with the organisation's code.

    A joint project is reported under the number of the organisation that leads it (domain.md §6.2), and B11 compares
    what both say; such a row names its partners.
    """
    prefix = row.text("project_id")[:3]
    if case.org_code is None or prefix == case.org_code:
        return None
    if prefix in organisations() and row.entries("partner_orgs"):
        return None
    choice = f"{case.org_code}-001 bis {case.org_code}-999"
    return Breach({"liste": choice}, expected=choice)


@rule_of_return("C07")
def projects_have_few_milestones(case: Case) -> Iterator[Breach]:
    """Six milestones a project; the rows beyond are named as rows, for no cell of them is wrong and none is lost."""
    seen: dict[str, int] = {}
    for row in case.rows("milestone"):
        if not row.has("project_id"):
            continue
        project_id = row.text("project_id")
        seen[project_id] = seen.get(project_id, 0) + 1
        if seen[project_id] > MOST_MILESTONES:
            choice = f"höchstens {MOST_MILESTONES} Meilensteine je Projekt"
            yield Breach(
                {"liste": choice},
                place=Place(row.sheet, row.source_row),
                value=row.raw.get("title", project_id),
                expected=choice,
            )


@rule("C07", "kpi_value", needs=("kpi_code", "unit"), at="unit")
def unit_agrees_with_the_catalogue(row: Row, _case: Case) -> Breach | None:
    """A unit that is given may be shorter or longer than the catalogue's, but not another one.

    Which of the two the value is in cannot be told, so the value is refused with the unit.
    """
    indicator = indicators().get(row.text("kpi_code"))
    if indicator is None or _base_unit(row.text("unit")) == _base_unit(indicator.unit):
        return None
    more = ((row, "value"),) if row.has("value") else ()
    return Breach({"liste": indicator.unit}, more=more, expected=indicator.unit)


def _base_unit(unit: str) -> str:
    """Reduce „Anzahl/Quartal“, „% der Kunden“ or „Prozent“ to what is counted."""
    first = unit.casefold().replace("prozent", "%").replace("%", "% ").replace("/", " ").split()
    return first[0].rstrip(".") if first else ""
