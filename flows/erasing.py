"""Erasure: a personal datum is removed from everything that an installation keeps, and nothing else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from flows.erasing_files import FilePlace, erase_in_file, files_with
from flows.examination import parsed
from flows.isolation import IsolatedReader
from flows.rebuilding import renew
from flows.released import reseal_releases
from flows.settings import Settings, load_settings
from flows.steps import PLAIN, Runner
from schemas.configuration import ConfigurationError
from schemas.delivery import Delivery
from schemas.quarter import Quarter
from schemas.sources import FolderSource
from schemas.submission import Submission
from schemas.workbook import RawWorkbook
from transforms.parsing.digest import FINDING, amended, pack_submission, texts_of, unpack_submission
from transforms.traces import Datum
from warehouse.archive import Archive, Archived, Damage
from warehouse.archive_records import Record
from warehouse.database import hold_warehouse
from warehouse.errors import QueryError
from warehouse.searching import stored_texts
from warehouse.upkeep import Detail, Note, Upkeep, note_upkeep

_ELSEWHERE = "elsewhere in the file"
"""Where a return has no field: another sheet, a comment, the author."""


class Request(Struct, frozen=True):
    """What is to be erased. ``fields``, such as ``project.status_reason``, limit it to returns that have it there."""

    datum: Datum
    fields: frozenset[str] = frozenset()
    reason: str = ""

    def amend(self, place: str, text: str) -> str:
        """The text of a place of a return as it is to be."""
        is_meant = not self.fields or place in self.fields or place == FINDING
        return self.datum.without(text) if is_meant else text


class Places(Struct):
    """Everywhere that a datum was found."""

    deliveries: dict[str, tuple[Delivery, Submission, Counter[str]]] = field(default_factory=dict)
    """By hash: what arrived with it, as it was read, and how often each of its fields holds it."""
    damaged: list[Damage] = field(default_factory=list)
    """Damaged contents, and such without a record, that hold it."""
    records: list[Record] = field(default_factory=list)
    databases: dict[Path, Counter[str]] = field(default_factory=dict)
    files: list[FilePlace] = field(default_factory=list)
    elsewhere: list[Path] = field(default_factory=list)
    """Files at sources outside the installation, which is never changed: to be removed there by hand."""

    @property
    def count(self) -> int:
        """How many places there are within the installation."""
        return sum(map(len, (self.deliveries, self.damaged, self.records, self.databases, self.files)))


def look_for(settings: Settings, request: Request, runner: Runner = PLAIN) -> Places:
    """Find a datum in everything that is kept, and change nothing."""
    places = Places()
    archive = Archive(settings.home.archive)
    with IsolatedReader() as reader:
        total = archive.count()
        for number, item in enumerate(archive.deliveries(), start=1):
            if isinstance(item, Archived):
                _look_into(item, request, reader, places)
                runner.progress(min(number, total), total, item.delivery.name)
            elif _holds(item.path, request.datum):
                places.damaged.append(item)
    if not request.fields:
        places.records += [item for item in archive.records() if isinstance(item, Record) and _in_record(item, request)]
    for path in (settings.home.warehouse, settings.home.published):
        found = _in_database(path, request) if path.exists() else None
        if found:
            places.databases[path] = found
    touched = {sha256[:16] for sha256 in places.deliveries} if request.fields else None
    places.files += files_with(settings.home, request.datum, touched)
    places.elsewhere += _at_sources(settings, request.datum)
    return places


def _look_into(item: Archived, request: Request, reader: IsolatedReader, places: Places) -> None:
    delivery, datum = item.delivery, request.datum
    if delivery.sha256 in places.deliveries:
        return
    if delivery.kept is not None:
        submission = unpack_submission(delivery.kept.digest)
    else:
        read = reader.read(delivery.content, delivery.name)
        if not (isinstance(read, RawWorkbook) and _is_in_cells(read, datum)) and not datum.is_in(delivery.content):
            return
        submission = parsed(read, delivery.name)
    found = Counter[str]()
    for name, text in texts_of(submission):
        if not request.fields or name in request.fields:
            found[name] += datum.count(text)
    found = +found
    if not found and not request.fields and delivery.kept is None:
        found[_ELSEWHERE] = 1
    if found:
        places.deliveries[delivery.sha256] = (delivery, submission, found)


def _is_in_cells(workbook: RawWorkbook, datum: Datum) -> bool:
    """Whether a file holds it where bytes may not show it, as in the old binary formats."""
    texts = [*workbook.authors, *workbook.external_links, *workbook.defined_names, *workbook.defined_names.values()]
    for sheet in workbook.sheets:
        texts += [sheet.name, *(cell.value for cell in sheet.cells if isinstance(cell.value, str))]
    return datum.count("\n".join(texts)) > 0


def _in_record(record: Record, request: Request) -> bool:
    return any(map(request.datum.count, (record.name, record.sender or "", *record.source, *record.source.values())))


def _in_database(path: Path, request: Request) -> Counter[str]:
    found = Counter[str]()
    with suppress(QueryError):  # one that is damaged is looked for as bytes, and made anew
        for column, text, rows in stored_texts(path):
            if not request.fields or column.partition(".")[2] in request.fields:
                found[column] += rows if request.datum.count(text) else 0
        return +found
    return Counter({"a damaged file": 1}) if request.datum.is_in(path.read_bytes()) else found


def _holds(path: Path, datum: Datum) -> bool:
    try:
        return datum.is_in(path.read_bytes())
    except OSError:
        return False


def _at_sources(settings: Settings, datum: Datum) -> Iterator[Path]:
    for source in settings.configuration.sources:
        if not isinstance(source, FolderSource):
            continue
        folder = settings.home.path / source.path
        if folder.is_relative_to(settings.home.path):
            continue  # is part of the installation: its files are among the others
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (datum.count(path.name) or _holds(path, datum)):
                yield path


def erase(settings: Settings, request: Request, places: Places, now: datetime, runner: Runner = PLAIN) -> Places:
    """Erase what was found, renew what is derived from it, look again, and note in the archive that it was done.

    Of each file that held it there remain its hash and the return that was read in it, without the datum. The
    warehouse, what is published and the reports concerned are written anew. Gives what is still found: nothing, or
    what only a person can remove. May be ended at any instant; the same again goes on.

    Raises:
        WarehouseBusyError: another run holds the warehouse.
    """
    home, datum = settings.home, request.datum
    with hold_warehouse(home.warehouse):
        archive = Archive(home.archive)
        for sha256, (_, submission, _) in places.deliveries.items():
            archive.reduce(sha256, pack_submission(amended(submission, request.amend)))
        archive.amend(lambda record: _amended_record(record, request))
        for damage in places.damaged:
            archive.drop(damage)
        for place in places.files:
            erase_in_file(place, datum)
        reseal_releases(home, {place.path for place in places.files})
        home.warehouse.with_name("warehouse.damaged.duckdb").unlink(missing_ok=True)
        settings = _with_amended_configuration(settings)
        renew(settings, runner)
        details: dict[str, Detail] = {
            "reason": datum.without(request.reason),
            "files_in_archive": len(places.deliveries),
            "records": len(places.records),
            "other_files": len(places.files),
            "fields": sorted(request.fields),
        }
        note_upkeep(home.archive, Note(Upkeep.ERASE, now, details))
    _print_again(settings, places)
    return look_for(settings, request, runner)


def _amended_record(record: Record, request: Request) -> Record:
    if request.fields:
        return record
    amend = request.datum.without
    return Record(
        record.sequence,
        record.sha256,
        record.size,
        amend(record.name),
        record.channel,
        record.sender if record.sender is None or amend(record.sender) == record.sender else None,
        record.received_at,
        {name: text for name, text in record.source.items() if amend(name) == name and amend(text) == text},
    )


def _with_amended_configuration(settings: Settings) -> Settings:
    """Read die8.toml again, which may have held the datum, such as in the reason of a waiver."""
    try:
        return load_settings(settings.home.path)
    except ConfigurationError:
        return settings


def _print_again(settings: Settings, places: Places) -> None:
    from flows.reporting import run_report

    for folder, built_at in sorted({(place.path.parent, place.built_at) for place in places.files if place.built_at}):
        quarter = folder.relative_to(settings.home.reports).parts[0]
        run_report(settings, Quarter.parse(quarter), datetime.fromisoformat(built_at or ""))
