"""Findings: a rule, a place, the value as found. The German sentence is written late, from the rule catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from schemas.place import Place
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


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue (domain.md §6.3).

    ``needs`` says what a judgement looks at: ``return`` one return with its own history, ``quarter`` all returns of
    one quarter, ``calendar`` the committee's deadlines. ``state`` is ``active`` or ``shadow`` (counted, not shown).
    """

    rule: str
    severity: Severity
    state: str
    needs: str
    message: str

    @property
    def family(self) -> str:
        """F file, S structure, C cell, X one table, B across tables, Q over time."""
        return self.rule[0]


@cache
def rules() -> Mapping[str, Rule]:
    """The rule catalogue by id."""
    return MappingProxyType(
        {
            row["rule"]: Rule(row["rule"], Severity(row["severity"]), row["state"], row["needs"], row["message"])
            for row in read_definitions("rules")
        }
    )


@dataclass(frozen=True, slots=True)
class Finding:
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

    @property
    def severity(self) -> Severity:
        """The severity that the catalogue gives the rule."""
        return rules()[self.rule].severity

    @property
    def is_error(self) -> bool:
        """Whether this finding is an error."""
        return self.severity is Severity.ERROR

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
        return rules()[self.rule].message.format_map({**texts, **self.details})

    @property
    def all_places(self) -> tuple[Place, ...]:
        """Every place the finding covers, the first one first."""
        if self.places:
            return self.places
        return (self.place,) if self.place else ()
