"""Released reports in the archive: the facts as frozen, and a record of what was released when, from which returns.

Folder ``releases`` of the archive, append-only: ``<report>.facts.json`` first, then ``<report>.json``; whatever has a
record is complete. The tables of released reports are derived from here, as all others from the deliveries.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from schemas.quarter import Quarter
from schemas.release import Release, ReleasedFile
from warehouse.archive import Damage
from warehouse.durable import replace as put_in_place
from warehouse.durable import sweep, sync_folder, write_unnamed

_FACTS = ".facts.json"


class ReleaseArchive:
    """The released reports of an archive; the folder is made by the first release."""

    def __init__(self, archive: Path) -> None:
        self._folder = archive / "releases"

    def store(self, release: Release, facts: bytes) -> Release:
        """Freeze a report, durably when the call returns; gives it back with its sequence number.

        Raises:
            ValueError: the quarter has a release of this number already, or the facts are not those of the release.
            OSError: the disk is full or broken; nothing was released.
        """
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        with self._alone():
            release = replace(release, sequence=max((known.sequence for known in self.releases()), default=0) + 1)
            record = self._folder / f"{release.report_id}.json"
            if record.exists() or release.facts_sha256 != hashlib.sha256(facts).hexdigest():
                msg = f"{record} exists already, or its facts are others"
                raise ValueError(msg)
            for path, content in ((self.facts_path(release), facts), (record, _as_json(release))):
                write_unnamed(path, content).replace(path)
                sync_folder(self._folder)
        return release

    def releases(self) -> tuple[Release, ...]:
        """All releases in the order in which they were made; a damaged record is left out (`damages` names it)."""
        found = [item for item in self._records() if isinstance(item, Release)]
        return tuple(sorted(found, key=lambda release: release.sequence))

    def facts(self, release: Release) -> bytes | None:
        """The facts as they were frozen; None when they are not there or not what was frozen."""
        try:
            content = self.facts_path(release).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == release.facts_sha256 else None

    def damages(self) -> list[Damage]:
        """Everything that is wrong here; reads all of it."""
        damages: list[Damage] = []
        belonging: set[str] = set()
        for item in self._records():
            if isinstance(item, Damage):
                damages.append(item)
                continue
            belonging |= {f"{item.report_id}.json", self.facts_path(item).name}
            if self.facts(item) is None:
                damages.append(Damage(self.facts_path(item), f"the facts of {item.report_id} are not as frozen"))
        named = {damage.path.name for damage in damages}
        strangers = [path for path in self._paths() if path.name not in belonging | named]
        return damages + [
            Damage(path, "this file belongs to no release", is_stranger=True)
            for path in strangers
            if not path.name.startswith(".")
        ]

    def reseal(self, release: Release, files: Sequence[ReleasedFile]) -> None:
        """Write the record of a release anew for the facts and files as they are now; only for an erasure."""
        facts = self.facts_path(release).read_bytes()
        resealed = replace(release, facts_sha256=hashlib.sha256(facts).hexdigest(), files=tuple(files))
        with self._alone():
            put_in_place(self._folder / f"{release.report_id}.json", _as_json(resealed))

    def facts_path(self, release: Release) -> Path:
        """Where the frozen facts of a release lie."""
        return self._folder / f"{release.report_id}{_FACTS}"

    def _paths(self) -> list[Path]:
        try:
            return sorted(self._folder.iterdir())
        except FileNotFoundError:
            return []

    def _records(self) -> Iterator[Release | Damage]:
        for path in self._paths():
            if path.suffix != ".json" or path.name.endswith(_FACTS) or path.name.startswith("."):
                continue
            try:
                release = _parsed(path.read_bytes())
                if path.stem != release.report_id:
                    yield Damage(path, f"it calls itself {release.report_id}")
                    continue
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                yield Damage(path, f"the record cannot be read ({error})")
            else:
                yield release

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            sweep(self._folder)
            yield
        finally:
            os.close(descriptor)


def _as_json(release: Release) -> bytes:
    fields = {
        "quarter": str(release.quarter),
        "number": release.number,
        "sequence": release.sequence,
        "released_at": release.released_at.astimezone(UTC).isoformat(),
        "reason": release.reason,
        "facts_sha256": release.facts_sha256,
        "files": [
            {"name": file.name, "edition": file.edition, "sha256": file.sha256, "size": file.size}
            for file in release.files
        ],
        "submissions": list(release.submission_ids),
    }
    return json.dumps(fields, ensure_ascii=False, indent=1).encode()


def _parsed(content: bytes) -> Release:
    fields = json.loads(content)
    released_at = datetime.fromisoformat(fields["released_at"])
    if released_at.tzinfo is None:
        msg = "its time of release has no time zone"
        raise ValueError(msg)
    return Release(
        Quarter.parse(fields["quarter"]),
        int(fields["number"]),
        released_at,
        str(fields["facts_sha256"]),
        tuple(
            ReleasedFile(str(file["name"]), str(file["edition"]), str(file["sha256"]), int(file["size"]))
            for file in fields["files"]
        ),
        tuple(str(identity) for identity in fields["submissions"]),
        None if fields["reason"] is None else str(fields["reason"]),
        int(fields["sequence"]),
    )
