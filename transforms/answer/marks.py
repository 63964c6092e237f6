"""What is marked: which findings stand at which place of the sheets that leave, most important ones first."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct, field

from schemas.answer import ToldFinding
from schemas.findings import Severity
from schemas.place import Place
from transforms.answer.wording import note_text

_MOST_PLACES = 5_000
"""Places marked in one file. Nobody reads more, and each takes a comment that Excel has to draw."""


class Mark(Struct):
    """All that is said at one place of a sheet."""

    severity: Severity
    texts: list[str] = field(default_factory=list)

    def add(self, severity: Severity, text: str) -> None:
        """Say one more thing; the most serious one decides about the colour."""
        if RANK[severity] < RANK[self.severity]:
            self.severity = severity
        if text not in self.texts:
            self.texts.append(text)


RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(Severity)}
"""Errors first, then warnings, then remarks."""


def marks_by_sheet(
    findings: Iterable[ToldFinding], moved: Callable[[Place], Place | None] | None = None
) -> dict[str, dict[Place, Mark]]:
    """Collect what to mark on each sheet, errors first.

    With ``moved`` the places are those of a transcript; a place that is not in it has none there. Findings about a
    whole sheet or the whole file mark no cell.
    """
    marks: dict[str, dict[Place, Mark]] = {}
    count = 0
    for finding in sorted(findings, key=lambda item: RANK[item.asks_for]):
        text = note_text(finding)
        for told_place in finding.places:
            place = told_place if moved is None else moved(told_place)
            if place is None or (place.row is None and place.column is None):
                continue
            on_sheet = marks.setdefault(place.sheet, {})
            if place not in on_sheet:
                count += 1
                if count > _MOST_PLACES:
                    return marks
                on_sheet[place] = Mark(finding.asks_for)
            on_sheet[place].add(finding.asks_for, text)
    return marks


def in_order(findings: Sequence[ToldFinding], sheets: Sequence[str]) -> list[ToldFinding]:
    """Order findings as they are worked through: what to fix first on top, then sheet by sheet, row by row."""
    positions = {name: position for position, name in enumerate(sheets)}

    def key(finding: ToldFinding) -> tuple[int, int, int, int]:
        place = finding.place or Place("")
        position = positions.get(place.sheet, len(positions)) if finding.place else -1
        return RANK[finding.asks_for], position, place.row or 0, place.column or 0

    return sorted(findings, key=key)
