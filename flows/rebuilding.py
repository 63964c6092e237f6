"""The warehouse made anew from the archive alone."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from flows.examination import Memory, Readings, cycles_left_alone, examine, names_of
from flows.isolation import IsolatedReader
from flows.published import publish_all
from flows.released import load_released
from flows.settings import Settings
from flows.standing import standards_of
from flows.steps import PLAIN, Runner
from schemas.delivery import Delivery
from warehouse.age import is_older
from warehouse.archive import Archive, Archived, Damage
from warehouse.comparison import Difference, differences
from warehouse.database import (
    discard,
    hold_warehouse,
    move_warehouse,
    open_held_warehouse,
    open_warehouse,
    set_aside,
)
from warehouse.durable import replace
from warehouse.errors import QueryError
from warehouse.publishing import log_of
from warehouse.releases import ReleaseArchive
from warehouse.upkeep import Note, Upkeep, note_upkeep

if TYPE_CHECKING:
    from flows.remaking import ChangedReport

BATCH = 64
"""Deliveries that are loaded in one transaction: enough to spare commits, few enough to keep memory small."""


class RebuildResult(Struct):
    """What a rebuild found: how much it replayed, what of the archive is damaged, what differs from before."""

    replayed: int = 0
    damages: list[Damage] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """The databases that were there and could not be read, and why."""
    compared_with: Path | None = None
    """The database that the rebuilt one was compared with; None when there was none."""
    differences: list[Difference] = field(default_factory=list)
    reports: int = 0
    """How many released reports were made again."""
    changed_reports: "list[ChangedReport]" = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether the archive is sound, and the rebuilt tables and released reports are those that were there."""
        return not (self.damages or self.unreadable or self.differences or self.changed_reports)


def rebuild(settings: Settings, *, only_compare: bool, runner: Runner = PLAIN) -> RebuildResult:
    """Replay the archive into a new warehouse beside the present one, compare, swap it in and publish it.

    With ``only_compare`` nothing is changed, and the released reports are made again, too. Compared is with the
    warehouse, or, when that is gone or damaged, with what is published. Damaged pieces of the archive are left out and
    named; the rest is rebuilt all the same. Reports, receipts and the archive's contents are not touched; that and how
    it ended is noted in the archive.

    Raises:
        WarehouseBusyError: another run holds the warehouse.
    """
    settings.home.make()
    with hold_warehouse(settings.home.warehouse):
        return _rebuild_held(settings, Upkeep.VERIFY if only_compare else Upkeep.REBUILD, runner)


def repair(settings: Settings, reason: str, *, before: int | None = None, runner: Runner = PLAIN) -> RebuildResult:
    """Set a damaged warehouse aside, as ``warehouse.damaged.duckdb``, and make it anew from the archive.

    With ``before`` only from what was archived before that number: the rest is left for the run that found the damage.

    Raises:
        WarehouseBusyError: another run holds the warehouse.
    """
    with hold_warehouse(settings.home.warehouse):
        set_aside(settings.home.warehouse)
        return _rebuild_held(settings, Upkeep.REPAIR, runner, before=before, reason=reason)


def renew(settings: Settings, runner: Runner = PLAIN) -> RebuildResult:
    """Make the warehouse anew inside `hold_warehouse`, after the archive was changed, and publish it.

    New files are written: nothing of what the old ones held is left in them.
    """
    return _rebuild_held(settings, Upkeep.REBUILD, runner)


def _rebuild_held(
    settings: Settings, kind: Upkeep, runner: Runner, *, before: int | None = None, reason: str | None = None
) -> RebuildResult:
    home, started = settings.home, time.monotonic()
    result = RebuildResult()
    beside = home.warehouse.with_name("rebuilt.duckdb")
    discard(beside)
    try:
        _replay(settings, beside, result, runner, before)
        _compare(beside, (home.warehouse, home.published), result)
        if kind is Upkeep.VERIFY:
            from flows.remaking import check_reports  # intake, which may repair, makes no report

            releases = ReleaseArchive(home.archive)
            result.reports = len(releases.releases())
            result.changed_reports = check_reports(beside, releases, home.reports)
        else:
            move_warehouse(beside, home.warehouse)
            with open_held_warehouse(home.warehouse) as warehouse:
                publish_all(warehouse, settings)
    finally:
        discard(beside)
    details = {
        "deliveries": result.replayed,
        "seconds": round(time.monotonic() - started),
        "damaged": len(result.damages),
        "differing_tables": len(result.differences),
        "changed_reports": len(result.changed_reports),
        "is_equal": result.is_equal,
    }
    note_upkeep(
        home.archive, Note(kind, datetime.now(UTC), details if reason is None else {**details, "reason": reason})
    )
    return result


def _compare(rebuilt: Path, candidates: Iterable[Path], result: RebuildResult) -> None:
    """Compare with the first of the candidates that can be read."""
    for path in candidates:
        if not path.exists():
            continue
        try:
            with _of_this_version(path) as compared:
                result.differences = differences(compared, rebuilt)
        except QueryError as error:
            result.unreadable.append(str(error).splitlines()[0])
            continue
        result.compared_with = path
        return


@contextmanager
def _of_this_version(path: Path) -> Iterator[Path]:
    """The database, or a copy that was brought up to date where an older version of the program wrote it."""
    if not is_older(path):
        yield path
        return
    copy = path.with_name("compared.duckdb")
    try:
        replace(copy, path.read_bytes())
        if log_of(path).exists():
            replace(log_of(copy), log_of(path).read_bytes())
        with open_warehouse(copy):
            pass
        yield copy
    finally:
        discard(copy)


def _replay(settings: Settings, target: Path, result: RebuildResult, runner: Runner, before: int | None) -> None:
    archive = Archive(settings.home.archive)
    total = archive.count()
    standards = standards_of(settings)
    replayed = takewhile(
        lambda item: before is None or item.sequence is None or item.sequence < before, archive.deliveries()
    )
    with open_warehouse(target) as warehouse, IsolatedReader() as reader, cycles_left_alone():
        readings = Readings(reader)
        for batch in _read_ahead(_batches(replayed, result), readings):
            memory = Memory(warehouse.histories(), warehouse.known(names_of(batch)))
            examined = list(examine(batch, readings, memory, standards))
            warehouse.load([(item.delivery, item.checked) for item in examined])
            result.replayed += len(batch)
            runner.progress(result.replayed, total, batch[-1].name)
        releases = ReleaseArchive(settings.home.archive)
        result.damages += releases.damages()
        load_released(warehouse, releases)


def _read_ahead(batches: Iterable[list[Delivery]], readings: Readings) -> Iterator[list[Delivery]]:
    """Give the batches one by one; the next is being read while one is judged and loaded."""
    seen: set[str] = set()
    waiting: list[Delivery] | None = None
    for batch in batches:
        readings.begin(item for item in batch if item.submission_id not in seen)
        seen.update(item.submission_id for item in batch)
        if waiting is not None:
            yield waiting
        waiting = batch
    if waiting is not None:
        yield waiting


def _batches(replayed: Iterable[Archived | Damage], result: RebuildResult) -> Iterator[list[Delivery]]:
    """Group what can be replayed; what is damaged goes into the result."""
    sound = _sound(replayed, result)
    while batch := list(islice(sound, BATCH)):
        yield batch


def _sound(replayed: Iterable[Archived | Damage], result: RebuildResult) -> Iterator[Delivery]:
    for item in replayed:
        if isinstance(item, Damage):
            result.damages.append(item)
        else:
            yield item.delivery
