"""Findings: a rule, a place, the value as found. The German sentence is written late, from the rule catalogue."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from schemas.place import Place
from schemas.quarter import Quarter
from schemas.tabular import read_definitions


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def label(self) -> str:
        """The German word that people read."""
        return {"error": "Fehler", "warning": "Warnung", "info": "Hinweis"}[self.value]


class Verdict(StrEnum):
    """What becomes of a delivery (contract.md §4). German labels: code list ``verdict``."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_FINDINGS = "accepted_with_findings"
    REJECTED = "rejected"
    UNASSIGNED = "unassigned"
    DUPLICATE = "duplicate"
    DRAFT = "draft"

    @property
    def is_loaded(self) -> bool:
        """Whether the delivery becomes the version that counts."""
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS)


class State(StrEnum):
    """How a rule, or one finding of it, stands (contract.md §4)."""

    ACTIVE = "active"
    SHADOW = "shadow"
    """Counted, but told to no sender; it empties no cell and changes no verdict."""
    WAIVED = "waived"
    """Only findings: told as information with the reason, because die8.toml suspends the rule."""

    @property
    def label(self) -> str:
        """The German word that people read."""
        return {"active": "gilt", "shadow": "wird erprobt", "waived": "ausgesetzt"}[self.value]


class Guards(StrEnum):
    """What rests on a rule, and therefore cannot be decided otherwise."""

    NOTHING = ""
    FILE = "file"
    """Without it a file is not read, or it speaks about no return: the rule can be neither changed nor waived."""
    CELL = "cell"
    """What it refuses cannot be read or stored: the cell stays empty, however mildly the rule is told."""
    KEY = "key"
    """Without it a row has no name: as firm as `CELL` at a key, free elsewhere."""


class RuleChange(Struct, frozen=True):
    """From the returns of the quarter ``since`` on a rule is stricter or milder than it was."""

    since: Quarter
    severity: Severity
    state: State
    reason: str


class Rule(Struct, frozen=True):
    """One rule of the catalogue (domain.md §6.3), as it was when it came into force.

    ``needs`` says what a judgement looks at: ``return`` one return with its own history, ``quarter`` also the other
    returns of its quarter, ``calendar`` also the deadlines. ``changes`` are in the order of time: a return is judged
    by what holds for its quarter (`at`), also when it is replayed years later.
    """

    rule: str
    severity: Severity
    state: State
    needs: str
    message: str
    guards: Guards = Guards.NOTHING
    changes: tuple[RuleChange, ...] = ()

    @property
    def family(self) -> str:
        """F file, S structure, C cell, X one table, B across tables, Q over time."""
        return self.rule[0]

    @property
    def since(self) -> Quarter | None:
        """The first quarter to which the last change applies; None while nothing was changed."""
        return self.changes[-1].since if self.changes else None

    @property
    def latest(self) -> "Rule":
        """The rule after its last change."""
        return self.at(self.changes[-1].since) if self.changes else self

    def at(self, quarter: Quarter) -> "Rule":
        """The rule as it judges the returns of a quarter."""
        applied = tuple(change for change in self.changes if change.since <= quarter)
        if not applied:
            return replace(self, changes=()) if self.changes else self
        return replace(self, severity=applied[-1].severity, state=applied[-1].state, changes=applied)


@cache
def rules() -> Mapping[str, Rule]:
    """The rule catalogue by id, each rule with its changes.

    Raises:
        ValueError: the definitions contradict themselves; the text says where.
    """
    changes: dict[str, list[RuleChange]] = {}
    for row in read_definitions("rule_changes"):
        changes.setdefault(row["rule"], []).append(
            RuleChange(Quarter.parse(row["since"]), Severity(row["severity"]), State(row["state"]), row["reason"])
        )
    catalogue = {
        row["rule"]: Rule(
            row["rule"],
            Severity(row["severity"]),
            State(row["state"]),
            row["needs"],
            row["message"],
            Guards(row["guards"]),
            tuple(sorted(changes.pop(row["rule"], ()), key=lambda change: change.since)),
        )
        for row in read_definitions("rules")
    }
    if changes:
        msg = f"rule_changes.csv changes unknown rules: {', '.join(changes)}"
        raise ValueError(msg)
    for rule in catalogue.values():
        assert_sound(rule)
    return MappingProxyType(catalogue)


def assert_sound(rule: Rule) -> None:
    """Raise ValueError when a rule's life cycle asks for what cannot be."""
    if rule.guards is Guards.FILE and rule.changes:
        msg = f"{rule.rule} cannot be changed: without it a file is not read"
        raise ValueError(msg)
    states = {rule.state, *(change.state for change in rule.changes)}
    if State.WAIVED in states:
        msg = f"{rule.rule}: a rule is active or shadow; it is waived for one organisation in die8.toml"
        raise ValueError(msg)
    if rule.guards in (Guards.FILE, Guards.CELL) and State.SHADOW in states:
        msg = f"{rule.rule} cannot be a shadow rule: what it refuses would be missing without a word"
        raise ValueError(msg)


class Standing(Struct, frozen=True):
    """How a finding counts where that differs from the catalogue's first word; ``remark`` tells the sender why."""

    severity: Severity
    state: State
    remark: str = ""


class Finding(Struct, frozen=True):
    """One problem or remark about one version of a submission.

    ``place`` is where to look first; None when the finding is about the whole file. ``places`` holds all of them
    when one finding covers several. ``details`` fill the placeholders of the rule's text.
    """

    rule: str
    place: Place | None = None
    value: str | None = None
    expected: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    standing: Standing | None = None
    """Set by checking, which knows the quarter and what is waived; None: as the catalogue has it."""

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.standing.severity if self.standing else rules()[self.rule].severity

    @property
    def state(self) -> State:
        """Whether it counts, is only counted, or is waived."""
        return self.standing.state if self.standing else State.ACTIVE

    @property
    def is_error(self) -> bool:
        """Whether this finding is an error that counts; those of shadow rules do not."""
        return self.severity is Severity.ERROR and self.state is not State.SHADOW

    @property
    def message(self) -> str:
        """The German sentence for the sender.

        ``{zelle}``, ``{blatt}`` and ``{wert}`` come from the finding itself, all else from ``details``;
        a placeholder that nobody filled is a KeyError: our own mistake, found by the tests.
        """
        texts = {
            "zelle": self.place.address if self.place else "",
            "blatt": self.place.sheet if self.place else "",
            "wert": self.value or "",
        }
        sentence = rules()[self.rule].message.format_map({**texts, **self.details})
        return f"{sentence} {self.standing.remark}" if self.standing and self.standing.remark else sentence

    @property
    def all_places(self) -> tuple[Place, ...]:
        """Every place the finding covers, the first one first."""
        if self.places:
            return self.places
        return (self.place,) if self.place else ()
