"""``die8 submit`` and ``die8 collect``: take returns in and show the verdicts."""

from collections.abc import Sequence
from pathlib import Path

from flows.clock import BERLIN, instant
from flows.collectors.arrivals import Passed
from flows.commands.check import read_files
from flows.display import Telling, console, print_checked, print_document
from flows.intake import IntakeResult, run_collection, run_intake
from flows.isolation import IsolatedReader
from flows.parking import Parking
from flows.recorded import recorded
from flows.settings import Settings
from transforms.documents import check_document


def run_submit(
    settings: Settings, files: Sequence[Path], reader: IsolatedReader, *, received_at: str | None, as_json: bool
) -> int:
    """Hand in the named files as received at that time; ``reader`` has been started."""
    deliveries, passed = read_files(files, "submit", instant(received_at))
    with Telling() as runner:
        result = run_intake(settings, deliveries, runner, running_reader=reader)
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
    return " ".join(map(str, result.failed_sources))


def show_parked(settings: Settings, *, as_json: bool) -> int:
    """List what waits for a person's word: status 1 when something does."""
    out = console()
    settings.home.make()
    waiting = list(Parking(settings.home.parked).waiting())
    for item in waiting:
        if as_json:
            words = {"id": item.identity, "source": item.source, "sender": item.sender, "file": item.name}
            print_document({**words, "parked_at": item.parked_at.isoformat(), "reason": item.reason})
        else:
            day = item.parked_at.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M")
            out.print(f"{item.identity}  {day}  {item.source}  {item.name}: {item.reason}", markup=False)
    if not as_json:
        out.print(f"{len(waiting)} parked; take one in with `die8 collect --release ID`.", markup=False)
    return 1 if waiting else 0


def run_release(settings: Settings, identity: str, *, now: str | None, as_json: bool) -> int:
    """Take a parked file in, as somebody has said that it is what it seems to be."""
    settings.home.make()
    parking = Parking(settings.home.parked)
    moment = instant(now)
    delivery = parking.delivery(identity, moment)
    with Telling() as runner:
        result = run_intake(settings, [delivery], runner)
    parking.released(identity, moment)
    return _show(result, (), as_json=as_json)


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
            out.print(str(error), style="red", markup=False)
    if not as_json:
        out.print(f"{len(result.examined)} judged, {len(passed)} passed over.")
    return 0 if result.is_clean else 1
