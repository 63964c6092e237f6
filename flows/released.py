"""Released reports: from the archive into the warehouse, and their files in the reports folder."""

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from flows.settings import Home
from schemas.release import Release
from warehouse.durable import replace
from warehouse.releases import ReleaseArchive

if TYPE_CHECKING:  # a draft is printed without the writer's side of the database
    from warehouse.database import Warehouse

READ_ONLY = 0o440
"""Nobody writes to a released file by mistake."""


def load_released(warehouse: "Warehouse", archive: ReleaseArchive) -> int:
    """Load the released reports that the warehouse does not know; gives how many those were.

    A report whose frozen facts are damaged is left out: `ReleaseArchive.damages` names it.
    """
    releases = archive.releases()
    if not releases:
        return 0
    from warehouse.reports import FrozenReport

    known = warehouse.known_reports()
    found = ((release, archive.facts(release)) for release in releases if release.report_id not in known)
    return warehouse.load_reports([FrozenReport(release, facts) for release, facts in found if facts is not None])


def folder_of(reports: Path, release: Release) -> Path:
    """Where the files of one release lie, for good."""
    return reports / str(release.quarter) / f"Ausgabe_{release.number}"


def put_in_place(reports: Path, release: Release) -> dict[str, Path]:
    """Let the quarter's pinned names hold the files of a release; changes nothing where they do already."""
    folder = reports / str(release.quarter)
    placed: dict[str, Path] = {}
    for file in release.files:
        target, source = folder / file.name, folder_of(reports, release) / file.name
        if not has_content(target, file.sha256) and has_content(source, file.sha256):
            replace(target, source.read_bytes())
            target.chmod(READ_ONLY)
        placed[file.name] = target
    return placed


def reseal_releases(home: Home, changed: Collection[Path]) -> None:
    """Have the records of releases say what their files hold, after an erasure has changed or removed some of them."""
    archive = ReleaseArchive(home.archive)
    for release in archive.releases():
        folder = folder_of(home.reports, release)
        facts = archive.facts_path(release)
        if facts in changed or any(path.parent == folder for path in changed):
            files = [
                structs.replace(file, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
                for file in release.files
                if (content := _content(folder / file.name)) is not None
            ]
            archive.reseal(release, files)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def has_content(path: Path, sha256: str) -> bool:
    """Whether a file is there and has this hash."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False
