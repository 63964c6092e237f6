"""What the committee saw of the quarters before: a report compares with that, not with what was corrected since."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from pathlib import Path

import polars as pl
from msgspec import Struct

from flows.clock import BERLIN, local_day
from schemas.calendar import deadlines
from schemas.facts import Basis, Comparison
from schemas.quarter import Quarter
from schemas.release import Release, latest_release
from warehouse.reading import read_seen


class Past(Struct, frozen=True):
    """The tables as the committee saw them, and when that was; None when it saw what holds now."""

    tables: Mapping[str, pl.DataFrame] | None
    comparison: Comparison


def read_past(
    published: Path, releases: Iterable[Release], quarter: Quarter, now: datetime, tables: Mapping[str, pl.DataFrame]
) -> Past:
    """Read what the released report of the quarter before was made from.

    Where that was not released it is what was known at the end of the day on which it was due, and where nothing was
    known then, or that day is still to come, what holds now. ``tables`` are those of the quarter as they hold now,
    ``releases`` those known now.
    """
    released = latest_release(releases, quarter.previous)
    if released is not None and released.released_at <= now:
        seen = read_seen(published, quarter, released.submission_ids, tables)
        day = local_day(released.released_at)
        return Past(seen, Comparison(Basis.RELEASED, day, released.number))
    due = deadlines(quarter.previous).report
    end_of_day = datetime.combine(due + timedelta(days=1), time(), BERLIN)
    if end_of_day > now:
        return Past(None, Comparison())
    seen = read_seen(published, quarter, end_of_day, tables)
    return Past(None, Comparison()) if seen is None else Past(seen, Comparison(Basis.AS_OF, due))
