"""Life cycle and waivers: how each finding of one return counts. Nothing else knows of either."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

from msgspec.structs import replace

from schemas.contract import tables
from schemas.findings import Finding, Guards, Rule, Severity, Standing, State
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.standards import Standards, Waiver
from schemas.submission import Row, Submission
from transforms.contract_texts import texts
from transforms.wording import german_date

_ALL_ELSE_RESTS_ON = frozenset({"org_code", "report_quarter", "submission_status", "money_unit"})
"""Cells of the Deckblatt without which the other cells cannot be understood."""


class Standings:
    """How the rules stand towards one return: as they are for its quarter, and as they are waived on its day."""

    def __init__(self, standards: Standards, submission: Submission, today: date) -> None:
        self._standards = standards
        self._submission = submission
        self._quarter = submission.quarter or Quarter.containing(today).previous
        self._waivers = [
            waiver for waiver in standards.waivers if waiver.org == submission.org_code and waiver.is_in_force(today)
        ]

    def applied(self, finding: Finding) -> Finding:
        """Give the finding with its standing; the very finding when nothing about its rule was decided.

        A waiver beats the severity, and being tried out beats a waiver: nobody is told anything then.
        """
        rule = self._standards.rule(finding.rule).at(self._quarter)
        waiver = self._waiver_of(finding)
        is_as_catalogued = rule.severity is finding.severity and rule.state is State.ACTIVE
        if (is_as_catalogued and waiver is None) or self._is_firm(rule, finding):
            return finding
        if rule.state is State.SHADOW or waiver is None:
            return replace(finding, standing=Standing(rule.severity, rule.state))
        remark = texts("rules")["waived"].format(tag=german_date(waiver.until), grund=waiver.reason)
        return replace(finding, standing=Standing(Severity.INFO, State.WAIVED, remark))

    def _waiver_of(self, finding: Finding) -> Waiver | None:
        for waiver in self._waivers:
            if waiver.rule == finding.rule and waiver.project in (None, *self._projects_of(finding)):
                return waiver
        return None

    def _projects_of(self, finding: Finding) -> Iterator[str]:
        """The project that a finding names, or those in whose rows it stands."""
        if "projekt" in finding.details:
            yield finding.details["projekt"]
        for place in finding.all_places:
            row = self._rows.get((place.sheet, place.row))
            project_id = row.values.get("project_id") if row is not None else None
            if isinstance(project_id, str):
                yield project_id

    def _is_firm(self, rule: Rule, finding: Finding) -> bool:
        """Whether reading or storing rests on this very finding, so that it counts whatever was decided."""
        if rule.guards in (Guards.FILE, Guards.NOTHING):
            return rule.guards is Guards.FILE
        return any(self._bears(rule, place) for place in finding.all_places)

    def _bears(self, rule: Rule, place: Place) -> bool:
        row = self._rows.get((place.sheet, place.row))
        if row is None:
            return False
        fields = {name for name in row.values if row.place(name) == place}
        if row.table != "submission":
            return not fields.isdisjoint(tables()[row.table].key)
        return not fields.isdisjoint(_ALL_ELSE_RESTS_ON) or (
            rule.guards is Guards.CELL and not fields.isdisjoint(row.failed)
        )

    @cached_property
    def _rows(self) -> Mapping[tuple[str, int | None], Row]:
        """Sheet and row number of the file to what was read there."""
        rows: dict[tuple[str, int | None], Row] = {}
        for row in self._submission.rows():
            for number in (row.source_row, *row.rows.values()):
                rows[row.sheet, number or None] = row
        return rows
