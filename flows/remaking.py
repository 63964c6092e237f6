"""Released reports made again from a rebuilt warehouse: their figures must come out as they were frozen."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from flows.past import read_past
from flows.released import folder_of, has_content
from schemas.release import Release
from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds
from transforms.report.facts import build_facts, facts_json
from warehouse.reading import read_tables_of
from warehouse.releases import ReleaseArchive

_MOST_NAMED = 5
_COMPARED = ("value", "unit", "missing", "sources")
"""Of a figure; how it is printed and explained may improve with the program."""


class ChangedReport(Struct, frozen=True):
    """How a released report differs: figures that come out otherwise, files that are not what was released."""

    report_id: str
    figures: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """Say it in a line."""
        said = []
        if self.figures:
            more = f" and {len(self.figures) - _MOST_NAMED} more" if len(self.figures) > _MOST_NAMED else ""
            said.append(f"figures come out otherwise: {', '.join(self.figures[:_MOST_NAMED])}{more}")
        said += [f"{path} is missing or not what was released" for path in self.files]
        return f"report {self.report_id}: {'; '.join(said)}"


def check_reports(rebuilt: Path, archive: ReleaseArchive, reports: Path) -> list[ChangedReport]:
    """Make each released report again from what was known when it was released, and name what differs.

    A release whose frozen facts are damaged is left out; `ReleaseArchive.damages` names it. Figures that only today's
    program knows are no difference.
    """
    changed: list[ChangedReport] = []
    before: list[Release] = []
    for release in archive.releases():
        frozen = archive.facts(release)
        if frozen is not None:
            document = json.loads(frozen, parse_float=Decimal)
            figures = tuple(_differing(document["figures"], _made_again(rebuilt, release, before, document["report"])))
            files = tuple(
                path
                for file in release.files
                if not has_content(path := folder_of(reports, release) / file.name, file.sha256)
            )
            if figures or files:
                changed.append(ChangedReport(release.report_id, figures, files))
        before.append(release)
    return changed


def _made_again(
    rebuilt: Path, release: Release, before: Sequence[Release], report: Mapping[str, Any]
) -> Mapping[str, Mapping[str, Any]]:
    """Work out the figures by the circumstances that the frozen report names."""
    tables = read_tables_of(rebuilt, release.submission_ids)
    built_at = datetime.fromisoformat(report["built_at"])
    past = read_past(rebuilt, before, release.quarter, built_at, tables)
    facts = build_facts(
        tables,
        release.quarter,
        built_at=built_at,
        meeting_on=date.fromisoformat(report["meeting_on"]) if report["meeting_on"] else None,
        is_fictional=report["is_fictional"],
        thresholds=_thresholds(report["thresholds"]),
        release_no=release.number,
        expected=[item["org_code"] for item in report["delivery"]["organisations"] if item["is_counted"]],
        seen=past.tables,
        comparison=past.comparison,
    )
    again: Mapping[str, Mapping[str, Any]] = json.loads(facts_json(facts), parse_float=Decimal)["figures"]
    return again


def _thresholds(given: Mapping[str, Any]) -> Thresholds:
    """Take the thresholds as frozen; one that is newer than the report has its default."""
    known = asdict(DEFAULT_THRESHOLDS)
    return Thresholds(**{name: type(default)(given.get(name, default)) for name, default in known.items()})


def _differing(frozen: Mapping[str, Mapping[str, Any]], again: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, figure in frozen.items():
        other = again.get(name)
        if other is None or any(figure[part] != other[part] for part in _COMPARED):
            yield name
