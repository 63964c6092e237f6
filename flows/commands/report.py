"""``die8 report``: the pages for the Lenkungskreis."""

import sys
from collections.abc import Sequence

from flows.clock import instant
from flows.drawing import Draughtsman
from flows.reporting import ReportResult, run_report
from flows.settings import Settings
from flows.usage import UsageError
from schemas.codes import organisations
from schemas.editions import Edition
from schemas.quarter import Quarter
from schemas.release import ReportStatus


def print_draft(  # noqa: PLR0913  # what people may say about a report
    settings: Settings,
    quarter: Quarter,
    edition: Edition,
    endings: Sequence[str],
    artist: Draughtsman,
    *,
    now: str | None,
    as_json: bool,
) -> int:
    """Build a draft and say where it lies; exit status 1 when an organisation is missing in it.

    ``artist`` has been started.
    """
    result = run_report(settings, quarter, instant(now), edition=edition, endings=endings, artist=artist)
    return _told(result, as_json=as_json)


def print_release(  # noqa: PLR0913  # what people may say about a report
    settings: Settings, quarter: Quarter, again: str | None, endings: Sequence[str], *, now: str | None, as_json: bool
) -> int:
    """Release the report and say where it lies; exit status 1 when an organisation is missing in it.

    Raises:
        UsageError: it cannot be released now; the text says why.
    """
    from flows.releasing import run_release

    if again is not None and not again.strip():
        msg = "--again needs a reason: it stands in the archive and in the tables"
        raise UsageError(msg)
    return _told(run_release(settings, quarter, instant(now), again, endings=endings), as_json=as_json)


def _told(result: ReportResult, *, as_json: bool) -> int:
    if as_json:
        from flows.display import print_document

        print_document(
            {
                "quarter": str(result.quarter),
                "edition": result.edition.key,
                "status": ReportStatus.DRAFT if result.release_no is None else ReportStatus.RELEASED,
                "release": result.release_no,
                "files": {name: str(path) for name, path in result.files.items()},
                "missing": list(result.missing),
            }
        )
    else:
        lines = ["Draft:" if result.release_no is None else f"Released as number {result.release_no}:"]
        sys.stdout.writelines(f"{line}\n" for line in (*lines, *map(str, result.files.values())))
        if result.missing:
            from flows.display import console  # late: a report that is complete needs no colours

            names = ", ".join(organisations()[code].name for code in result.missing)
            console().print(f"Not delivered: [red]{names}[/]")
    return 1 if result.missing else 0
