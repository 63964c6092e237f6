"""What a sender is told about one delivery, as the warehouse remembers it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from msgspec import Struct

from schemas.findings import Finding, Severity, State, Verdict
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import Version

_UNREADABLE = frozenset({"F01", "F02", "F03"})
"""After one of these nobody has seen a cell of the file."""

_NOTHING_TO_CORRECT = frozenset({"Q12"})
"""Errors of the calendar: a return that came too late stays late, whatever is corrected in it."""

MARK_FILLS: Mapping[Severity, str] = {
    Severity.ERROR: "F2B3F2",
    Severity.WARNING: "DCC8FF",
    Severity.INFO: "C6E2FF",
}
"""Fills of marked cells, RRGGBB. None is the colour of an Ampel: coming back, a mark must not be read as one."""

DARK_MARK_FILLS: Mapping[Severity, str] = {
    Severity.ERROR: "7A1E7A",
    Severity.WARNING: "4B2E83",
    Severity.INFO: "1F4E8C",
}
"""The same for cells whose text is white or nearly so, such as headings."""

ALL_MARK_FILLS = frozenset({*MARK_FILLS.values(), *DARK_MARK_FILLS.values()})
"""What an answer colours. A file that comes back has these fills still; they are nothing that the sender says."""


class ToldFinding(Struct, frozen=True):
    """A finding as it is written for the sender: the sentence stands, whatever the catalogue says later."""

    rule: str
    severity: Severity
    message: str
    places: tuple[Place, ...] = ()
    """Every place of the submitted file that it covers, where to look first in front."""
    value: str | None = None
    expected: str | None = None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Write a finding for its sender."""
        return cls(
            finding.rule,
            finding.severity,
            finding.message,
            finding.all_places,
            finding.value,
            finding.expected,
        )

    @property
    def asks_for(self) -> Severity:
        """What it asks of the sender, and so where it is told: as `severity` says, or nothing but to know it."""
        return Severity.INFO if self.rule in _NOTHING_TO_CORRECT else self.severity

    @property
    def place(self) -> Place | None:
        """Where to look first; None when the finding is about the whole file."""
        return self.places[0] if self.places else None

    @property
    def cell(self) -> str:
        """That place in words, ``Projekte!F12``; empty when the finding is about the whole file."""
        return str(self.places[0]) if self.places else ""


def told_findings(findings: tuple[Finding, ...]) -> tuple[ToldFinding, ...]:
    """Write findings for their sender; shadow rules count, but are not told."""
    return tuple(ToldFinding.of(finding) for finding in findings if finding.state is not State.SHADOW)


class Answer(Struct, frozen=True):
    """The outcome of one delivery, with everything its receipt says.

    ``content`` is what was taken over, ``replaced`` the version of the same quarter that counted until then, and
    ``quarter_before`` the one that counted then for the quarter before; None where there is none. ``due`` is the day
    until which a correction still makes it into the report, if the sender has to do something.
    """

    submission_id: str
    file_name: str
    received_at: datetime
    org_code: str | None
    quarter: Quarter | None
    version: int | None
    verdict: Verdict
    findings: tuple[ToldFinding, ...]
    sha256: str = ""
    content: Version | None = None
    replaced: Version | None = None
    quarter_before: Version | None = None
    due: date | None = None
    is_register: bool = False
    """Whether the file is the Beschlussbuch, which belongs to no organisation and no quarter."""

    def count(self, severity: Severity) -> int:
        """How many findings ask the sender for what a severity asks for."""
        return sum(finding.asks_for is severity for finding in self.findings)

    @property
    def has_cells(self) -> bool:
        """Whether there is a workbook whose cells can be marked: the file was opened, and not known already."""
        return self.verdict is not Verdict.DUPLICATE and not any(f.rule in _UNREADABLE for f in self.findings)
