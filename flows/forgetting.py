"""Retention: files past their time are replaced by their hash and what was read in them, without personal data."""

from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct, field

from flows.clock import local_day
from flows.examination import Readings
from flows.isolation import IsolatedReader
from flows.rebuilding import renew
from flows.settings import Settings
from flows.steps import PLAIN, Runner
from schemas.delivery import Delivery
from schemas.quarter import Quarter
from schemas.retention import Retention
from schemas.submission import Submission
from transforms.parsing.digest import amended, pack_submission, texts_of
from transforms.parsing.free_text import personal_passages, without_personal_data
from transforms.traces import ERASED, SHORTEST, Datum
from warehouse.archive import Archive, Archived, Damage
from warehouse.archive_records import Record
from warehouse.database import hold_warehouse
from warehouse.durable import replace as put_in_place
from warehouse.upkeep import Note, Upkeep, note_upkeep


class Due(Struct, frozen=True):
    """A file whose time is over: the first delivery of its bytes, and what was read in it."""

    delivery: Delivery
    submission: Submission


class ForgetResult(Struct):
    """What was, or with a dry run would be, forgotten, and what is kept longer than usual."""

    forgotten: list[Due] = field(default_factory=list)
    held: list[Due] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


def forget(settings: Settings, now: datetime, *, is_dry: bool, runner: Runner = PLAIN) -> ForgetResult:
    """Replace the files past their time, as die8.toml says, and renew the warehouse without what only they held.

    Of each there remain its hash, rows and findings, from which a rebuild arrives at the same tables. What rule C11
    takes for personal data in texts, the sender and the place where the file lay are removed as well, and the marked
    copies from the outbox. May be ended at any instant; the next run goes on.

    Raises:
        WarehouseBusyError: another run holds the warehouse.
    """
    settings.home.make()
    with hold_warehouse(settings.home.warehouse):
        archive = Archive(settings.home.archive)
        result = ForgetResult()
        with IsolatedReader() as reader:
            readings = Readings(reader)
            total = archive.count()
            for number, item in enumerate(archive.deliveries(), start=1):
                if isinstance(item, Damage):
                    result.damages.append(item)
                    continue
                runner.progress(number, total, item.delivery.name)
                _judge(item, readings, settings.configuration.retention, local_day(now), result)
        if not is_dry and result.forgotten:
            _carry_out(settings, archive, result, now, runner)
    return result


def _judge(item: Archived, readings: Readings, retention: Retention, today: date, result: ForgetResult) -> None:
    delivery = item.delivery
    # Nobody hands a quarter in before it is over: what came early enough need not be opened.
    newest_possible = Quarter.containing(local_day(delivery.received_at))
    if delivery.kept is not None or not retention.is_over(newest_possible.shifted(-1), today):
        return
    submission = readings.take(delivery)
    if not retention.is_over(submission.quarter or newest_possible.previous, today):
        return
    due = Due(delivery, submission)
    (result.held if retention.held(today) & set(_projects(submission)) else result.forgotten).append(due)


def _projects(submission: Submission) -> Iterator[str]:
    return (str(row.values["project_id"]) for row in submission.tables.get("project", ()))


def _carry_out(settings: Settings, archive: Archive, result: ForgetResult, now: datetime, runner: Runner) -> None:
    forgotten = {due.delivery.sha256 for due in result.forgotten}
    for due in result.forgotten:
        _clear_outbox(settings, due)
        archive.reduce(
            due.delivery.sha256, pack_submission(amended(due.submission, lambda _, text: _without_personal_data(text)))
        )
    archive.amend(lambda record: _without_origin(record) if record.sha256 in forgotten else record)
    renew(settings, runner)
    details = {"files": len(forgotten), "held": len(result.held)}
    note_upkeep(settings.home.archive, Note(Upkeep.FORGET, now, details))


def _without_personal_data(text: str) -> str:
    return without_personal_data(text, ERASED)


def _without_origin(record: Record) -> Record:
    return Record(
        record.sequence,
        record.sha256,
        record.size,
        _without_personal_data(record.name),
        record.channel,
        None,
        record.received_at,
        {},
    )


def _clear_outbox(settings: Settings, due: Due) -> None:
    """Remove the marked copy of the file and the letter that took it along, and from receipts what is personal.

    That it was answered stays.
    """
    passages = {
        text[start:end]
        for _, text in texts_of(due.submission)
        for start, end in personal_passages(text)
        if end - start >= SHORTEST
    }
    datum = Datum(tuple(passages)) if passages else None
    for letter in settings.home.letters.rglob(f"*_{due.delivery.submission_id}.eml"):
        letter.unlink()
    for path in settings.home.outbox.glob(f"*_{due.delivery.submission_id}.*"):
        if path.suffix == ".xlsx":
            path.unlink()
        elif datum is not None and datum.is_in(content := path.read_bytes()):
            put_in_place(path, datum.replaced_in(content) or b"")
