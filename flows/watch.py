"""The watch over runs, outside Prefect: what was planned and did not happen is told, whoever should have started it.

`die8 up` asks in each of its turns; ``die8 up --health`` asks from outside, for a timer, a container or a monitor.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from flows.correspondence import Correspondence, in_words
from flows.due import is_due
from flows.runs import RUNNING, Runs
from flows.settings import Settings
from schemas.schedule import last_start
from warehouse.durable import replace

GRACE = timedelta(minutes=10)
"""So long a run may be late: the machine may be busy, or another run of its kind may last."""
HUNG_AFTER = timedelta(minutes=75)
"""No run lasts that long: each ends its work after an hour at most."""
_SILENT_AFTER = timedelta(minutes=3)
_PULSE = "up.pulse"


class Overlooked(Struct, frozen=True):
    """A run that should have begun and did not, or does not end."""

    name: str
    planned_at: datetime
    problem: str


class Pulse(Struct, frozen=True):
    """A sign of life of ``die8 up``: since when this installation is run by it, and when it last looked."""

    first_at: datetime
    seen_at: datetime
    pid: int


def beat(settings: Settings, now: datetime) -> None:
    """Give a sign of life."""
    before = pulse(settings)
    document = {
        "first_at": (before.first_at if before else now).isoformat(),
        "seen_at": now.isoformat(),
        "pid": os.getpid(),
    }
    settings.home.runs.mkdir(mode=0o750, parents=True, exist_ok=True)
    replace(settings.home.runs / _PULSE, json.dumps(document).encode())


def pulse(settings: Settings) -> Pulse | None:
    """The last sign of life; None when ``die8 up`` never ran here."""
    try:
        document = json.loads((settings.home.runs / _PULSE).read_bytes())
        seen = datetime.fromisoformat(document["seen_at"])
        return Pulse(datetime.fromisoformat(document["first_at"]), seen, int(document["pid"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def overlooked(settings: Settings, now: datetime) -> Iterator[Overlooked]:
    """Give the runs that were planned, have something to do, and have not begun; and those that do not end."""
    known = pulse(settings)
    if known is None:
        return
    last = Runs(settings.home.runs).last()
    for name, cron in settings.configuration.schedules.by_name().items():
        planned = last_start(cron, now - GRACE)
        run = last.get(name)
        has_begun = run is not None and run.begun >= planned
        if planned >= known.first_at and not has_begun and is_due(settings, name, planned):
            since = f"Der letzte begann am {in_words(run.begun)}." if run else "Es gab noch keinen."
            yield Overlooked(name, planned, since)
        if run is not None and run.outcome == RUNNING and now - run.begun > HUNG_AFTER:
            yield Overlooked(name, run.begun, "Er hat begonnen und endet nicht.")


def tell(settings: Settings, found: Overlooked, now: datetime) -> bool:
    """Tell the data team of an overlooked run, once; tells whether it was new."""
    return Correspondence(settings).tell_data_team(
        "note_missed",
        f"{found.name}_{found.planned_at.astimezone(UTC):%Y-%m-%dT%H%M}",
        now,
        lauf=found.name,
        zeit=in_words(found.planned_at),
        problem=found.problem,
    )


def check_health(settings: Settings, now: datetime) -> list[str]:
    """Say in German what is wrong with the running installation, and tell the data team; nothing when all is well."""
    known = pulse(settings)
    if known is None:
        return ["die8 up ist hier noch nie gelaufen."]
    problems = []
    missed = list(overlooked(settings, now))
    if now - known.seen_at > _SILENT_AFTER:
        problems.append(f"die8 up gibt seit {in_words(known.seen_at)} kein Lebenszeichen.")
        missed.append(Overlooked("up", known.seen_at, problems[0]))
    problems += [
        f"Lauf {item.name}, geplant {in_words(item.planned_at)}: {item.problem}" for item in missed if item.name != "up"
    ]
    told = [tell(settings, item, now) for item in missed]
    if any(told):
        Correspondence(settings).hand_over(now)
    return problems
