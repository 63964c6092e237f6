"""``die8 demo``: a fictional year of the eight, from template to report."""

import shutil
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from msgspec import structs

from flows.clock import instant
from flows.demo import DemoDelivery, demo_year
from flows.display import Telling, console
from flows.intake import IntakeResult, run_collection
from flows.reporting import run_report
from flows.settings import Home, Settings, load_settings
from schemas.codes import code_lists, organisations
from schemas.quarter import Quarter
from warehouse.durable import replace

_MARK = ".die8-demo"
"""Tells a folder that an earlier demonstration made, which a new one may replace."""
_YEAR_ENDS_WITH = Quarter(2026, 3)


def run_demo(directory: Path, now: str | None) -> int:
    """Write the returns of four quarters into the inbox, take each quarter in on its day, and print the last report.

    Raises:
        UsageError: the folder holds something that is no earlier demonstration.
    """
    from flows.usage import UsageError

    home = Home(directory.absolute())
    mark = home.path / _MARK
    if mark.exists():
        shutil.rmtree(home.path)
    elif home.path.exists() and any(home.path.iterdir()):
        msg = f"{directory} is not empty: name a new folder"
        raise UsageError(msg)
    out = console()
    home.make()
    mark.touch()
    configuration = (files("flows") / "die8.toml").read_text(encoding="utf-8")
    replace(home.configuration, configuration.replace("fictional = false", "fictional = true").encode())
    settings = _without_waiting(load_settings(home.path))
    quarters = [_YEAR_ENDS_WITH.shifted(-back) for back in (3, 2, 1, 0)]
    out.print("[bold]A fictional year of the eight[/] – every figure is invented.\n")
    last_arrival = datetime.min.replace(tzinfo=UTC)
    for received_at, files_of_day in groupby(demo_year(quarters), key=lambda item: item.received_at):
        for delivery in files_of_day:
            _lay_down(home, delivery)
        result = _take_in(settings, received_at)
        out.print(f"{received_at:%d.%m.%Y}  {_said(result)}")
        last_arrival = received_at
    reported_at = instant(now) if now else last_arrival + timedelta(days=11)
    with Telling() as runner:
        report = run_report(settings, _YEAR_ENDS_WITH, reported_at, runner)
    out.print()
    for name in report.files:
        out.print(f"Report    {report.files[name]}", soft_wrap=True)
    out.print(f"Board     {home.board}", soft_wrap=True)
    out.print(f"Database  {home.published}", soft_wrap=True)
    out.print(f"Answers   {home.outbox}", soft_wrap=True)
    out.print(f"\nLook around: die8 --home {directory} status --quarter {_YEAR_ENDS_WITH}", soft_wrap=True)
    out.print(f'             die8 --home {directory} sql "from project"', soft_wrap=True)
    return 0


def _without_waiting(settings: Settings) -> Settings:
    """Take every file at once: who lays them down here is this program, and none of them grows any more."""
    configuration = settings.configuration
    at_once = structs.replace(configuration.collection, settle_seconds=0)
    return structs.replace(settings, configuration=structs.replace(configuration, collection=at_once))


def _lay_down(home: Home, delivery: DemoDelivery) -> None:
    """Put one file where its office leaves it: in the inbox, a folder per quarter."""
    folder = home.inbox / str(delivery.quarter)
    folder.mkdir(mode=0o750, exist_ok=True)
    (folder / delivery.file_name).write_bytes(delivery.content)


def _take_in(settings: Settings, received_at: datetime) -> IntakeResult:
    with Telling() as runner:
        return run_collection(settings, received_at, runner=runner)


def _said(result: IntakeResult) -> str:
    """Tell in a line what came on a day: whose return got which verdict, and what was passed over."""
    labels = code_lists()["verdict"]
    told = []
    for item in result.examined:
        org_code = item.checked.submission.org_code
        name = organisations()[org_code].name if org_code else item.delivery.name
        errors = sum(finding.is_error for finding in item.checked.findings)
        told.append(f"{name} {labels.label(item.checked.verdict)}{f' ({errors} Fehler)' if errors else ''}")
    told += [f"{item.name} übersprungen ({item.reason})" for item in result.passed]
    return ", ".join(told)
