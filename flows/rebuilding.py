"""The warehouse made anew from the archive alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from flows.examination import Memory, Readings, examine
from flows.isolation import IsolatedReader
from flows.settings import Settings
from flows.steps import PLAIN, Runner
from schemas.delivery import Delivery
from warehouse.archive import Archive, Archived, Damage
from warehouse.comparison import Difference, differences
from warehouse.database import discard, hold_warehouse, move_warehouse, open_held_warehouse, open_warehouse

BATCH = 64
"""Deliveries that are loaded in one transaction: enough to spare commits, few enough to keep memory small."""


@dataclass(slots=True)
class RebuildResult:
    """What a rebuild found: how much it replayed, what of the archive is damaged, what differs from before."""

    replayed: int = 0
    damages: list[Damage] = field(default_factory=list)
    compared_with: Path | None = None
    """The database that the rebuilt one was compared with; None when there was none."""
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether the archive is sound and the rebuilt tables are those that were there."""
        return not self.damages and not self.differences


def rebuild(settings: Settings, *, only_compare: bool, runner: Runner = PLAIN) -> RebuildResult:
    """Replay the archive into a new warehouse beside the present one, compare, swap it in and publish it.

    With ``only_compare`` nothing is changed. Compared is with the warehouse, or, when that is gone, with what is
    published. Damaged pieces of the archive are left out and named; the rest is rebuilt all the same. Reports, receipts
    and the archive itself are not touched.

    Raises:
        WarehouseBusyError: another run holds the warehouse.
    """
    home = settings.home
    home.make()
    result = RebuildResult()
    beside = home.warehouse.with_name("rebuilt.duckdb")
    with hold_warehouse(home.warehouse):
        discard(beside)
        try:
            _replay(settings, beside, result, runner)
            result.compared_with = next((path for path in (home.warehouse, home.published) if path.exists()), None)
            if result.compared_with is not None:
                result.differences = differences(result.compared_with, beside)
            if not only_compare:
                move_warehouse(beside, home.warehouse)
                with open_held_warehouse(home.warehouse) as warehouse:
                    warehouse.publish(home.published)
                    warehouse.export_parquet(home.parquet)
        finally:
            discard(beside)
    return result


def _replay(settings: Settings, target: Path, result: RebuildResult, runner: Runner) -> None:
    archive = Archive(settings.home.archive)
    total = archive.count()
    with open_warehouse(target) as warehouse, IsolatedReader() as reader:
        readings = Readings(reader)
        for batch in _batches(archive.deliveries(), result):
            memory = Memory(warehouse.histories(), warehouse.known([item.submission_id for item in batch]))
            examined = list(examine(batch, readings, memory, settings.configuration.standards))
            warehouse.load([(item.delivery, item.checked) for item in examined])
            result.replayed += len(batch)
            runner.progress(result.replayed, total, batch[-1].name)


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
