"""Where a figure comes from, and what a cell leads to: the facts of a report, the warehouse and the archive asked."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from msgspec import Struct

from flows.isolation import IsolatedReader
from flows.published import assert_current
from flows.settings import Settings
from flows.usage import UsageError
from schemas.editions import Edition
from schemas.facts import Source
from schemas.findings import Finding
from schemas.place import Place
from schemas.quarter import Quarter
from transforms.workbook.cell_texts import cell_texts
from warehouse.archive import Archive
from warehouse.lineage import HeldFile, Location, files_called, locate

_MOST_NAMED = 12
"""So many figures are offered when a text stands for several."""


class Printed(Struct, frozen=True, dict=True):
    """The facts of one report as its facts.json says them."""

    quarter: Quarter
    document: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path, quarter: Quarter) -> Self:
        """Read a facts.json."""
        return cls(quarter, json.loads(path.read_bytes(), parse_float=Decimal))

    @property
    def release_no(self) -> int | None:
        """The number of the release; None for a draft."""
        number = self.document["report"].get("release_no")
        return int(number) if number is not None else None

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Any]]:
        """The figures by id."""
        found: Mapping[str, Mapping[str, Any]] = self.document["figures"]
        return found

    def sources(self, figure_id: str) -> list[Source]:
        """The sources of a figure."""
        order = self.document["source_fields"]
        return [Source(**dict(zip(order, values, strict=True))) for values in self.figures[figure_id]["sources"]]


class Origin(Struct, frozen=True):
    """One value behind a figure with the text of its cell; None when the file is not kept any more."""

    location: Location
    raw: str | None


class FigureTrace(Struct, frozen=True):
    """A figure, its rule, and every value behind it."""

    report: Printed
    figure_id: str
    origins: tuple[Origin, ...]

    @property
    def figure(self) -> Mapping[str, Any]:
        """Value, unit, text, missing and rule, as facts.json has them."""
        return self.report.figures[self.figure_id]


class CellTrace(Struct, frozen=True):
    """A cell of a submitted file with the figures that it feeds, by report."""

    file: HeldFile
    cell: str
    raw: str | None
    location: Location | None
    """What was read from it, as far as a figure asks for it."""
    fed: tuple[tuple[Printed, str], ...]


def trace_figure(settings: Settings, wanted: str, quarter: Quarter | None, edition: Edition) -> FigureTrace:
    """Lead a figure of a report, the latest if no quarter is named, to the cells behind it.

    ``wanted`` is its id, or its printed text or value where only one figure has that.

    Raises:
        UsageError: there is no such report or figure, or several figures say that.
    """
    report = next(_reports(settings, quarter, edition))
    figure_id = find_figure(report, wanted)
    locations = locate(settings.home.published, report.sources(figure_id))
    raw = _raw_texts(settings, locations)
    return FigureTrace(
        report,
        figure_id,
        tuple(Origin(item, raw.get((item.sha256, item.cell or ""))) for item in locations),
    )


def trace_cell(settings: Settings, file: str, cell: str, quarter: Quarter | None, edition: Edition) -> CellTrace:
    """Lead a cell of a submitted file to the figures that it feeds, in all reports or in that of a quarter.

    ``file`` is a file's name, path or SHA-256.

    Raises:
        UsageError: no or several submissions are called that, the cell is none, or there is no report.
    """
    try:
        place = str(Place.parse(cell))
    except ValueError as error:
        raise UsageError(str(error)) from None
    held = _held_file(settings, file)
    reports = list(_reports(settings, quarter, edition))
    fed: list[tuple[Printed, str]] = []
    found: Location | None = None
    for report in reports:
        all_sources = (source for name in report.figures for source in report.sources(name))
        of_file = dict.fromkeys(source for source in all_sources if source.submission_id == held.submission_id)
        here = {item.source: item for item in locate(settings.home.published, list(of_file)) if item.cell == place}
        if here:
            found = next(iter(here.values()))
            fed += [(report, name) for name in report.figures if not here.keys().isdisjoint(report.sources(name))]
    raw = _read_cells(settings, {held.sha256: ({place}, held.file_name)})
    return CellTrace(held, place, raw.get((held.sha256, place)), found, tuple(fed))


def find_figure(report: Printed, wanted: str) -> str:
    """Find the one figure that is called so, or that prints or is this.

    Raises:
        UsageError: none or several; the text names what may be meant.
    """
    if wanted in report.figures:
        return wanted
    text, number = _plain(wanted), _number(wanted)
    alike = [
        name
        for name, figure in report.figures.items()
        if _plain(figure["text"]) == text or (number is not None and _is(figure["value"], number))
    ]
    match alike:
        case [only]:
            return only
        case []:
            near = [name for name in report.figures if wanted in name] or get_close_matches(wanted, report.figures)
            offer = f"; do you mean {_some(near)}?" if near else ""
            msg = f"no figure of the report on {report.quarter} is called, prints or is „{wanted}“{offer}"
            raise UsageError(msg)
        case _:
            msg = f"{len(alike)} figures of the report on {report.quarter} are „{wanted}“: name one of {_some(alike)}"
            raise UsageError(msg)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2212", "-").split())


def _number(text: str) -> Decimal | None:
    """Read a number as facts.json or as people write it."""
    plain = _plain(text)
    for written in (plain, plain.replace(".", "").replace(",", ".")):
        try:
            return Decimal(written)
        except InvalidOperation:
            continue
    return None


def _is(value: object, number: Decimal) -> bool:
    return isinstance(value, (int, Decimal)) and Decimal(value) == number


def _reports(settings: Settings, quarter: Quarter | None, edition: Edition) -> Iterator[Printed]:
    """Read the reports that lie there, the latest first.

    Raises:
        UsageError: there is none.
    """
    assert_current(settings)
    folder = settings.home.reports
    names = [str(quarter)] if quarter else sorted((path.name for path in folder.glob("????-Q?")), reverse=True)
    quarters = [Quarter.parse(name) for name in names]
    paths = [(of, folder / str(of) / edition.file_name(of, "json")) for of in quarters]
    present = [(of, path) for of, path in paths if path.exists()]
    if not present:
        which = str(quarter) if quarter else "YYYY-Qn"
        msg = f"no report lies in {folder / which}: make it with `die8 report --quarter {which}`"
        raise UsageError(msg)
    for of, path in present:
        yield Printed.read(path, of)


def _held_file(settings: Settings, file: str) -> HeldFile:
    assert_current(settings)
    path = Path(file)
    name = sha256(path.read_bytes()).hexdigest() if path.is_file() else path.name
    found = files_called(settings.home.published, name)
    if not found:
        msg = f"no submission is called {file}, nor has its content or hash"
        raise UsageError(msg)
    if len(found) > 1:
        which = ", ".join(f"{item.submission_id} ({item.org_code} {item.report_quarter})" for item in found)
        msg = f"{len(found)} submissions are called {file}: name one of {which}"
        raise UsageError(msg)
    return found[0]


def _raw_texts(settings: Settings, locations: Iterable[Location]) -> dict[tuple[str, str], str]:
    wanted: dict[str, tuple[set[str], str]] = {}
    for item in locations:
        if item.cell:
            wanted.setdefault(item.sha256, (set(), item.file_name))[0].add(item.cell)
    return _read_cells(settings, wanted)


def _read_cells(settings: Settings, wanted: Mapping[str, tuple[set[str], str]]) -> dict[tuple[str, str], str]:
    """Read cells of archived files again, by hash and cell; what is not kept or cannot be read is left out.

    Their texts are not stored: a hundred thousand of them would be read once in years.
    """
    archive = Archive(settings.home.archive)
    kept = {
        digest: (content, name, cells)
        for digest, (cells, name) in wanted.items()
        if (content := archive.content(digest)) is not None
    }
    if not kept:
        return {}
    texts: dict[tuple[str, str], str] = {}
    with IsolatedReader() as reader:
        read = reader.read_many((content, name) for content, name, _ in kept.values())
        for (digest, (_, _, cells)), workbook in zip(kept.items(), read, strict=True):
            if not isinstance(workbook, Finding):
                texts |= {(digest, cell): text for cell, text in cell_texts(workbook, cells).items()}
    return texts
