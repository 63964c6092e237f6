"""From the published tables to everything that a report says."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from schemas.editions import Edition, full_edition
from schemas.facts import (
    NOTHING_WRITTEN,
    Comparison,
    Editorial,
    Figure,
    ReportFacts,
    Restated,
    Sentence,
    Source,
    figures_of,
)
from schemas.figure_rules import explained
from schemas.quarter import Quarter
from schemas.release import ReportStatus
from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds
from transforms.report.committee import build_cooperation, build_escalations, build_risks
from transforms.report.contradictions import build_contradictions
from transforms.report.decisions import (
    Settled,
    build_carried,
    build_decisions,
    build_requests,
    count_decisions,
    count_requests,
)
from transforms.report.delivery import build_delivery, build_organisations, local_time
from transforms.report.finance import build_finance
from transforms.report.indicators import build_indicators, course_quarters
from transforms.report.milestones import build_deadlines, build_milestones
from transforms.report.portfolio import build_portfolio
from transforms.report.projects import build_projects
from transforms.report.restated import build_restated
from transforms.report.sentences import build_changes, build_summary
from transforms.report.state import Record, States, read_states, records
from transforms.report.texts import text
from transforms.report.withholding import tables_for


def build_facts(  # noqa: PLR0913  # each is a thing of its own that a report depends on
    tables: Mapping[str, pl.DataFrame],
    quarter: Quarter,
    *,
    built_at: datetime,
    meeting_on: date | None = None,
    is_fictional: bool = False,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    edition: Edition | None = None,
    release_no: int | None = None,
    expected: Sequence[str] = (),
    seen: Mapping[str, pl.DataFrame] | None = None,
    comparison: Comparison | None = None,
    editorial: Editorial = NOTHING_WRITTEN,
) -> ReportFacts:
    """Work out every figure and sentence of the report on a quarter, in its full edition or in the given one.

    ``tables`` are those of the published database's schema ``main`` with the accepted state of the quarter and the
    eight before it. ``built_at`` is an instant with time zone; deadlines count from its day in Gütersloh.
    ``expected`` names the organisations that are counted and missed, where it is not the eight.
    What an edition may not show is taken out first, so that nothing in its facts depends on it.
    Without ``release_no`` the report is a draft. ``seen`` are the tables as the committee saw them when it dealt with
    the quarter before, ``comparison`` says when that was; without them „before“ is what holds now.
    ``editorial`` is what the department wrote: it stands in the place of what is generated, and says so.
    The same arguments give equal facts. An organisation without a return is told as „nicht geliefert“ everywhere.
    """
    edition = edition or full_edition()
    occasion = _Occasion(built_at, meeting_on, is_fictional, thresholds, edition, release_no, tuple(expected))
    known = tables_for(tables, edition, quarter)
    before = None if seen is None else tables_for(seen, edition, quarter, tables["project"])
    facts = _assemble(known, read_states(known, quarter, before), occasion)
    restated = build_restated(
        known,
        known if before is None else before,
        quarter,
        tuple(organisation.org_code for organisation in facts.organisations),
        comparison or Comparison(),
    )
    facts = replace(facts, restated=restated)
    return replace(
        facts,
        summary=tuple(_edited(sentence, editorial) for sentence in build_summary(facts)),
        foreword=editorial.foreword,
        changes=build_changes(facts),
    )


def _edited(sentence: Sentence, editorial: Editorial) -> Sentence:
    """Give the department's words for a sentence, if it has any, beside what they replace."""
    words = editorial.sentences.get(sentence.id)
    return Sentence(sentence.id, words, (), is_edited=True, generated=sentence.text) if words else sentence


def facts_json(facts: ReportFacts) -> bytes:
    """Write the facts as canonical JSON: ``figures`` by id, ``report`` with ``{"figure": id}`` in their places.

    Equal facts give equal bytes, one figure a line. Days are ISO text, amounts are numbers; a source is a list in the
    order of ``source_fields``.
    """
    figures = {figure.id: figure for figure in figures_of(facts)}
    lines = ",\n".join(f"{_dumped(name)}: {_dumped(_plain_figure(figures[name]))}" for name in sorted(figures))
    source_fields = Source.__struct_fields__
    document = (
        f'{{"figures": {{\n{lines}\n}},\n'
        f'"report": {_dumped(_plain(facts))},\n"source_fields": {_dumped(source_fields)}}}\n'
    )
    return document.encode()


class _Occasion(Struct, frozen=True):
    """What a report depends on beside the returns."""

    built_at: datetime
    meeting_on: date | None
    is_fictional: bool
    thresholds: Thresholds
    edition: Edition
    release_no: int | None
    expected: tuple[str, ...]
    """Who is counted and missed; empty: the organisations that the catalogue counts."""


def _assemble(tables: Mapping[str, pl.DataFrame], states: States, occasion: _Occasion) -> ReportFacts:
    """Put the parts together, the sentences still left out; „before“ is whatever the states say it was."""
    quarter = states.current.quarter
    as_of, built = quarter.last_day, local_time(occasion.built_at)
    organisations = _organisations(tables["organisation"], occasion.expected)
    org_codes = tuple(organisation.org_code for organisation in organisations)
    delivery = build_delivery(states, organisations, tables["finding"])
    if occasion.edition.is_full:  # where rows are left out, a partner only seems to say nothing
        delivery = replace(delivery, contradictions=build_contradictions(states.current))
    expected_names = {o.org_code: o.name for o in delivery.organisations if o.is_counted}
    projects = build_projects(states, org_codes, as_of, occasion.thresholds)
    milestones = build_milestones(states, as_of)
    settled = Settled(tables["decision"], _last_settling_day(occasion.meeting_on, built.date()))
    requests, carried = build_requests(states, settled), build_carried(states, settled)
    decisions = build_decisions(tables["decision"], as_of)
    course = course_quarters(states)
    indicators = build_indicators(states, tables["kpi"], org_codes, course)
    portfolio = build_portfolio(states, projects, org_codes, expected_names)
    finance = build_finance(delivery.organisations, projects, as_of, occasion.thresholds)
    escalations = build_escalations(projects, requests, milestones)
    return ReportFacts(
        quarter=str(quarter),
        status=ReportStatus.DRAFT if occasion.release_no is None else ReportStatus.RELEASED,
        release_no=occasion.release_no,
        in_text=quarter.in_text,
        in_tables=quarter.in_tables,
        previous_in_text=quarter.previous.in_text,
        previous_in_tables=quarter.previous.in_tables,
        as_of=as_of,
        built_at=occasion.built_at,
        built_on=built.date(),
        built_text=text("words", "built_at", day=f"{built:%d.%m.%Y}", time=f"{built:%H:%M}"),
        meeting_on=occasion.meeting_on,
        is_fictional=occasion.is_fictional,
        edition=occasion.edition,
        thresholds=occasion.thresholds,
        quarters=tuple(q.in_tables for q in course),
        delivery=delivery,
        summary=(),
        foreword=(),
        changes=(),
        portfolio=portfolio,
        projects=projects,
        escalations=escalations,
        requests=requests,
        carried=carried,
        request_count=count_requests(requests, carried, states),
        decisions=decisions,
        decision_count=count_decisions(decisions),
        milestones=milestones,
        deadlines=build_deadlines(milestones, projects, requests, occasion.meeting_on, built.date()),
        finance=finance,
        indicators=indicators,
        organisations=build_organisations(states, delivery, projects, indicators),
        cooperation=build_cooperation(states, org_codes),
        risks=build_risks(states),
        restated=Restated(Comparison(), (), ()),
    )


def _organisations(frame: pl.DataFrame, expected: tuple[str, ...]) -> list[Record]:
    """Give the organisations in the order of the report, counted as this installation expects them."""
    if expected:
        frame = frame.with_columns(pl.col("org_code").is_in(expected).alias("is_counted"))
    return list(records("organisation", frame.sort("position")))


def _last_settling_day(meeting_on: date | None, built_on: date) -> date:
    """What was decided before the report's own meeting, as far as it is known by now."""
    return min(built_on, meeting_on - timedelta(days=1)) if meeting_on else built_on


def _dumped(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True)


def _plain_figure(figure: Figure) -> dict[str, object]:
    return {
        "value": _plain(figure.value),
        "unit": figure.unit,
        "text": figure.text,
        "missing": figure.missing,
        "rule": explained(figure),
        "sources": [(s.submission_id, s.table, s.key, s.field, s.sheet, s.row) for s in figure.sources],
    }


def _plain(part: object) -> object:
    match part:
        case Figure():
            return {"figure": part.id}
        case Decimal():
            return int(part) if part == part.to_integral_value() else float(part)
        case datetime() | date():
            return part.isoformat()
        case tuple():
            return [_plain(item) for item in part]
        case Struct():
            return {field: _plain(getattr(part, field)) for field in part.__struct_fields__}
        case _:
            return part
