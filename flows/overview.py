"""The board: looks at everything once and writes ``published/status.html``."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.clock import local_day
from flows.collectors.ledger import source_states
from flows.runs import Runs
from flows.settings import Settings
from flows.steps import step
from schemas.calendar import Audience, deadlines, entries, reminder_steps
from schemas.codes import organisations, the_eight
from schemas.findings import Verdict
from schemas.letter import Stand
from schemas.overview import Overview, PlannedLetters, Punctuality, RunStanding, SourceStanding, Standing
from schemas.quarter import Quarter
from schemas.schedule import next_start

_LOG = logging.getLogger(__name__)
_QUARTERS = 6
_STANDING = """
-- For each organisation and quarter: the return that counts, else the last that came, with its findings.
-- Instants as microseconds: for any other form DuckDB imports a time-zone library, a fifth of all this.
select
    org_code, report_quarter, verdict, epoch_us(received_at) as received,
    epoch_us(min(received_at) filter (verdict in ('accepted', 'accepted_with_findings'))
        over (partition by org_code, report_quarter)) as first_accepted,
    errors, warnings
from (
    select
        submission_id, org_code, report_quarter, verdict, received_at, superseded_at,
        count(rule) filter (severity = 'error') as errors,
        count(rule) filter (severity = 'warning') as warnings
    from history.submission
    left join (select submission_id, rule, severity from history.finding where state <> 'shadow') using (submission_id)
    where org_code is not null and report_quarter between '{first}' and '{last}'
    group by all
)
qualify row_number() over (
    partition by org_code, report_quarter
    order by verdict in ('accepted', 'accepted_with_findings') and superseded_at is null desc, received_at desc
) = 1
"""


@step("renew the board")
def renew_board(settings: Settings, now: datetime) -> None:
    """Write the board anew. It shows what was done and undoes none of it: when it fails, that is only told."""
    try:
        write_board(settings, now)
    except Exception as problem:  # noqa: BLE001 - see above
        _LOG.warning("the board could not be renewed: %s: %s", type(problem).__name__, problem)


def write_board(settings: Settings, now: datetime) -> Path:
    """Write ``published/status.html`` whole or not at all; gives where it lies."""
    from transforms.overview.page import overview_page
    from warehouse.durable import replace

    settings.home.make()
    target = settings.home.board
    replace(target, overview_page(look(settings, now)).encode("utf-8", "replace"))
    return target


def look(settings: Settings, now: datetime) -> Overview:
    """Gather what the board shows as of ``now``."""
    today = local_day(now)
    calendar = settings.configuration.calendar
    quarter = Quarter.containing(today).previous
    quarters = tuple(quarter.shifted(-number) for number in range(_QUARTERS - 1, -1, -1))
    expected = settings.configuration.expected or the_eight()
    standing = _standing(settings, quarters, now)
    # The latest first; quarters before anybody ever delivered say nothing.
    heard_of = [number for number, of in enumerate(quarters) if any(row[of].verdict for row in standing.values())]
    quarters = quarters[min(heard_of, default=len(quarters) - 1) :][::-1]
    near = [entry for number in (-1, 0, 1) for entry in entries(Quarter.containing(today).shifted(number), calendar)]
    near.sort(key=lambda entry: (entry.day, entry.last))
    overview = Overview(
        made_at=now,
        quarter=quarter,
        quarters=quarters,
        organisations={code: standing[code] for code in organisations() if code in expected},
        due=tuple(entry for entry in near if entry.day <= today <= entry.last),
        following=next((entry for entry in near if entry.day > today), None),
        sources=_sources(settings),
        runs=_runs(settings, now),
        letters=_letters(settings),
        letters_folder=str(settings.home.letters) if _needs_a_person(settings) else "",
        has_mail=settings.configuration.mail.is_set_up,
    )
    return _with_plans(overview, settings)


def _standing(
    settings: Settings, quarters: tuple[Quarter, ...], now: datetime
) -> Mapping[str, Mapping[Quarter, Standing]]:
    found: dict[tuple[str, Quarter], Mapping[str, Any]] = {}
    if settings.home.published.exists():
        from warehouse.loading import instant_of
        from warehouse.reading import query

        result = query(settings.home.published, _STANDING.format(first=quarters[0], last=quarters[-1]))
        for values in result.rows:
            row: dict[str, Any] = dict(zip(result.columns, values, strict=True))
            for instant in ("received", "first_accepted"):
                row[instant] = None if row[instant] is None else instant_of(row[instant])
            found[row["org_code"], Quarter.parse(row["report_quarter"])] = row
    return {
        code: {quarter: _one(settings, quarter, found.get((code, quarter)), now) for quarter in quarters}
        for code in organisations()
    }


def _one(settings: Settings, quarter: Quarter, row: Mapping[str, Any] | None, now: datetime) -> Standing:
    days, today = deadlines(quarter, settings.configuration.calendar), local_day(now)
    missing = Punctuality.EXPECTED if today <= days.delivery else Punctuality.NOT_DELIVERED
    if row is None:
        return Standing(missing, days.delivery)
    punctuality = missing
    if row["first_accepted"] is not None:
        came = local_day(row["first_accepted"])
        punctuality = (
            Punctuality.IN_TIME
            if came <= days.delivery
            else Punctuality.LATE
            if came <= days.editorial_close
            else Punctuality.AFTER_CLOSE
        )
    return Standing(
        punctuality, days.delivery, Verdict(row["verdict"]), row["received"], row["errors"], row["warnings"]
    )


def _sources(settings: Settings) -> tuple[SourceStanding, ...]:
    states = source_states(settings.home.sources)
    found = []
    for source in settings.configuration.sources:
        state = states.get(source.name)
        found.append(
            SourceStanding(source.name, state.visited_at, state.succeeded_at, state.failing_since, state.problem)
            if state
            else SourceStanding(source.name)
        )
    return tuple(found)


def _runs(settings: Settings, now: datetime) -> tuple[RunStanding, ...]:
    last = Runs(settings.home.runs).last()
    found = []
    for name, cron in settings.configuration.schedules.by_name().items():
        run = last.get(name)
        following = next_start(cron, now)
        found.append(
            RunStanding(name, run.begun, run.outcome, run.message, following)
            if run
            else RunStanding(name, next_at=following)
        )
    return tuple(found)


def _letters(settings: Settings) -> Mapping[str, int]:
    counts = {stand.label: len(list((settings.home.letters / stand).glob("*.eml"))) for stand in Stand}
    return {label: count for label, count in counts.items() if count}


def _needs_a_person(settings: Settings) -> bool:
    in_doubt = (Stand.UNCLEAR, Stand.REFUSED, Stand.BY_HAND)
    return any(any((settings.home.letters / stand).glob("*.eml")) for stand in in_doubt)


def _with_plans(overview: Overview, settings: Settings) -> Overview:
    """Add what will be sent on the next days on which anything is, as things stand now."""
    from msgspec.structs import replace

    today = local_day(overview.made_at)
    calendar = settings.configuration.calendar
    planned: list[PlannedLetters] = []
    if overview.missing:
        days = deadlines(overview.quarter, calendar)
        for of_step in reminder_steps():
            day = of_step.day(days)
            if day > today:
                to = () if of_step.audience is Audience.DATA_TEAM else overview.missing
                planned.append(PlannedLetters(day, f"{of_step.title} {overview.quarter.in_tables}", to))
    following = overview.quarter.shifted(1)
    for entry in entries(following, calendar):
        if entry.key == "invitation" and entry.day > today:
            title = f"{entry.title} {following.in_tables}"
            planned.append(PlannedLetters(entry.day, title, tuple(overview.organisations)))
    return replace(overview, planned=tuple(sorted(planned, key=lambda item: item.day)))
