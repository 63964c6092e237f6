"""Erasure in the files of an installation beside archive and databases: answers, reports, lists, what lies about."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from flows.settings import Home
from transforms.traces import Datum
from warehouse.durable import replace, sync_folder

_SQLITE = b"SQLite format 3\x00"
_BESIDE_SQLITE = (".db-wal", ".db-shm", ".db-journal")
_RELEASE = "Ausgabe_"
_REPORT_SOURCES = (".md",)
"""Files among the reports that people write; the others are printed."""


class Handling(StrEnum):
    """What erasing does with a file."""

    REPLACED = "the words are replaced in it"
    REMOVED = "the file is removed"
    PRINTED_AGAIN = "the report is printed again without it"


class FilePlace(Struct, frozen=True):
    """A file that holds a datum, in its content or its name; ``built_at`` is that of the report it belongs to."""

    path: Path
    handling: Handling
    built_at: str | None = None


def files_with(home: Home, datum: Datum, submission_ids: set[str] | None = None) -> Iterator[FilePlace]:
    """Find the files that hold a datum; with ``submission_ids`` only receipts of those, and reports."""
    reports: set[Path] = set()
    databases: set[Path] = set()
    for path in _files(home):
        is_report = _is_printed(home, path)
        if submission_ids is not None and not is_report and path.stem.rpartition("_")[2] not in submission_ids:
            continue
        if not datum.count(path.name) and not _holds(path, datum):
            continue
        if is_report:
            reports.add(path.parent)
        elif path.name.endswith(_BESIDE_SQLITE):
            databases.add(path.with_name(path.name.rpartition("-")[0]))
        elif _is_sqlite(path):
            databases.add(path)
        else:
            yield FilePlace(path, _handling(home, path, datum))
    yield from (FilePlace(path, Handling.REPLACED) for path in sorted(databases))
    for folder in sorted(reports):
        yield from _report(home, folder, datum)


def _is_printed(home: Home, path: Path) -> bool:
    return path.is_relative_to(home.reports) and path.suffix not in _REPORT_SOURCES


def _report(home: Home, folder: Path, datum: Datum) -> Iterator[FilePlace]:
    """All that was printed of a report: the pages of a PDF cannot be searched, so that one file speaks for all.

    What was released is not printed again, which would be another report: its other files are kept without the datum.
    """
    is_released = folder.name.startswith(_RELEASE) or any(folder.glob(f"{_RELEASE}*"))
    built_at = None if is_released else _built_at(folder)
    for path in sorted(folder.iterdir()):
        if not path.is_file() or not _is_printed(home, path):
            continue
        if built_at is not None:
            yield FilePlace(path, Handling.PRINTED_AGAIN, built_at)
        elif path.suffix == ".pdf":
            yield FilePlace(path, Handling.REMOVED)
        elif _holds(path, datum):
            yield FilePlace(path, _handling(home, path, datum))


def erase_in_file(place: FilePlace, datum: Datum) -> None:
    """Do with a file what its place says; whatever it takes, the datum is not in it afterwards."""
    path = place.path
    if not path.exists():
        return
    if place.handling is Handling.REPLACED:
        if _is_sqlite(path):
            _erase_in_sqlite(path, datum)
            return
        written = datum.replaced_in(path.read_bytes())
        if written is not None:
            replace(path, written)
            return
    path.unlink()
    sync_folder(path.parent)


def _files(home: Home) -> Iterator[Path]:
    """Every file that is handled here: not the archive's own folders, and not what is written anew anyway."""
    own = [home.archive / name for name in ("content", "records", "digests")]
    anew = {home.warehouse, home.published, home.warehouse.with_name("warehouse.damaged.duckdb")}
    for path in sorted(home.path.rglob("*")):
        is_own = any(path.is_relative_to(folder) for folder in own) or path.is_relative_to(home.parquet)
        if path.is_file() and not path.is_symlink() and not is_own and path not in anew:
            yield path


def _handling(home: Home, path: Path, datum: Datum) -> Handling:
    # What lies where files are fetched must not change: changed, it would arrive as a new delivery.
    is_fetched = path.is_relative_to(home.inbox) or path.is_relative_to(home.parked)
    if is_fetched or datum.count(path.name) or datum.replaced_in(path.read_bytes()) is None:
        return Handling.REMOVED
    return Handling.REPLACED


def _holds(path: Path, datum: Datum) -> bool:
    try:
        return datum.is_in(path.read_bytes())
    except OSError:
        return False


def _built_at(folder: Path) -> str | None:
    """When a report was built, as its facts say; None for a folder that holds no report."""
    try:
        facts = json.loads((folder / "facts.json").read_bytes())
        return str(facts["report"]["built_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE


def _erase_in_sqlite(path: Path, datum: Datum) -> None:
    """Rewrite the texts of a SQLite database, such as Prefect's, and its file, so that no free page keeps them."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.create_function("erased", 1, lambda text: datum.without(text) if isinstance(text, str) else text)
        connection.execute("pragma secure_delete = on")
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            quoted = table.replace('"', '""')
            for _, column, *_ in connection.execute(f'pragma table_info("{quoted}")').fetchall():
                name = column.replace('"', '""')
                connection.execute(
                    f'update "{quoted}" set "{name}" = erased("{name}") '
                    f'where typeof("{name}") = \'text\' and erased("{name}") <> "{name}"'
                )
        connection.commit()
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
