"""What must stand there and does not: C01, or the rule that the contract names for the missing cell."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from schemas.codes import code_lists
from schemas.contract import Field, FieldType, Required, layouts
from schemas.submission import Row
from transforms.rules.case import Case, label, project_name
from transforms.rules.conditions import Condition, conditions, worst_light
from transforms.rules.registry import Breach, rule_of_return

_LONGEST_CHOICE = 10
"""Code lists up to this length are written out as what was expected."""


class _Requirement(NamedTuple):
    field: Field
    applies: Condition | None
    """None when the value is required in every row."""


@rule_of_return("C01", speaks_for=("X04", "X11", "B05", "B08"))
def required_values_are_given(case: Case) -> Iterator[Breach]:
    """Name each cell of the Deckblatt and the tables that must hold a value and holds none."""
    for table, requirements in _requirements(case.template_version).items():
        missing = [requirement for requirement in requirements if not case.is_known(table, requirement.field.name)]
        for row in case.rows(table) if missing else ():
            values = row.values
            for field, applies in missing:
                if values[field.name] is not None or field.name in row.failed:
                    continue
                if applies is None or applies(row, case):
                    yield _missing(row, field)


@cache
def _requirements(version: str) -> Mapping[str, tuple[_Requirement, ...]]:
    """What a template version requires: nobody is asked for what the own template does not hold."""
    predicates = conditions()
    return {
        table.name: tuple(
            _Requirement(field, predicates[field.condition] if field.required is Required.CONDITIONAL else None)
            for field in table.fields.values()
            if field.required is not Required.NO
        )
        for table in layouts()[version].tables.values()
    }


def _missing(row: Row, field: Field) -> Breach:
    return Breach(
        details=_DETAILS[field.missing_rule](row, field),
        at=field.name,
        row=row,
        expected=_expected(field),
        rule=field.missing_rule,
    )


def _details_of_missing(row: Row, field: Field) -> Mapping[str, str]:
    place = row.place(field.name)
    if place.is_cell:
        return {"spalte": field.label}
    # The file has no such cell: an optional column or a line of the Deckblatt was left out.
    return {"spalte": field.label, "zelle": f"Zeile {place.row}" if place.row else "(Zeile fehlt)"}


def _details_of_light(row: Row, _field: Field) -> Mapping[str, str]:
    return {"projekt": project_name(row), "farbe": label("status", worst_light(row) or "red")}


def _details_of_project(row: Row, _field: Field) -> Mapping[str, str]:
    return {"projekt": project_name(row)}


def _details_of_milestone(row: Row, _field: Field) -> Mapping[str, str]:
    return {"projekt": project_name(row), "nr": milestone_name(row)}


def _details_of_request(row: Row, _field: Field) -> Mapping[str, str]:
    return {"nr": request_name(row)}


def milestone_name(row: Row) -> str:
    """Say which milestone of its project a row is about."""
    return str(row.count("milestone_no")) if row.has("milestone_no") else f"Zeile {row.source_row}"


def request_name(row: Row) -> str:
    """Say which request for decision a row is about."""
    return row.text("decision_id") if row.has("decision_id") else f"Zeile {row.source_row}"


_DETAILS: Mapping[str, Callable[[Row, Field], Mapping[str, str]]] = {
    "C01": _details_of_missing,
    "X04": _details_of_light,
    "X11": _details_of_project,
    "B05": _details_of_milestone,
    "B08": _details_of_request,
}


@cache
def _expected(field: Field) -> str | None:
    if field.type is FieldType.DATE:
        return "TT.MM.JJJJ"
    codes = code_lists().get(field.code_list)
    if codes is None or len(codes.entries) > _LONGEST_CHOICE or field.code_list in ("org", "kpi"):
        return None
    return ", ".join(entry.label for entry in codes.entries.values())
