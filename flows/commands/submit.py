"""``die8 submit`` and ``die8 collect``: take returns in and show the verdicts."""

from collections.abc import Sequence
from pathlib import Path

from flows.clock import instant
from flows.collectors.arrivals import Passed
from flows.commands.check import read_files
from flows.display import Telling, console, print_checked, print_document
from flows.intake import IntakeResult, run_collection, run_intake
from flows.recorded import recorded
from flows.settings import Settings
from transforms.documents import check_document


def run_submit(settings: Settings, files: Sequence[Path], *, received_at: str | None, as_json: bool) -> int:
    """Hand in the named files as received at that time."""
    deliveries, passed = read_files(files, "submit", instant(received_at))
    with Telling() as runner:
        result = run_intake(settings, deliveries, runner)
    return _show(result, passed, as_json=as_json)


def run_collect(settings: Settings, source: str | None, *, now: str | None, as_json: bool) -> int:
    """Fetch from the configured sources and take in what is new."""
    names = [item.name for item in settings.configuration.sources]
    if source is not None and source not in names:
        from flows.usage import UsageError

        msg = f"unknown source {source}; die8.toml names {', '.join(names)}"
        raise UsageError(msg)
    moment = instant(now)
    with Telling() as runner:
        result = recorded(
            settings, "collect", moment, lambda: run_collection(settings, moment, source, runner), _problems
        )
    return _show(result, result.passed, as_json=as_json)


def _problems(result: IntakeResult) -> str:
    return "; ".join(map(str, result.failed_sources))


def _show(result: IntakeResult, passed: Sequence[Passed], *, as_json: bool) -> int:
    out = console()
    for item in result.examined:
        if as_json:
            print_document(check_document(item.checked))
        else:
            print_checked(out, item.checked)
    for left in passed:
        if as_json:
            print_document({"file": left.name, "verdict": "ignored", "reason": left.reason})
        else:
            out.print(f"{left.name}: {left.reason}, übersprungen", markup=False)
    for error in result.failed_sources:
        if as_json:
            print_document({"source": error.source, "problem": error.problem})
        else:
            out.print(f"[red]{error}[/]")
    if not as_json:
        out.print(f"{len(result.examined)} judged, {len(passed)} passed over.")
    return 0 if result.is_clean else 1
