"""Releasing a quarter's report: from then on it stays what the committee was given."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.clock import BERLIN
from flows.released import READ_ONLY, folder_of, load_released, put_in_place
from flows.reporting import MadeReport, ReportResult, Wanted, make_report, summary, write_report
from flows.settings import Settings
from flows.steps import PLAIN, Runner, step
from flows.usage import UsageError
from schemas.editions import ENDINGS, editions
from schemas.quarter import Quarter
from schemas.release import Release, ReleasedFile, latest_release
from warehouse.archive import Archive
from warehouse.connection import kept_open
from warehouse.database import Warehouse, open_warehouse
from warehouse.releases import ReleaseArchive


def run_release(  # noqa: PLR0913  # what people may say about a release
    settings: Settings,
    quarter: Quarter,
    now: datetime,
    again: str | None = None,
    runner: Runner = PLAIN,
    *,
    endings: Sequence[str] = ENDINGS,
) -> ReportResult:
    """Build the report from what counts now, in every edition, and freeze it: facts in the archive, files with hashes.

    Nothing is taken in meanwhile. A quarter is released once; ``again`` is the reason for a further numbered release,
    beside which the old ones are kept. A run that dies leaves the quarter released or not; the next run finishes it.

    Raises:
        UsageError: the quarter is released already, has nothing to release again, or its returns are not all in.
        WarehouseBusyError: another run takes something in.
    """
    home = settings.home
    home.assert_published()
    archive = ReleaseArchive(home.archive)
    with open_warehouse(home.warehouse) as warehouse:
        load_released(warehouse, archive)
        before = latest_release(archive.releases(), quarter)
        if before is not None:
            put_in_place(home.reports, before)
        _assert_may_be_released(before, quarter, again)
        _assert_all_is_in(settings, warehouse, quarter, now)
        warehouse.publish(home.published)
        number = before.number + 1 if before else 1
        with kept_open(home.published):
            made = [
                make_report(settings, Wanted(quarter, now, item, number, endings), runner)
                for item in editions().values()
            ]
        [full] = [report for report in made if report.edition.is_full]
        release = Release(
            quarter,
            number,
            now,
            hashlib.sha256(full.facts).hexdigest(),
            tuple(_released_files(made)),
            warehouse.submissions_behind(quarter),
            again,
        )
        release = runner.run(freeze, settings, archive, release, made)
        load_released(warehouse, archive)
        warehouse.publish(home.published)
        warehouse.export_parquet(home.parquet)
    files = put_in_place(home.reports, release)
    runner.progress(3, 3, "report released")
    runner.summary(f"report-{quarter}", summary(quarter, files, full.missing))
    return ReportResult(quarter, full.edition, files, full.missing, release.number)


@step("freeze report")
def freeze(settings: Settings, archive: ReleaseArchive, release: Release, made: Sequence[MadeReport]) -> Release:
    """Lay the files where they stay, then record the release: from that instant on the quarter is released."""
    folder = folder_of(settings.home.reports, release)
    for report in made:
        for path in write_report.call(folder, report.files).values():
            path.chmod(READ_ONLY)
    [facts] = [report.facts for report in made if report.edition.is_full]
    return archive.store(release, facts)


def _released_files(made: Sequence[MadeReport]) -> Iterator[ReleasedFile]:
    for report in made:
        for name, content in report.files.items():
            yield ReleasedFile(name, report.edition.key, hashlib.sha256(content).hexdigest(), len(content))


def _assert_may_be_released(before: Release | None, quarter: Quarter, again: str | None) -> None:
    """Say in a sentence why the quarter cannot be released, and what to do."""
    if before is not None and again is None:
        released = f"{before.released_at.astimezone(BERLIN):%d.%m.%Y}"
        msg = (
            f"the report of {quarter} was released on {released} and stays as it is; "
            f'write --again "REASON" to release it once more as number {before.number + 1}, the old one is kept'
        )
        raise UsageError(msg)
    if before is None and again is not None:
        msg = f"the report of {quarter} was never released: leave --again out"
        raise UsageError(msg)


def _assert_all_is_in(settings: Settings, warehouse: Warehouse, quarter: Quarter, now: datetime) -> None:
    waiting = Archive(settings.home.archive).pending(warehouse.known_ids())
    if waiting:
        msg = f"{len(waiting)} deliveries in the archive are not taken in yet: run `die8 collect` first"
        raise UsageError(msg)
    last = warehouse.last_receipt(quarter)
    if last is not None and now < last:
        # Returns are judged by whether the report was out when they came; a release before them would rewrite that.
        msg = (
            f"a return for {quarter} was received on {last.astimezone(BERLIN):%d.%m.%Y at %H:%M}: "
            "the report cannot be released before that, correct --now"
        )
        raise UsageError(msg)
