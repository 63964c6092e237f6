"""B11 and B12: what organisations say about each other in one quarter.

A return is judged against what the others had handed in when it arrived, so that each contradiction is told to whoever
comes later; `quarter_findings` sees the quarter as a whole. Nothing of another organisation's values is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Self, TypeAlias

from msgspec import Struct

from schemas.codes import organisations
from schemas.findings import Finding
from schemas.submission import Value, Version
from transforms.rules.case import CLOSED_PHASES, Case
from transforms.rules.conditions import LIGHTS
from transforms.rules.registry import Breach, rule_of_return

_Told: TypeAlias = Mapping[str, Value]
"""A row, whether of a return under judgement or of one that was accepted."""

_SHARED = (*LIGHTS, "budget_total")
"""What all who report a joint project must say alike (B11)."""


@rule_of_return("B11")
def joint_projects_are_told_alike(case: Case) -> Iterator[Breach]:
    """Who reports the same project says the same of its lights and its budget, one breach per other organisation."""
    for org_code, version in case.history.neighbours.items():
        theirs = _by_number(version.tables.get("project", ()))
        joint = [(project_id, row) for project_id, row in case.projects.items() if project_id in theirs]
        for project_id, row in joint:
            differing = _differing(row.values, theirs[project_id])
            if differing:
                yield Breach(
                    _of_joint_project(project_id, case.org_code or "", org_code),
                    at=differing[0],
                    row=row,
                    more=tuple((row, name) for name in differing[1:]),
                )


@rule_of_return("B12")
def named_partners_take_part(case: Case) -> Iterator[Breach]:
    """A partner that this return names, and whose own return knows nothing of it."""
    neighbours = case.history.neighbours
    links = {partner: _Links.of(neighbours[partner].tables) for partner in _all_partners(case) if partner in neighbours}
    for row in case.rows("project"):
        for partner in _partners(row.values):
            theirs = links.get(partner)
            if theirs is not None and not theirs.hold(row.values["project_id"], case.org_code):
                yield Breach(_of_silent_partner(partner, row.values["project_id"]), at="partner_orgs", row=row)


@rule_of_return("B12")
def partnerships_of_others_are_known(case: Case) -> Iterator[Breach]:
    """The same seen from the partner: others have named this organisation, and it says nothing of it.

    There is no cell for what is absent. Where a cell that may have said it failed, nobody knows.
    """
    linking = {"project": ("project_id", "partner_orgs"), "cooperation": ("with_orgs",)}
    if any(not row.failed.isdisjoint(fields) for table, fields in linking.items() for row in case.rows(table)):
        return
    own = _Links.of({table: [row.values for row in case.rows(table)] for table in linking})
    for org_code, version in case.history.neighbours.items():
        for project in version.tables.get("project", ()):
            # Asked of every project of every other organisation, and few of them have partners.
            is_named = case.org_code in _entries(project["partner_orgs"]) and case.org_code in _partners(project)
            if is_named and case.org_code and not own.hold(project["project_id"], org_code):
                yield Breach(_of_silent_partner(case.org_code, project["project_id"]), place=case.sheet("project"))


def quarter_findings(returns: Mapping[str, Version]) -> tuple[Finding, ...]:
    """What the accepted returns of one quarter, by organisation, say against each other (B11, B12), each thing once.

    The findings have no place: they belong to the quarter and not to a file.
    """
    projects = {org_code: _by_number(version.tables.get("project", ())) for org_code, version in returns.items()}
    deviating = [
        Finding("B11", details=_of_joint_project(project_id, first, second))
        for first, second in combinations(returns, 2)
        for project_id, row in projects[first].items()
        if _differing(row, projects[second].get(project_id))
    ]
    links = {org_code: _Links.of(version.tables) for org_code, version in returns.items()}
    silent = {
        (partner, project_id): Finding("B12", details=_of_silent_partner(partner, project_id))
        for org_code in returns
        for project_id, row in projects[org_code].items()
        for partner in _partners(row)
        if partner in returns and not links[partner].hold(project_id, org_code)
    }
    return (*deviating, *silent.values())


def _differing(mine: _Told, theirs: _Told | None) -> list[str]:
    """The shared fields for which both gave a value, and not the same."""
    if theirs is None:
        return []
    return [
        name for name in _SHARED if mine[name] is not None and theirs[name] is not None and mine[name] != theirs[name]
    ]


def _partners(project: _Told) -> Sequence[str]:
    """Who takes part in a project that is not over, besides whose number it carries."""
    if not project["partner_orgs"] or project["phase"] in CLOSED_PHASES or project["project_id"] is None:
        return ()
    return [
        partner
        for partner in dict.fromkeys(_entries(project["partner_orgs"]))
        if not str(project["project_id"]).startswith(partner)
    ]


def _entries(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _all_partners(case: Case) -> set[str]:
    return {partner for row in case.rows("project") for partner in _partners(row.values)}


class _Links(Struct, frozen=True):
    """What a return says that links it to others: the projects that it reports, and whom it works with."""

    project_ids: frozenset[Value]
    organisations: frozenset[str]

    @classmethod
    def of(cls, tables: Mapping[str, Iterable[_Told]]) -> Self:
        """Collect them from the rows of a return."""
        project_ids: set[Value] = set()
        others: set[str] = set()
        for project in tables.get("project", ()):
            project_ids.add(project["project_id"])
            others.update(_entries(project["partner_orgs"]))
        for cooperation in tables.get("cooperation", ()):
            others.update(_entries(cooperation["with_orgs"]))
        return cls(frozenset(project_ids), frozenset(others))

    def hold(self, project_id: Value, lead: str | None) -> bool:
        """Whether the return reports the project itself, or works with who leads it in a project or a cooperation."""
        return project_id in self.project_ids or lead in self.organisations


def _by_number(projects: Iterable[_Told]) -> Mapping[Value, _Told]:
    return {project["project_id"]: project for project in projects}


def _of_joint_project(project_id: Value, first: str, second: str) -> Mapping[str, str]:
    return {
        "projekt": str(project_id),
        "org1": organisations()[first].name,
        "org2": organisations()[second].name,
    }


def _of_silent_partner(partner: str, project_id: Value) -> Mapping[str, str]:
    return {"projekt": str(project_id), "org": organisations()[partner].name}
