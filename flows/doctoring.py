"""The health of an installation: everything that runs rely on is looked at, nothing is changed."""

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from msgspec import Struct

from flows.collectors.opening import probe
from flows.room import room_problem, room_wanted
from flows.settings import Home, Settings, load_settings
from flows.steps import PLAIN, Runner
from schemas.configuration import Configuration, ConfigurationError
from warehouse.archive import Archive, Archived, Damage
from warehouse.connection import STORAGE_VERSION
from warehouse.durable import megabytes, volume_of
from warehouse.health import WarehouseState, state_of
from warehouse.publishing import log_of
from warehouse.releases import ReleaseArchive
from warehouse.upkeep import Upkeep, last_upkeep

_VERIFIED_WITHIN = timedelta(days=31)
_PACKAGES = ("duckdb", "polars", "python-calamine", "typst", "prefect")
_OF_DAMAGE = "restore this file from a backup, or have it handed in again"
_OF_STRANGER = "move it out of the archive; a content whose record was lost needs that from a backup, or comes again"
_MOST_DAMAGES_TOLD = 20


class State(StrEnum):
    """How a thing is."""

    SOUND = "sound"
    WARNING = "warning"
    """Works, and wants a look."""
    BROKEN = "broken"
    """Does not work, or has lost something."""


class Check(Struct, frozen=True):
    """One thing that was looked at; ``remedy`` is empty when it is sound."""

    subject: str
    state: State
    found: str
    remedy: str = ""


def examine_installation(home: Path, now: datetime, runner: Runner = PLAIN) -> Iterator[Check]:
    """Look at everything, one thing after the other; what one cannot be told of does not stop the others."""
    settings, configured = _configuration(home)
    yield _versions()
    yield configured
    if not settings.home.path.exists():
        remedy = "name the right one with --home or DIE8_HOME, or make it with `die8 init`"
        yield Check("home", State.BROKEN, f"{settings.home.path} does not exist", remedy)
        return
    yield _disk(settings.home)
    known: frozenset[str] | None = None
    if settings.home.warehouse.exists():
        warehouse = state_of(settings.home.warehouse)
        known = warehouse.known_ids
        yield _warehouse(settings.home, warehouse)
    else:
        yield Check("warehouse", State.WARNING, "there is none yet", "hand in returns, or run `die8 rebuild`")
    yield from _archive(settings.home, known, runner)
    yield from _published(settings.home)
    yield from _sources(settings)
    yield _mail(settings)
    yield _upkeep(settings.home, now)


def _configuration(home: Path) -> tuple[Settings, Check]:
    try:
        settings = load_settings(home)
    except ConfigurationError as error:
        settings = Settings(Home(home.absolute()), Configuration())
        return settings, Check("configuration", State.BROKEN, str(error), "correct die8.toml; the defaults hold below")
    if settings.home.configuration.exists():
        return settings, Check("configuration", State.SOUND, f"{settings.home.configuration.name} is valid")
    return settings, Check("configuration", State.SOUND, "no die8.toml: the defaults hold")


def _versions() -> Check:
    found = [f"Python {platform.python_version()}"]
    for package in ("die8", *_PACKAGES):
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            remedy = f"install {package}: `make install`"
            return Check("versions", State.BROKEN, f"{package} is not installed", remedy)
    return Check("versions", State.SOUND, f"{', '.join(found)}; files readable from DuckDB {STORAGE_VERSION}")


def _disk(home: Home) -> Check:
    if not os.access(home.path, os.W_OK):
        return Check("disk", State.BROKEN, f"{home.path} cannot be written to", "grant the right to this user")
    found = f"{megabytes(shutil.disk_usage(home.path).free)} free on {volume_of(home.path)}"
    if room_problem(home) is not None:
        remedy = f"make room: a run should find {megabytes(room_wanted(home))}"
        return Check("disk", State.WARNING, found, remedy)
    return Check("disk", State.SOUND, found)


def _warehouse(home: Home, state: WarehouseState) -> Check:
    if state.is_busy:
        return Check("warehouse", State.WARNING, "a run is at work on it", "look again when it has ended")
    if state.problem:
        remedy = "the next run makes it anew from the archive; `die8 rebuild` does so now"
        return Check("warehouse", State.BROKEN, state.problem, remedy)
    if state.contradictions:
        return _contradicted("warehouse", state)
    found = f"{state.rows:,} rows in {state.tables} tables, every block read, {megabytes(state.size)}"
    if state.has_log:
        return Check("warehouse", State.WARNING, f"{found}; a run ended in the middle", "the next run completes it")
    if home.published.exists() and home.published.read_bytes() != home.warehouse.read_bytes():
        return Check("warehouse", State.WARNING, f"{found}; newer than what is published", "`die8 collect` publishes")
    return Check("warehouse", State.SOUND, found)


def _contradicted(subject: str, state: WarehouseState) -> Check:
    found = f"it contradicts itself: not true is that {'; '.join(state.contradictions)}"
    return Check(subject, State.BROKEN, found, "`die8 rebuild` makes it anew from the archive")


def _archive(home: Home, known: frozenset[str] | None, runner: Runner) -> Iterator[Check]:
    if not home.archive.exists():
        yield Check("archive", State.WARNING, "there is none yet", "hand in returns with `die8 submit` or `collect`")
        return
    archive = Archive(home.archive)
    total, sound, reduced = archive.count(), 0, 0
    damages: list[Damage] = []
    waiting: set[str] = set()
    for item in archive.deliveries():
        if isinstance(item, Archived):
            sound, reduced = sound + 1, reduced + (item.delivery.kept is not None)
            if known is not None and item.delivery.submission_id not in known:
                waiting.add(item.delivery.name)
            runner.progress(sound + len(damages), max(total, sound + len(damages)), item.delivery.name)
        else:
            damages.append(item)
    damages += ReleaseArchive(home.archive).damages()
    yield Check(
        "archive", State.SOUND, f"{sound} of {total} deliveries are as they were received, {reduced} as digests"
    )
    for damage in damages[:_MOST_DAMAGES_TOLD]:
        yield Check("archive", State.BROKEN, str(damage), _OF_STRANGER if damage.is_stranger else _OF_DAMAGE)
    if len(damages) > _MOST_DAMAGES_TOLD:
        yield Check("archive", State.BROKEN, f"and {len(damages) - _MOST_DAMAGES_TOLD} more", "restore from a backup")
    if waiting:
        yield Check("archive", State.WARNING, f"{len(waiting)} deliveries are not loaded yet", "run `die8 collect`")


def _published(home: Home) -> Iterator[Check]:
    if not home.published.exists():
        yield Check("published file", State.WARNING, "there is none", "the next run publishes: `die8 collect`")
        return
    if log_of(home.published).exists():
        found = f"{log_of(home.published).name} lies beside it, so that nobody can open it"
        yield Check("published file", State.BROKEN, found, "the next run removes it: `die8 collect`")
        return
    state = state_of(home.published)
    if state.problem or state.is_busy:
        found = state.problem or "somebody has opened it for writing"
        yield Check("published file", State.BROKEN, found, "`die8 rebuild` publishes anew")
        return
    if state.contradictions:
        yield _contradicted("published file", state)
        return
    mode = home.published.stat().st_mode & 0o777
    if mode & 0o022:
        found = f"others than its owner may write to it (mode {mode:o})"
        yield Check("published file", State.WARNING, found, f"chmod 640 {home.published}")
        return
    yield Check("published file", State.SOUND, f"readable, {state.rows:,} rows, {megabytes(state.size)}")


def _sources(settings: Settings) -> Iterator[Check]:
    for source in settings.configuration.sources:
        subject = f"source {source.name}"
        problem = _told(partial(probe, source, settings.home.path, settings.configuration.collection))
        if problem:
            yield Check(subject, State.BROKEN, problem, "correct it in die8.toml or at the source")
        else:
            yield Check(subject, State.SOUND, f"{source.kind}, can be read")


def _mail(settings: Settings) -> Check:
    from flows.outbox.smtp import problem_of

    server = settings.configuration.mail
    if not server.is_set_up:
        return Check("mail", State.SOUND, "none is set up: letters lie in outbox/letters/by-hand")
    problem = _told(partial(problem_of, server))
    if problem:
        return Check("mail", State.BROKEN, problem, "correct [mail] in die8.toml, or have the server mended")
    return Check("mail", State.SOUND, f"{server.host}:{server.port} lets us in")


def _told(ask: Callable[[], str | None]) -> str | None:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - told as what was found; the other checks go on
        return f"{type(error).__name__}: {error}"


def _upkeep(home: Home, now: datetime) -> Check:
    remedy = "run `die8 rebuild --verify`: it proves that the archive gives the same tables"
    with suppress(OSError):
        note = last_upkeep(home.archive, Upkeep.REBUILD, Upkeep.VERIFY, Upkeep.REPAIR)
        if note is not None:
            found = f"last {note.kind} on {note.at:%Y-%m-%d %H:%M} UTC, {note.details.get('deliveries')} deliveries"
            if note.kind is Upkeep.VERIFY and not note.details.get("is_equal"):
                return Check("rebuild", State.BROKEN, f"{found}: the tables differed", remedy)
            if now - note.at > _VERIFIED_WITHIN:
                return Check("rebuild", State.WARNING, found, remedy)
            return Check("rebuild", State.SOUND, found)
    return Check("rebuild", State.WARNING, "never rebuilt or verified", remedy)
