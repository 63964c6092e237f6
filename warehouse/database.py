"""The warehouse: the writer's side of the database. One process at a time, all of it through `open_warehouse`."""

import errno
import fcntl
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import duckdb

from schemas.answer import Answer
from schemas.calendar import Calendar
from schemas.quarter import Quarter
from schemas.submission import HISTORY_QUARTERS, History
from warehouse.answering import read_answers
from warehouse.blank import bring_up_to_date, make_blank
from warehouse.chains import Judged
from warehouse.connection import MEMORY_LIMIT, attach_for_writing, connect_again, detach, give_back, open_for_reading
from warehouse.definitions import renew_calendar
from warehouse.durable import MODE, VolumeFullError, sync_folder
from warehouse.errors import (
    WarehouseBusyError,
    WarehouseDamagedError,
    WarehouseError,
    WarehouseMemoryError,
    WarehouseNewerError,
)
from warehouse.loading import instant_of, load_batch
from warehouse.migrations import MIGRATIONS, applied_version
from warehouse.publishing import export_tables, log_of, publish_file
from warehouse.remembering import Ahead, read_histories
from warehouse.reports import FrozenReport, load_reports
from warehouse.shape import CATALOGUES, REPORTS, versioned_tables

_NO_ROOM = ("No space left", "Disk quota exceeded", "File too large")
"""How the system's words for a full volume look in DuckDB's errors, of whatever kind those are."""

_DAMAGED = "Corrupt database file"
"""A block that is not what was written; DuckDB has several kinds of errors for it."""


@contextmanager
def open_warehouse(path: Path) -> Iterator["Warehouse"]:
    """Open the warehouse for this process alone; it is made, or brought to the present shape, when needed.

    Raises:
        WarehouseBusyError: another process has it open. Its end, even by SIGKILL, frees it.
        WarehouseDamagedError: the file cannot be read.
        WarehouseNewerError: a newer version of the program wrote it.
    """
    with hold_warehouse(path), open_held_warehouse(path) as warehouse:
        yield warehouse


@contextmanager
def hold_warehouse(path: Path) -> Iterator[None]:
    """Keep every other process from writing to the warehouse, which need not exist.

    Raises:
        WarehouseBusyError: another process holds it.
    """
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, MODE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WarehouseBusyError(path, _since(os.pread(descriptor, 64, 0))) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, datetime.now(UTC).isoformat(timespec="seconds").encode(), 0)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def open_held_warehouse(path: Path) -> Iterator["Warehouse"]:
    """Open the warehouse inside `hold_warehouse`; raises as `open_warehouse` does."""
    if not path.exists():
        with _told(path):
            make_blank(path)
    warehouse = Warehouse(path)
    try:
        yield warehouse
    except BaseException:
        warehouse.abandon()
        raise
    warehouse.close()


def move_warehouse(source: Path, target: Path) -> None:
    """Put a closed warehouse in the place of another, which is held; the other is lost."""
    if log_of(source).exists():
        msg = f"{source} was not closed properly"
        raise WarehouseError(msg)
    log_of(target).unlink(missing_ok=True)
    source.replace(target)
    sync_folder(target.parent)


def set_aside(path: Path) -> Path | None:
    """Move a held warehouse that cannot be read away, as ``<name>.damaged.duckdb``, for whoever wants to know why.

    One that was set aside before is lost: it is derived from the archive like all of them. Gives the new path, None
    when there was no warehouse.
    """
    if not path.exists():
        return None
    away = path.with_name(f"{path.stem}.damaged{path.suffix}")
    log_of(path).unlink(missing_ok=True)  # it is of no use without its file, and would spoil the next one
    path.replace(away)
    sync_folder(path.parent)
    return away


def discard(path: Path) -> None:
    """Remove a warehouse that nobody has open, with all that lies beside it; it need not exist."""
    for part in (path, log_of(path), path.with_name(f"{path.name}.lock")):
        part.unlink(missing_ok=True)


class Warehouse:
    """An open warehouse. Use `open_warehouse`; its methods may be called from any thread, one at a time.

    Instants are in UTC. A DuckDB failure is a `WarehouseError`, a full disk a `VolumeFullError`; what was being loaded
    is then not loaded at all.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._remembering = Lock()
        self._histories: dict[str, History] | None = None
        """As they were when they were asked for last, unless something was loaded since."""
        self._is_attached = False
        self._has_failed = False
        """Whether anything went wrong: the connection is not for anybody else then."""
        self._connection = connect_again()
        try:
            with _told(path):
                self._attach()
                self._bring_up_to_date()
        except BaseException:
            self._connection.close()
            raise

    def known_ids(self) -> frozenset[str]:
        """The ids of all submissions that were loaded, whatever their verdict."""
        with self._using() as connection:
            found = connection.execute("select submission_id from history.submission").fetchall()
        return frozenset(identity for (identity,) in found)

    def known(self, submission_ids: Collection[str]) -> dict[str, datetime]:
        """When those of the submissions that are known already were received."""
        if not submission_ids:
            return {}
        with self._using() as connection:
            found = connection.execute(
                "select submission_id, epoch_us(received_at) from history.submission "
                "where list_contains(?, submission_id)",
                [list(submission_ids)],
            ).fetchall()
        return {identity: instant_of(microseconds) for identity, microseconds in found}

    def histories(self) -> dict[str, History]:
        """What is known of each organisation that has an accepted return: rows are read when they are looked at.

        To be used while the warehouse is open. What is loaded meanwhile does not change it.
        """
        with self._remembering, _told(self._path):
            if self._histories is None:
                self._histories = read_histories(self._ask)
            return dict(self._histories)

    def read_ahead(self) -> None:
        """Read now, while other things are done, what a return of the newest quarter will be compared with."""
        with self._remembering, _told(self._path):
            self._histories = read_histories(self._ask, Ahead.NEWEST)

    def load(self, batch: Sequence[Judged]) -> int:
        """Load what is new of the batch, in its order, in one transaction; gives how many submissions were new.

        Bytes that are known change nothing. An accepted return supersedes the version before it; a rejected, draft
        or unassigned one is kept with its findings and never counts.

        Raises:
            GateError: a row breaks the contract, a mistake of this program. Nothing was loaded.
            StaleCheckError: something was checked against a version that does not count any more. Nothing was loaded.
        """
        if not batch:
            return 0
        with self._remembering:
            self._histories = None
        with self._using() as connection:
            return load_batch(connection, batch)

    def load_reports(self, reports: Sequence[FrozenReport]) -> int:
        """Load what is not known of these released reports, in one transaction; gives how many that were."""
        if not reports:
            return 0
        with self._using() as connection:
            return load_reports(connection, reports)

    def known_reports(self) -> frozenset[str]:
        """The ids of the released reports that were loaded."""
        with self._using() as connection:
            return frozenset(name for (name,) in connection.execute("select report_id from main.report").fetchall())

    def submissions_behind(self, quarter: Quarter) -> tuple[str, ...]:
        """The ids of the submissions that count now and that a report on the quarter is made from, by receipt."""
        with self._using() as connection:
            found = connection.execute(
                "select submission_id from main.submission where report_quarter between ? and ? "
                "or report_quarter is null order by recorded_at, submission_id",
                [str(quarter.shifted(-HISTORY_QUARTERS)), str(quarter)],
            ).fetchall()
        return tuple(identity for (identity,) in found)

    def last_receipt(self, quarter: Quarter) -> datetime | None:
        """When the last file for a quarter was received, whatever became of it."""
        with self._using() as connection:
            [[microseconds]] = connection.execute(
                "select epoch_us(max(received_at)) from history.submission where report_quarter = ?", [str(quarter)]
            ).fetchall()
        return None if microseconds is None else instant_of(microseconds)

    def answers(self, without: Collection[str] = ()) -> list[Answer]:
        """What to tell the senders of all deliveries but those named, in the order of their receipt."""
        with self._using() as connection:
            return read_answers(connection, without)

    def renew_calendar(self, calendar: Calendar) -> None:
        """Let ``main.calendar`` tell the days that the configuration says; nothing is written when it does so already.

        Until then it tells the usual ones.
        """
        with self._using() as connection:
            renew_calendar(connection, calendar)

    def publish(self, published: Path) -> bool:
        """Swap in what the warehouse holds for readers; tells whether that changed the published file.

        Raises:
            OSError: the disk is full or broken; readers still have the old file.
        """
        with self._using():
            self._detach()
            return publish_file(self._path, published)

    def export_parquet(self, folder: Path) -> bool:
        """Write each table of schema main as ``<table>.parquet``; tells whether anything had changed since."""
        with self._using() as connection:
            [[submissions, catalogues, reports, definitions]] = connection.execute(
                "select list((submission_id, superseded_at) order by submission_id)::varchar, "
                "(select (list(o order by o), (select list(k order by k) from main.kpi as k))::varchar "
                "from main.organisation as o), "
                "(select list(report_id order by report_id)::varchar from main.report), "
                "(select list(sha256 order by part)::varchar from history.definition) from history.submission"
            ).fetchall()
            states = {
                **dict.fromkeys(versioned_tables(), f"{submissions} {definitions}"),
                **dict.fromkeys(CATALOGUES, f"{catalogues} {definitions}"),
                **dict.fromkeys(REPORTS, f"{reports} {definitions}"),
            }
            return export_tables(connection, states, folder)

    def close(self) -> None:
        """Write everything into the file and let go of it."""
        with self._lock:
            try:
                with _told(self._path):
                    self._detach()
            except BaseException:
                self._connection.close()
                raise
            if self._has_failed:
                self._connection.close()
            else:
                give_back(self._connection)

    def abandon(self) -> None:
        """Let go of the file after a failure; what is not in it yet stands in its log, which the next opening reads."""
        with suppress(duckdb.Error):
            self._connection.close()

    def _ask(self, query: str, parameters: Sequence[object]) -> list[tuple[object, ...]]:
        with self._using() as connection:
            return connection.execute(query, list(parameters)).fetchall()

    @contextmanager
    def _using(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock, _told(self._path):
            self._attach()
            try:
                yield self._connection
            except BaseException:
                self._has_failed = True
                raise

    def _attach(self) -> None:
        if not self._is_attached:
            attach_for_writing(self._connection, self._path)
            self._is_attached = True

    def _detach(self) -> None:
        if self._is_attached:
            self._is_attached = False
            detach(self._connection)

    def _bring_up_to_date(self) -> None:
        version = applied_version(self._connection)
        if version > MIGRATIONS[-1].version:
            raise WarehouseNewerError(self._path, version)
        bring_up_to_date(self._connection)


def published_histories(published: Path) -> dict[str, History]:
    """What is known of each organisation according to a published file."""
    with open_for_reading(published, is_plain=True) as connection:
        return read_histories(
            lambda query, parameters: connection.execute(query, list(parameters)).fetchall(), Ahead.ALL
        )


def _since(text: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(text.decode())
    except ValueError:
        return None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what DuckDB raises into what callers know."""
    try:
        yield
    except duckdb.Error as error:
        raise _translated(path, error) from error


def _translated(path: Path, error: duckdb.Error) -> Exception:
    """Say in our words what DuckDB says in its own; first a full disk, after which DuckDB calls all else broken too."""
    text = str(error)
    if any(sign in text for sign in _NO_ROOM):
        # The warehouse, its log or a checkpoint beside it, and then the published copy.
        return VolumeFullError(path, 2 * path.stat().st_size if path.exists() else None)
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseMemoryError(path, MEMORY_LIMIT)
    if "Input/output error" in text:
        return OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    if _DAMAGED in text or isinstance(
        error, (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException)
    ):
        if "Could not set lock" in text:
            return WarehouseBusyError(path, None)
        return WarehouseDamagedError(path, text.splitlines()[0])
    return WarehouseError(f"{path}: {text}")
