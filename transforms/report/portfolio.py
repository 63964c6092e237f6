"""The running projects in numbers: the Ampelbilanz with its change, and who moved from where to where."""

from collections.abc import Iterable, Sequence

from schemas.facts import Light, LightCount, MigrationCell, Portfolio, ProjectFact, Source, Trend, TrendCount
from transforms.report import figures
from transforms.report.projects import dropped_projects, light_of
from transforms.report.state import Record, State, States
from transforms.report.writing import for_display

BALANCE = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY, Light.UNKNOWN, Light.NOT_DELIVERED)
"""The order in which lights are counted and drawn."""

NEW = "new"
COMPLETED = "completed"
DROPPED = "dropped"


def build_portfolio(
    states: States, projects: Sequence[ProjectFact], org_codes: tuple[str, ...], expected_names: dict[str, str]
) -> Portfolio:
    """Count the running projects by light, now and in the quarter before.

    Completed and cancelled projects are not counted. Projects of an organisation without a return count as „nicht
    geliefert“, never with their old light.
    """
    now = {light: [p for p in projects if not p.is_closed and p.lights.overall is light] for light in BALANCE}
    before = _counts_before(states, org_codes)
    has_previous = bool(states.previous.submissions)
    counts = tuple(
        _light_count(states, light, now[light], before[light], has_previous=has_previous) for light in BALANCE
    )
    reported = [p for light in BALANCE if light is not Light.NOT_DELIVERED for p in now[light]]
    return Portfolio(
        running=figures.count("projects.running", len(reported), _status_sources(states.current, reported)),
        lights=counts,
        trends=tuple(_trend_count(states, trend, projects) for trend in Trend),
        has_previous=has_previous,
        missing_before=tuple(
            name for code, name in expected_names.items() if has_previous and not states.previous.has_delivered(code)
        ),
        migration=_migration(states, projects, org_codes) if has_previous else (),
        dropped=tuple(_named(record) for record in dropped_projects(states, org_codes)),
    )


def _named(record: Record) -> str:
    return f"{for_display(record.key)} {record.shown('title') or ''}".strip()


def _light_count(
    states: States, light: Light, now: Sequence[ProjectFact], before: Sequence[Source], *, has_previous: bool
) -> LightCount:
    name = f"lights.{light}."
    sources = _status_sources(states.current, now)
    change = len(now) - len(before) if has_previous else None
    return LightCount(
        light,
        figures.count(name + "count", len(now), sources),
        figures.count(name + "before", len(before), before) if has_previous else figures.nothing(name + "before"),
        figures.change(name + "change", change, (*sources, *before)),
    )


def _trend_count(states: States, trend: Trend, projects: Sequence[ProjectFact]) -> TrendCount:
    changed = [p for p in projects if p.trend is trend]
    before = [r for r in (states.previous.projects.get(p.project_id) for p in changed) if r is not None]
    sources = (*_status_sources(states.current, changed), *(record.source("status_overall") for record in before))
    return TrendCount(trend, figures.count(f"trends.{trend}", len(changed), sources))


def _status_sources(state: State, projects: Iterable[ProjectFact]) -> tuple[Source, ...]:
    records = (state.projects.get(project.project_id) for project in projects)
    return tuple(record.source("status_overall") for record in records if record is not None)


def _counts_before(states: States, org_codes: tuple[str, ...]) -> dict[Light, list[Source]]:
    """Count the quarter before by the same rules: who had not delivered then was „nicht geliefert“ then."""
    counts: dict[Light, list[Source]] = {light: [] for light in BALANCE}
    for record in states.previous.rows["project"]:
        if not record.is_closed:
            counts[light_of(record)].append(record.source("status_overall"))
    for org_code in org_codes:
        if not states.previous.has_delivered(org_code):
            last = next((state for state in states.older if state.has_delivered(org_code)), None)
            known = last.rows["project"] if last else ()
            counts[Light.NOT_DELIVERED] += [
                r.source("status_overall") for r in known if r.org_code == org_code and not r.is_closed
            ]
    return counts


def _migration(
    states: States, projects: Sequence[ProjectFact], org_codes: tuple[str, ...]
) -> tuple[MigrationCell, ...]:
    """Pair the status of the quarter before with today's; projects closed before are left out."""
    moves: dict[tuple[str, str], list[tuple[str, tuple[Source, ...]]]] = {}
    for project in projects:
        was = states.previous.projects.get(project.project_id)
        if was is not None and was.is_closed:
            continue
        before = _status_before(states, project, was)
        record = states.current.projects.get(project.project_id)
        sources = tuple(r.source("status_overall") for r in (was, record) if r is not None)
        moves.setdefault((before, _status_now(project)), []).append((project.project_id, sources))
    for record in dropped_projects(states, org_codes):
        if record.key in states.previous.projects:
            move = (str(light_of(record)), DROPPED)
            moves.setdefault(move, []).append((record.key, (record.source("status_overall"),)))
    return tuple(
        MigrationCell(
            before,
            now,
            figures.count(f"migration.{before}.{now}", len(moved), [s for _, sources in moved for s in sources]),
            tuple(project_id for project_id, _ in moved),
        )
        for (before, now), moved in sorted(moves.items())
    )


def _status_before(states: States, project: ProjectFact, was: Record | None) -> str:
    if was is not None:
        return str(light_of(was))
    if states.previous.has_delivered(project.org_code) or project.before is None:
        return NEW
    return str(Light.NOT_DELIVERED)


def _status_now(project: ProjectFact) -> str:
    if project.is_closed:
        return COMPLETED if project.phase == "completed" else DROPPED
    return str(project.lights.overall)
