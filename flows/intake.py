"""Intake: take in what has arrived, and answer every sender.

The procedure may die at any instant. What was archived is the truth: the next run finds what is not in the warehouse
yet, what is not published yet and who has no answer yet, and goes on from there.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from flows.answering import duplicate_answers, name_of_duplicate, replies
from flows.clock import instant, local_day
from flows.collectors.arrivals import Arrival, Came, Passed, SourceError
from flows.examination import CELLS_KEPT, Examined, Memory, Readings, cycles_left_alone, examine, in_order, names_of
from flows.isolation import IsolatedReader, started_reader
from flows.outbox.folder import OutboxFolder
from flows.overview import renew_board
from flows.released import load_released
from flows.room import room_problem
from flows.settings import Settings
from flows.standing import standards_of
from flows.steps import PLAIN, Runner, step
from schemas.codes import code_lists
from schemas.delivery import Delivery, Kept
from schemas.findings import Severity, Verdict
from warehouse.archive import Archive, Archived
from warehouse.archive_records import Record
from warehouse.errors import WarehouseDamagedError
from warehouse.releases import ReleaseArchive

if TYPE_CHECKING:  # a file handed in by hand visits no source; what speaks to the database is imported beside reading
    from flows.sources import Sources
    from warehouse.database import Warehouse

_LOG = logging.getLogger(__name__)


class IntakeResult(Struct, frozen=True):
    """What one run did: every delivery that it judged, every file that it passed over, every source that failed."""

    examined: tuple[Examined, ...]
    passed: tuple[Passed, ...] = ()
    failed_sources: tuple[SourceError, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nobody has to do anything: no error, no warning, no refusal, no failed source."""
        return not self.failed_sources and all(
            (item.checked.verdict.is_loaded or item.checked.verdict is Verdict.DUPLICATE)
            and all(finding.severity is Severity.INFO for finding in item.checked.findings)
            for item in self.examined
        )


def run_collection(settings: Settings, now: datetime, only: str | None = None, runner: Runner = PLAIN) -> IntakeResult:
    """Take in all that lies at the configured sources; one broken source never holds up the others.

    All are visited at the same time; what has arrived is taken in while slow ones are still busy. What was taken is
    remembered when it lies in the archive, so a run that dies meanwhile is made up for by the next.
    """
    settings.home.make()
    _warn_of_little_room(settings)
    examined: list[Examined] = []
    passed: list[Passed] = []
    failed: list[SourceError] = []
    from flows.sources import Sources

    sources = Sources(settings, now, only)
    untouched = _own_templates(settings)
    with started_reader() as reader, sources.visited() as batches:
        is_first = True
        while (arrived := runner.run(fetch, batches)) or is_first:
            deliveries = [
                item
                for came in arrived
                if isinstance(came, Came)
                for item in came.deliveries
                if item.sha256 not in untouched
            ]
            if deliveries or is_first:  # the first also finishes what an interrupted run left
                examined += take_in(settings, deliveries, reader, runner)
            told = runner.run(remember, sources, arrived)
            passed += [item for item in told if isinstance(item, Passed)]
            failed += [item for item in told if isinstance(item, SourceError)]
            is_first = False
    result = IntakeResult(tuple(examined), tuple(passed), tuple(failed))
    if settings.configuration.mail.is_set_up:
        runner.run(send_post, settings, failed, now)
    runner.summary("intake", summary(result))
    return result


def _own_templates(settings: Settings) -> frozenset[str]:
    """What we laid into folders ourselves and nobody has touched yet: it is no return."""
    if not settings.home.invitations.exists():
        return frozenset()
    from flows.inviting import own_templates

    return own_templates(settings)


def run_intake(
    settings: Settings,
    deliveries: Sequence[Delivery],
    runner: Runner = PLAIN,
    *,
    running_reader: IsolatedReader | None = None,
) -> IntakeResult:
    """Take in what was handed in by hand; bytes that are known already are answered as duplicates.

    ``running_reader`` is one that was started already, if any.
    """
    settings.home.make()
    _warn_of_little_room(settings)
    with started_reader(running_reader) as reader:
        result = IntakeResult(take_in(settings, deliveries, reader, runner, tell_known=True))
    now = max((item.received_at for item in deliveries), default=instant(None))
    if settings.configuration.mail.is_set_up:
        runner.run(send_post, settings, [], now)
    runner.run(renew_board, settings, now)
    runner.summary("intake", summary(result))
    return result


def _warn_of_little_room(settings: Settings) -> None:
    problem = room_problem(settings.home)
    if problem is not None:
        _LOG.warning("%s", problem)


def take_in(
    settings: Settings,
    deliveries: Sequence[Delivery],
    reader: IsolatedReader,
    runner: Runner = PLAIN,
    *,
    tell_known: bool = False,
) -> tuple[Examined, ...]:
    """The procedure: archive, read and check, load, publish, answer.

    Deliveries that an interrupted run left in the archive are taken along. With ``tell_known`` a delivery that lies
    in the archive from the same channel under the same name is judged again, as a duplicate. A damaged warehouse is
    made anew from the archive first.
    """
    home = settings.home
    home.make()
    archive = Archive(home.archive)
    readings = Readings(reader, cells_kept=CELLS_KEPT)
    ordered = in_order(deliveries)
    stored: list[Archived] = []
    try:
        with ExitStack() as stack, ThreadPoolExecutor(1) as aside:
            # DuckDB needs its time to get ready and to read; the new arrivals are stored, read and parsed meanwhile.
            opened = aside.submit(lambda: stack.enter_context(_warehouse(home.warehouse)))
            stack.enter_context(cycles_left_alone())
            stored = runner.run(archive_deliveries, archive, ordered)
            if any(item.is_new for item in stored):
                aside.submit(lambda: opened.result().read_ahead())  # should it fail, so will whoever asks next
            runner.run(read_deliveries, readings, stored)
            told_again = stored if tell_known else _new_or_sent_again(stored, ordered)
            return _judge_and_answer(settings, opened.result(), told_again, readings, runner)
    except WarehouseDamagedError as error:
        runner.run(repair_warehouse, settings, error, stored)
    told_again = stored if tell_known else _new_or_sent_again(stored, ordered)
    with _warehouse(home.warehouse) as warehouse, cycles_left_alone():
        return _judge_and_answer(settings, warehouse, told_again, readings, runner)


def _warehouse(path: Path) -> AbstractContextManager["Warehouse"]:
    from warehouse.database import open_warehouse

    return open_warehouse(path)


def _new_or_sent_again(stored: Sequence[Archived], given: Sequence[Delivery]) -> list[Archived]:
    """Leave out what was only seen again. Who sends the same file in another mail is told that we have it."""
    found = []
    for item, delivery in zip(stored, given, strict=True):
        mails = [one.source.get("message_id") for one in (item.delivery, delivery)]
        if item.is_new:
            found.append(item)
        elif mails[0] != mails[1]:
            found.append(replace(item, delivery=delivery))
    return found


def _judge_and_answer(
    settings: Settings,
    warehouse: "Warehouse",
    stored: Sequence[Archived],
    readings: Readings,
    runner: Runner,
) -> tuple[Examined, ...]:
    """All steps behind the archive, for what was stored now and for what an interrupted run left there."""
    archive = Archive(settings.home.archive)
    batch = runner.run(find_waiting, archive, warehouse, stored, OutboxFolder(settings.home.outbox))
    done = 0

    def told(examined: Examined) -> None:
        nonlocal done
        done += 1
        runner.progress(done, len(batch), f"{examined.delivery.name}: {examined.checked.verdict}")

    examined = runner.run(examine_deliveries, batch, warehouse, readings, settings, told)
    runner.run(load, warehouse, examined, settings)
    runner.run(publish, warehouse, settings)
    runner.run(answer_senders, warehouse, archive, examined, readings, settings)
    runner.run(export, warehouse, settings)
    return examined


@step("fetch from sources")
def fetch(batches: Iterator[list[Arrival]]) -> list[Arrival]:
    """Wait for what arrives next at the sources; nothing when all are done. Each has its own patience and retries."""
    return next(batches, [])


@step("remember what was seen")
def remember(sources: "Sources", arrived: Sequence[Arrival]) -> list[Passed | SourceError]:
    """Note what the archive has now; gives what people are to be told: what was left, and which source failed."""
    return list(sources.remember(arrived))


@step("archive deliveries")
def archive_deliveries(archive: Archive, deliveries: Sequence[Delivery]) -> list[Archived]:
    """Store every delivery byte for byte before anything looks inside."""
    return archive.store(deliveries)


@step("read deliveries")
def read_deliveries(readings: Readings, stored: Sequence[Archived]) -> None:
    """Read what is new in processes of its own, and parse it; what cannot be read is told by its findings."""
    readings.begin(item.delivery for item in stored if item.is_new)
    readings.finish()


@step("repair the warehouse")
def repair_warehouse(settings: Settings, damage: WarehouseDamagedError, stored: Sequence[Archived]) -> None:
    """Set the damaged database aside and make it anew from the archive; what came with this run is judged after it."""
    from flows.rebuilding import repair

    _LOG.warning("%s is damaged (%s): it is set aside and made anew from the archive", damage.path, damage.reason)
    first_new = min((item.sequence for item in stored if item.is_new), default=None)
    result = repair(settings, damage.reason, before=first_new)
    _LOG.warning("%d deliveries replayed, %d of them damaged", result.replayed, len(result.damages))


@step("find what waits")
def find_waiting(
    archive: Archive, warehouse: "Warehouse", stored: Sequence[Archived], outbox: OutboxFolder
) -> list[Delivery]:
    """Give what is to be judged now, in the order of the archive: what came, and what an interrupted run left.

    Of a copy nothing is loaded: that an interrupted run left it shows in the outbox alone, where its answer is missing.
    """

    def is_answered(copy: Record) -> bool:
        return outbox.has_receipt(name_of_duplicate(copy.delivery(b"", Kept(copy.sha256, b""))))

    waiting = {item.sequence: item for item in (*archive.pending(warehouse.known_ids(), is_answered), *stored)}
    return [waiting[sequence].delivery for sequence in sorted(waiting)]


@step("check deliveries")
def examine_deliveries(
    batch: Sequence[Delivery],
    warehouse: "Warehouse",
    readings: Readings,
    settings: Settings,
    told: Callable[[Examined], None],
) -> tuple[Examined, ...]:
    """Judge each delivery with what was known before it."""
    if not batch:
        return ()
    memory = Memory(warehouse.histories(), warehouse.known(names_of(batch)))
    return tuple(examine(batch, readings, memory, standards_of(settings), told))


@step("load into the warehouse")
def load(warehouse: "Warehouse", examined: Sequence[Examined], settings: Settings) -> int:
    """Load what was judged in one transaction; duplicates change nothing. Gives the number of new submissions.

    A report that was released by a run that died is made up for.
    """
    fresh = [item for item in examined if item.checked.verdict is not Verdict.DUPLICATE]
    loaded = warehouse.load([(item.delivery, item.checked) for item in fresh])
    load_released(warehouse, ReleaseArchive(settings.home.archive))
    return loaded


@step("publish", retries=2, retry_delay_seconds=5)
def publish(warehouse: "Warehouse", settings: Settings) -> bool:
    """Swap in a new published file when it differs from the warehouse; tells whether it did."""
    warehouse.renew_calendar(settings.configuration.calendar)
    return warehouse.publish(settings.home.published)


@step("export Parquet", retries=2, retry_delay_seconds=5)
def export(warehouse: "Warehouse", settings: Settings) -> bool:
    """Write the published tables as Parquet when they changed; tells whether they did."""
    return warehouse.export_parquet(settings.home.parquet)


@step("answer senders", retries=2, retry_delay_seconds=5)
def answer_senders(
    warehouse: "Warehouse", archive: Archive, examined: Sequence[Examined], readings: Readings, settings: Settings
) -> int:
    """Lay an answer into the outbox for every delivery that has none, and into the mailbag where mail is set up.

    Gives how many were written.
    """
    post = None
    if settings.configuration.mail.is_set_up:
        from flows.correspondence import Correspondence

        post = Correspondence(settings).answer
    outbox = OutboxFolder(settings.home.outbox, post)
    answers = [*warehouse.answers(without=outbox.answered()), *duplicate_answers(examined)]
    return outbox.answer(replies(answers, archive, readings, settings.configuration.calendar))


@step("send letters")
def send_post(settings: Settings, failed: Sequence[SourceError], now: datetime) -> int:
    """Tell the data team of sources that fail, and hand over what waits; gives how many letters went out.

    A mail server that is away fails no run: the letters wait.
    """
    from flows.correspondence import Correspondence

    post = Correspondence(settings)
    for error in failed:
        about = f"{error.source}_{local_day(error.since or now)}"
        post.tell_data_team("note_source", about, now, quelle=error.source, problem=error.problem)
    done = post.hand_over(now)
    return len(done.sent) if done is not None else 0


def summary(result: IntakeResult) -> str:
    """Tell people in Markdown what a run did: a line per delivery, then what failed."""
    labels = code_lists()["verdict"]
    lines = [
        "# Intake",
        "",
        "| File | Organisation | Quarter | Verdict | Errors | Warnings |",
        "|---|---|---|---|---|---|",
    ]
    for item in result.examined:
        checked, submission = item.checked, item.checked.submission
        counts = [
            sum(found.severity is kind for found in checked.findings) for kind in (Severity.ERROR, Severity.WARNING)
        ]
        name = item.delivery.name.replace("|", "\\|")
        lines.append(
            f"| {name} | {submission.org_code or '–'} | {submission.quarter or '–'} "
            f"| {labels.label(checked.verdict)} | {counts[0]} | {counts[1]} |"
        )
    lines += [f"\n**{error}**" for error in result.failed_sources]
    return "\n".join(lines)
