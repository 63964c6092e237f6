"""The report of a quarter: figures from the published database, pages into the reports folder."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from flows.drawing import Draughtsman, draughtsman
from flows.published import assert_current
from flows.released import put_in_place
from flows.settings import Settings
from flows.steps import PLAIN, Runner, step
from schemas.codes import organisations, the_eight
from schemas.configuration import ConfigurationError
from schemas.editions import ENDINGS, FACTS, Edition, full_edition
from schemas.quarter import Quarter
from schemas.release import latest_release
from warehouse.connection import kept_open
from warehouse.durable import replace
from warehouse.releases import ReleaseArchive

if TYPE_CHECKING:  # Polars is imported by the steps that need it
    import polars as pl

    from flows.past import Past
    from schemas.facts import Editorial, ReportFacts

DRAFT = "Entwurf"
"""Folder, and end of the names, of drafts of a report that was released already."""


class Wanted(Struct, frozen=True):
    """Which report is to be made: of a quarter as of an instant, in an edition; without a number it is a draft.

    ``endings`` say as what kinds of file.
    """

    quarter: Quarter
    now: datetime
    edition: Edition
    release_no: int | None = None
    endings: Sequence[str] = ENDINGS


class MadeReport(Struct, frozen=True):
    """A report of one edition before it lies anywhere."""

    edition: Edition
    facts: bytes
    """The content of its facts.json, which is among its files, too."""
    files: Mapping[str, bytes]
    """By pinned name."""
    missing: tuple[str, ...]


class ReportResult(Struct, frozen=True):
    """Where the report lies, and who is missing in it."""

    quarter: Quarter
    edition: Edition
    files: Mapping[str, Path]
    missing: tuple[str, ...]
    """Codes of the expected organisations without an accepted return."""
    release_no: int | None = None
    """The number of the release; None for a draft."""


def run_report(  # noqa: PLR0913  # each is a thing of its own that a report depends on
    settings: Settings,
    quarter: Quarter,
    now: datetime,
    runner: Runner = PLAIN,
    *,
    edition: Edition | None = None,
    endings: Sequence[str] = ENDINGS,
    artist: Draughtsman | None = None,
) -> ReportResult:
    """Build a draft of a quarter's report from what is published, and write it, in its full edition or the given one.

    ``artist`` draws the charts where one has been started already.

    The same published data and the same ``now`` give the same bytes. The report is always produced: an organisation
    that did not deliver is named in it. An older draft is replaced only when the new one is complete; a released
    report is never replaced: beside it a draft has names and a folder of its own.

    Raises:
        NothingPublishedError: nothing has been published yet.
    """
    with kept_open(settings.home.published):
        assert_current(settings)
        made = make_report(settings, Wanted(quarter, now, edition or full_edition(), endings=endings), runner, artist)
    folder = settings.home.reports / str(quarter)
    contents = made.files
    released = latest_release(ReleaseArchive(settings.home.archive).releases(), quarter)
    if released is not None:
        put_in_place(settings.home.reports, released)
        folder /= DRAFT
        contents = {_name_of_draft(name): content for name, content in made.files.items()}
    files = runner.run(write_report, folder, contents)
    runner.progress(3, 3, "report written")
    runner.summary(f"report-{quarter}", summary(quarter, files, made.missing))
    return ReportResult(quarter, made.edition, files, made.missing)


def make_report(
    settings: Settings, wanted: Wanted, runner: Runner, running_artist: Draughtsman | None = None
) -> MadeReport:
    """Work out the facts of one edition from what is published, and make every output of them."""
    quarter, edition = wanted.quarter, wanted.edition
    with draughtsman(running_artist) as artist:
        tables = runner.run(read_figures, settings.home.published, quarter)
        past = runner.run(read_past, settings, wanted, tables)
        runner.progress(1, 3, "figures read")
        facts = runner.run(assemble, tables, past, wanted, settings)
        printed = runner.run(print_outputs, facts, wanted.endings, artist.draw, logo_of(settings))
        runner.progress(2, 3, "pages printed")
    files = {edition.file_name(quarter, ending): content for ending, content in printed.items()}
    return MadeReport(edition, printed[FACTS], files, missing_organisations(tables, quarter, settings))


@step("read figures", retries=2, retry_delay_seconds=5)
def read_figures(published: Path, quarter: Quarter) -> "dict[str, pl.DataFrame]":
    """Read the quarter and the eight before it from the published database."""
    from warehouse.reading import read_tables

    return read_tables(published, quarter)


@step("read what was seen", retries=2, retry_delay_seconds=5)
def read_past(settings: Settings, wanted: Wanted, tables: "Mapping[str, pl.DataFrame]") -> "Past":
    """Read the state that the committee saw when it dealt with the quarter before."""
    from flows.past import read_past as read

    releases = ReleaseArchive(settings.home.archive).releases()
    return read(settings.home.published, releases, wanted.quarter, wanted.now, tables)


@step("assemble facts")
def assemble(tables: "Mapping[str, pl.DataFrame]", past: "Past", wanted: Wanted, settings: Settings) -> "ReportFacts":
    """Work out every figure and sentence of an edition; what it may not show is left out before."""
    from transforms.report.facts import build_facts

    return build_facts(
        tables,
        wanted.quarter,
        built_at=wanted.now,
        meeting_on=settings.configuration.calendar.meeting_for(wanted.quarter),
        is_fictional=settings.configuration.report.fictional,
        thresholds=settings.configuration.thresholds,
        edition=wanted.edition,
        release_no=wanted.release_no,
        expected=settings.configuration.expected,
        seen=past.tables,
        comparison=past.comparison,
        editorial=editorial_of(settings.home.reports, wanted),
    )


def editorial_of(reports: Path, wanted: Wanted) -> "Editorial":
    """Read what the department wrote for an edition: ``vorwort.md`` in the folder of the quarter.

    Another edition than the full one has a file of its own, ``vorwort_<edition>.md``: what is written for the
    committee may name what others must not see.

    Raises:
        ConfigurationError: the file has not the form that docs/vorwort.md describes; with file, line and remedy.
    """
    edition = wanted.edition
    file = reports / str(wanted.quarter) / ("vorwort.md" if edition.is_full else f"vorwort_{edition.key}.md")
    if not file.exists():
        from schemas.facts import NOTHING_WRITTEN

        return NOTHING_WRITTEN
    from transforms.report.editorial import read_editorial

    return read_editorial(file.read_text(encoding="utf-8"), str(file))


@step("print pages", timeout_seconds=120)
def print_outputs(
    facts: "ReportFacts", endings: Sequence[str], draw_spec: Callable[[dict[str, Any]], str], logo: str | None = None
) -> dict[str, bytes]:
    """Make the report's files from the same facts, by ending."""
    from transforms.report.outputs.making import make_outputs

    return make_outputs(facts, endings, draw_spec, logo)


def logo_of(settings: Settings) -> str | None:
    """Read the logo that the configuration names, if it names one.

    Raises:
        ConfigurationError: the file is missing, or is no SVG.
    """
    name = settings.configuration.report.logo
    if not name:
        return None
    file = settings.home.path / name
    content = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if "<svg" not in content:
        msg = f"{settings.home.configuration}: report.logo: {file} is no SVG file. Name one, or leave the line out."
        raise ConfigurationError(msg)
    return content


@step("write report", retries=2, retry_delay_seconds=5)
def write_report(folder: Path, contents: Mapping[str, bytes]) -> dict[str, Path]:
    """Write the files of a report, each whole or not at all."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for name, content in contents.items():
        replace(folder / name, content)
    return {name: folder / name for name in contents}


def missing_organisations(
    tables: "Mapping[str, pl.DataFrame]", quarter: Quarter, settings: Settings
) -> tuple[str, ...]:
    """The expected organisations without an accepted return for the quarter, in the order of the report."""
    submissions = tables["submission"]
    delivered = set(submissions.filter(submissions["report_quarter"] == str(quarter))["org_code"])
    expected = settings.configuration.expected or the_eight()
    return tuple(code for code in organisations() if code in expected and code not in delivered)


def summary(quarter: Quarter, files: Mapping[str, Path], missing: Sequence[str]) -> str:
    """Tell people in Markdown where the report lies, and who is missing in it."""
    lines = [f"# Report {quarter}", "", *(f"- `{path}` ({path.stat().st_size:,} bytes)" for path in files.values())]
    if missing:
        names = ", ".join(organisations()[code].name for code in missing)
        lines += ["", f"Not delivered: **{names}**"]
    return "\n".join(lines)


def _name_of_draft(name: str) -> str:
    path = Path(name)
    return path.with_stem(f"{path.stem}_{DRAFT}").name
