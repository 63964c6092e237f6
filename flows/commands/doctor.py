"""``die8 doctor``: whether everything that runs rely on is sound."""

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from flows.clock import instant
from flows.display import Telling, console, print_document
from flows.doctoring import Check, State, examine_installation

_LOOKS = {State.SOUND: "[green]✓[/]", State.WARNING: "[yellow]![/]", State.BROKEN: "[red]✗[/]"}
_DONE, _FINDINGS, _FAILED = 0, 1, 3


def run_doctor(home: Path, *, as_json: bool, now: str | None) -> int:
    """Show what was found, with a remedy each; exit status 0 all sound, 1 warnings, 3 something is broken."""
    with Telling() as runner:
        checks = list(examine_installation(home, instant(now), runner))
    if as_json:
        for check in checks:
            print_document(
                {"subject": check.subject, "state": check.state, "found": check.found, "remedy": check.remedy}
            )
    else:
        console().print(_table(checks))
    states = {check.state for check in checks}
    return _FAILED if State.BROKEN in states else _FINDINGS if State.WARNING in states else _DONE


def _table(checks: list[Check]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for check in checks:
        told = escape(check.found) + (f"\n→ [bold]{escape(check.remedy)}[/]" if check.remedy else "")
        table.add_row(_LOOKS[check.state], check.subject, told)
    return table
