"""What the project makes of a file: value, findings and verdict, by the very functions that intake uses."""

from datetime import date
from typing import NamedTuple

from schemas.findings import Finding, Verdict
from schemas.submission import NO_HISTORY, Checked, History, Submission, Value
from tests.builders import RECEIVED_ON
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.reading import read_workbook


class Outcome(NamedTuple):
    """What came of one file."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    checked: Checked

    @property
    def told(self) -> list[str]:
        """The findings as ``C13@Projekte!F5``, without what is said of the file's format."""
        return [spelled(finding) for finding in self.findings if not is_about_format(finding)]

    def value(self, table: str, row: int, name: str) -> Value:
        """A value as it is loaded."""
        if table == "submission":
            return self.checked.cover.values[name] if self.checked.cover else None
        rows = self.checked.tables.get(table, ())
        return rows[row].values[name] if row < len(rows) else None


def outcome_of(content: bytes, name: str, history: History = NO_HISTORY, today: date = RECEIVED_ON) -> Outcome:
    """Read, parse and check one file."""
    workbook = read_workbook(content, name)
    if isinstance(workbook, Finding):
        submission = Submission(name, None, None, None, {}, (workbook,), is_readable=False)
    else:
        submission = parse_submission(workbook, name)
    checked = check_submission(submission, history, today)
    return Outcome(checked.verdict, checked.findings, checked)


def spelled(finding: Finding) -> str:
    """A finding in short: rule and place."""
    return f"{finding.rule}@{finding.place}" if finding.place else finding.rule


def is_about_format(finding: Finding) -> bool:
    """Whether a finding only asks for the template instead of an old format (M84)."""
    return finding.rule == "C13" and finding.place is None
