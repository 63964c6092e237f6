"""How commands show what they did: tables for people, one JSON document a line for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console, JustifyMethod
from rich.markup import escape
from rich.table import Table

from flows.steps import Plain
from schemas.codes import code_lists, organisations
from schemas.findings import Finding, Severity, Verdict
from schemas.submission import Checked
from transforms.documents import Json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_VERDICT_COLOURS = {
    Verdict.ACCEPTED: "green",
    Verdict.ACCEPTED_WITH_FINDINGS: "yellow",
    Verdict.REJECTED: "red",
    Verdict.UNASSIGNED: "red",
    Verdict.DUPLICATE: "dim",
    Verdict.DRAFT: "cyan",
}


MOST_SHOWN = 200
"""Findings of one file that people are shown. Nobody reads more, and laying out ten thousand takes half a minute."""


def console() -> Console:
    """The console for people; without a terminal it is wide and plain, so that pipes cut nothing."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)


def print_document(document: Json) -> None:
    """Print one JSON document on a line of its own."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def verdict_text(verdict: Verdict) -> str:
    """The German word for a verdict, coloured."""
    label = code_lists()["verdict"].label(verdict)
    return f"[{_VERDICT_COLOURS[verdict]}]{label}[/]"


def print_checked(out: Console, checked: Checked) -> None:
    """Print what checking said about one file: verdict, whose return it is, the findings, errors first."""
    submission = checked.submission
    whose = ""
    if submission.org_code:
        whose = f"{organisations()[submission.org_code].name} · "
    when = f"{submission.quarter.in_tables} · " if submission.quarter else ""
    out.print(f"[bold]{escape(submission.file_name)}[/]  {whose}{when}{verdict_text(checked.verdict)}")
    if checked.findings:
        out.print(findings_table(checked.findings))
    if len(checked.findings) > MOST_SHOWN:
        out.print(f" … und {len(checked.findings) - MOST_SHOWN} weitere Befunde; --json nennt alle")
    out.print()


def findings_table(findings: Sequence[Finding]) -> Table:
    """Lay findings out for reading: errors first, then in the order of the file; no more than `MOST_SHOWN`."""
    table = Table(box=None, show_header=False, pad_edge=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    ranks = list(Severity)
    for finding in sorted(findings, key=lambda item: ranks.index(item.severity))[:MOST_SHOWN]:
        table.add_row(
            f"[{_COLOURS[finding.severity]}]{finding.severity.label}[/]",
            finding.rule,
            escape(str(finding.place)) if finding.place else "–",
            escape(finding.message),
        )
    return table


def plain_table(
    columns: Iterable[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), whole: Iterable[int] = ()
) -> Table:
    """Lay rows of text out under their headings.

    The columns numbered in ``right`` are set flush right, those in ``whole`` never broken: others give way to them.
    """
    table = Table(header_style="bold", box=None, pad_edge=False)
    flush_right, unbroken = set(right), set(whole)
    for number, column in enumerate(columns):
        justify: JustifyMethod = "right" if number in flush_right else "left"
        table.add_column(escape(column), justify=justify, no_wrap=number in unbroken, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


class Telling(Plain):
    """Carries the steps out and shows a bar while they last; silent where nobody watches."""

    def __init__(self) -> None:
        self._shown = _bar() if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._shown is not None:
            self._shown.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()

    def progress(self, done: int, total: int, what: str) -> None:
        """Move the bar."""
        if self._shown is None:
            return
        if self._task is None:
            self._task = self._shown.add_task("", total=total)
        self._shown.update(self._task, completed=done, total=total, description=escape(what))


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # only where somebody watches

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )
