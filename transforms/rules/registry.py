"""The register of judgements: which function speaks for which rule, and what it needs to speak.

A judgement says one thing. It is asked only where all that it needs has a value: a missing value is C01's business,
and a cell that failed has had its finding. What it returns are the facts; the sentence stands in the rule catalogue.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from schemas.contract import tables
from schemas.findings import rules
from schemas.place import Place
from schemas.submission import Row
from transforms.rules.case import Case

JUDGED_FAMILIES = "CXBQ"
"""The families whose rules are judged here, in the order in which they are asked; F and S are told while reading."""


class Breach(Struct, frozen=True):
    """A rule does not hold; ``details`` fill its text, ``expected`` says what would be right.

    The place is the cell ``at`` of ``row``; a judgement about one row leaves both to what it was registered with.
    ``more`` are further cells of the same finding. Where no cell can be named (something is absent), ``place`` is
    the sheet or row to look at. ``rule`` is set by a judgement that speaks for several rules.
    """

    details: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    row: Row | None = None
    more: tuple[tuple[Row, str], ...] = ()
    place: Place | None = None
    value: str | None = None
    expected: str | None = None
    rule: str = ""


RowCheck: TypeAlias = Callable[[Row, Case], Breach | None]
ReturnCheck: TypeAlias = Callable[[Case], Iterable[Breach]]


class RowJudgement(Struct, frozen=True):
    """Judges one row at a time; ``at`` is the field that is wrong when the rule does not hold."""

    rule: str
    tables: tuple[str, ...]
    needs: tuple[str, ...]
    at: str
    is_dated: bool
    check: RowCheck

    def breaches(self, case: Case) -> Iterator[Breach]:
        """Ask the function about each row that has what it needs; each breach names its row and field."""
        for table in self.tables:
            rows: Iterable[Row] = case.rows(table)
            for name in self.needs:
                if not case.is_known(table, name):
                    rows = [row for row in rows if row.values[name] is not None]
            for row in rows:
                breach = self.check(row, case)
                if breach is not None:
                    yield _at_row(breach, row, self.at)


class ReturnJudgement(Struct, frozen=True):
    """Judges the return as a whole; its breaches name their places themselves."""

    rule: str
    speaks_for: tuple[str, ...]
    is_dated: bool
    check: ReturnCheck

    def breaches(self, case: Case) -> Iterable[Breach]:
        """Ask the function."""
        return self.check(case)


Judgement: TypeAlias = RowJudgement | ReturnJudgement

_judgements: list[Judgement] = []


def rule(
    rule_id: str,
    table: str | tuple[str, ...],
    *,
    needs: tuple[str, ...] = (),
    at: str,
    is_dated: bool = False,
) -> Callable[[RowCheck], RowCheck]:
    """Register a judgement about one row of ``table`` (or of each of several tables).

    ``is_dated`` keeps it silent when the quarter, and with it the Stichtag, cannot be told. ValueError for a rule
    that is not in the catalogue or not about what a return says, or whose fields are not in the contract.
    """
    names = (table,) if isinstance(table, str) else table
    _require_rule(rule_id)
    for name in names:
        unknown = {*needs, at} - tables()[name].fields.keys()
        if unknown:
            msg = f"{rule_id}: {name} has no field {', '.join(sorted(unknown))}"
            raise ValueError(msg)

    def register(check: RowCheck) -> RowCheck:
        _judgements.append(RowJudgement(rule_id, names, needs, at, is_dated, check))
        return check

    return register


def rule_of_return(
    rule_id: str, *, speaks_for: tuple[str, ...] = (), is_dated: bool = False
) -> Callable[[ReturnCheck], ReturnCheck]:
    """Register a judgement about the whole return; ``speaks_for`` names the other rules it may give.

    ValueError as for `rule`.
    """
    for name in (rule_id, *speaks_for):
        _require_rule(name)

    def register(check: ReturnCheck) -> ReturnCheck:
        _judgements.append(ReturnJudgement(rule_id, speaks_for, is_dated, check))
        return check

    return register


def registered_judgements() -> tuple[Judgement, ...]:
    """All judgements of the modules imported so far, in the order in which they are asked.

    Cells come first, then one table, then the return, then time: a later family must not speak about a cell that an
    earlier one refused. Within a family the ids decide.
    """
    return tuple(sorted(_judgements, key=lambda judgement: (JUDGED_FAMILIES.index(judgement.rule[0]), judgement.rule)))


def _require_rule(rule_id: str) -> None:
    known = rules().get(rule_id)
    if known is None:
        msg = f"{rule_id} is not in the rule catalogue"
        raise ValueError(msg)
    if known.family not in JUDGED_FAMILIES:
        msg = f"{rule_id} is about a file or its structure, which judgements do not see"
        raise ValueError(msg)


def _at_row(breach: Breach, row: Row, at: str) -> Breach:
    return replace(breach, at=breach.at or at, row=breach.row or row)
