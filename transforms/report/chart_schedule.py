"""The dot plot of the milestones: plan to forecast on one time axis."""

from collections.abc import Sequence
from datetime import date

from schemas.facts import MilestoneFact, ReportFacts
from schemas.quarter import Quarter
from transforms.report.chart_parts import LABEL_SIZE, ROWS, along, as_is, count_of, day_number, layer, names_at_left
from transforms.report.drawing import Chart
from transforms.report.look import ACCENT, HAIRLINE, INK, LIGHTS, MUTED
from transforms.report.milestones import is_reached_in
from transforms.report.page_parts import page_texts
from transforms.report.texts import counted, text
from transforms.report.vega import Spec
from transforms.report.writing import cut

_MOST_MILESTONES = 26
_WIDTH, _LABELS_END = 262, 318
_LONGEST_TITLE = 60
_FAINT = "#e6ebee"
_MARGIN_DAYS = 12
_MOST_QUARTERS_LABELLED = 9


def milestones_shown(facts: ReportFacts) -> list[MilestoneFact]:
    """Choose what the dot plot shows, the earliest first; when there are too many, the ones with the longest delay."""
    shown = milestones_known(facts)
    if len(shown) > _MOST_MILESTONES:
        shown.sort(key=lambda m: (-abs(count_of(m.delay)), m.milestone_id))
        shown = shown[:_MOST_MILESTONES]
    return sorted(shown, key=lambda m: (day_number(m.forecast), m.milestone_id))


def milestones_known(facts: ReportFacts) -> list[MilestoneFact]:
    """Give what is open and what was reached in this quarter, as far as its days are known."""
    quarter = Quarter.parse(facts.quarter)
    told = [m for m in facts.milestones if m.status == "open" or is_reached_in(m, quarter)]
    return [m for m in told if m.baseline.value and m.forecast.value]


def milestones_chart(facts: ReportFacts, milestones: Sequence[MilestoneFact]) -> Chart:
    """Plan (ring) and forecast (dot) of each milestone on one time axis; reached ones have a check mark."""
    values = [_row(row, milestone) for row, milestone in enumerate(milestones)]
    as_of = facts.as_of.toordinal()
    days = [as_of, *(v["plan"] for v in values), *(v["end"] for v in values)]
    domain = (min(days) - _MARGIN_DAYS, max(days) + _MARGIN_DAYS)
    axis = _time_axis(domain)
    dot = {"type": "point", "opacity": 1, "strokeWidth": 1.4}
    today = [{"x": as_of, "label": text("charts", "as_of", day=f"{facts.as_of:%d.%m.}")}]
    today_line = {"type": "rule", "color": INK, "strokeDash": [3, 2], "strokeWidth": 0.9}
    ruled = {"type": "rule", "color": _FAINT, "strokeWidth": 0.5}
    delays = {"type": "text", "align": "right", "x": _LABELS_END, "fontSize": LABEL_SIZE}
    plan, end = along("plan", domain, axis), along("end", domain, axis)
    layers = [
        layer(values, ruled, {"y": ROWS, "x": {"value": 0}, "x2": {"value": _LABELS_END}}),
        layer(today, today_line, {"x": along("x", domain, axis)}),
        layer(
            today,
            {"type": "text", "y": -6, "fontSize": 8, "color": INK},
            {"x": along("x", domain, axis), "text": {"field": "label"}},
        ),
        layer(
            values,
            {"type": "rule", "strokeWidth": 2.2},
            {"y": ROWS, "x": plan, "x2": {"field": "end"}, "color": as_is("fill")},
        ),
        layer(values, {**dot, "size": 46, "fill": "#ffffff", "stroke": MUTED}, {"y": ROWS, "x": plan}),
        layer(values, {**dot, "size": 50, "strokeWidth": 0}, {"y": ROWS, "x": end, "fill": as_is("fill")}),
        layer(values, delays, {"y": ROWS, "text": {"field": "label"}, "color": as_is("ink")}),
        names_at_left(values, INK),
    ]
    return Chart(_WIDTH, 14.0 * len(values), 168, _LABELS_END - _WIDTH + 1, 14, 16, layers, *_words(facts, milestones))


def _row(row: int, milestone: MilestoneFact) -> Spec:
    days, reached = count_of(milestone.delay), milestone.status == "reached"
    label = counted("late", abs(days), days=milestone.delay.text)
    is_late = days > 0 and not reached
    return {
        "y": row,
        "plan": day_number(milestone.baseline),
        "end": day_number(milestone.actual) or day_number(milestone.forecast),
        "name": f"{milestone.project_id}  {cut(milestone.title, 32)}",
        "label": text("charts", "reached", label=label) if reached else label,
        "fill": LIGHTS["yellow"] if is_late else ACCENT,
        "ink": LIGHTS["yellow"] if is_late else MUTED,
    }


def _time_axis(domain: tuple[int, int]) -> Spec:
    """Label the starts of quarters, or of years when there are many; by day numbers, so that no time zone matters."""
    quarter = Quarter.containing(date.fromordinal(domain[0])).shifted(1)
    starts: list[Quarter] = []
    while quarter.first_day.toordinal() <= domain[1]:
        starts.append(quarter)
        quarter = quarter.shifted(1)
    if len(starts) > _MOST_QUARTERS_LABELLED:
        starts = [start for start in starts if start.number == 1]
    labels = {start.first_day.toordinal(): f"{start.first_day:%m/%Y}" for start in starts}
    cases = " ".join(f"datum.value == {day} ? '{label}' :" for day, label in labels.items())
    return {
        "title": None,
        "grid": True,
        "gridColor": HAIRLINE,
        "gridWidth": 0.6,
        "domain": False,
        "ticks": False,
        "values": list(labels),
        "labelExpr": f"{cases} ''",
        "labelFlush": False,
        "labelOverlap": True,
        "labelColor": MUTED,
        "labelPadding": 4,
    }


def _words(facts: ReportFacts, shown: Sequence[MilestoneFact]) -> tuple[str, str]:
    """Say how many of all open milestones are late and which one most; and what the chart shows of them."""
    known = [m for m in facts.milestones if m.status == "open" and m.delay.value is not None]
    late = sorted((m for m in known if count_of(m.delay) > 0), key=lambda m: (-count_of(m.delay), m.milestone_id))
    details = text("alt", "milestones", n=len(shown))
    if not late:
        return counted("none_late", len(known)) if known else page_texts(facts)["no_milestones"], details
    return (
        counted(
            "late_milestones",
            len(late),
            of_all=counted("of_open", len(known)),
            milestone=f"{late[0].project_id} „{cut(late[0].title, _LONGEST_TITLE)}“",
            days=counted("by_days", count_of(late[0].delay)),
        ),
        details,
    )
