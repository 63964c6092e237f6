"""The lights as charts: the stacked Ampelbilanz, and a mark per project."""

from collections.abc import Sequence

from schemas.facts import DeliveryState, Figure, Light, OrganisationFact, ProjectFact, ReportFacts
from transforms.report.chart_parts import (
    LABEL_SIZE,
    ROW,
    ROWS,
    TEXT_WIDTH,
    along,
    as_is,
    count_of,
    layer,
    names_at_left,
)
from transforms.report.drawing import Chart
from transforms.report.look import INK, LIGHT_AREAS, LIGHTS, MUTED
from transforms.report.page_parts import page_texts
from transforms.report.portfolio import BALANCE
from transforms.report.texts import counted, text, texts
from transforms.report.vega import Spec
from transforms.report.writing import NBSP, joined

_HALF_WIDTH = 234.0
_FEW_PROJECTS = 4
"""Up to so many per organisation, the matrix of the lights stands beside their chart instead of below."""
_LEFT, _RIGHT = 96, 16
_LABELLED_STEP = 30.0
_MOST_NAMED = 5

_SHAPES = {"green": "circle", "yellow": "triangle-up", "red": "diamond", "grey": "circle", "unknown": "square"}


def balance_chart(facts: ReportFacts) -> Chart:
    """The running projects by light, this quarter above the one before: a stacked bar each."""
    bars = [(facts.in_tables, [(c.light, c.count) for c in facts.portfolio.lights])]
    if facts.portfolio.has_previous:
        bars.append((facts.previous_in_tables, [(c.light, c.before) for c in facts.portfolio.lights]))
    values = [segment for row, (_, counts) in enumerate(bars) for segment in _segments(row, counts)]
    domain = (0, max((value["to"] for value in values), default=1))
    rows = {**ROWS, "scale": {"type": "band", "paddingInner": 0.22, "paddingOuter": 0}}
    layers = [
        layer(
            values,
            {"type": "bar", "strokeWidth": 1},
            {
                "y": rows,
                "x": along("from", domain),
                "x2": {"field": "to"},
                "fill": as_is("fill"),
                "stroke": as_is("edge"),
            },
        ),
        layer(
            values,
            {"type": "text", "fontWeight": 600, "baseline": "middle"},
            {
                "y": rows,
                "x": along("middle", domain),
                "text": {"field": "label"},
                "color": as_is("ink"),
                "size": as_is("size", "quantitative"),
            },
        ),
        names_at_left([{"y": row, "name": name} for row, (name, _) in enumerate(bars)], MUTED, rows),
    ]
    return Chart(213, 20.0 * len(bars), 38, 1, 1, 1, layers, _balance_message(facts), _balance_details(facts))


def organisations_chart(facts: ReportFacts) -> Chart:
    """One mark per project in the row of its organisation."""
    rows = [(o, _running(facts, o)) for o in facts.organisations]
    most = max([len(own) for _, own in rows] + [1])
    room = _HALF_WIDTH if most <= _FEW_PROJECTS else TEXT_WIDTH
    step = min(46.0, (room - _LEFT - _RIGHT) / most)
    marks = [_mark(y, x, project) for y, (_, own) in enumerate(rows) for x, project in enumerate(own)]
    drawn = [mark for mark in marks if mark["shape"]]
    words = [mark for mark in marks if not mark["shape"]] + [
        {"y": y, "x": 0, "word": _instead(facts, organisation)} for y, (organisation, own) in enumerate(rows) if not own
    ]
    x = along("x", (0, most))
    point = {"type": "point", "size": min(78.0, (step * 0.8) ** 2), "opacity": 1, "strokeWidth": 1.3}
    word = {"type": "text", "align": "left", "dx": -4, "color": MUTED, "fontSize": LABEL_SIZE}
    layers = [
        layer(
            drawn,
            point,
            {"y": ROWS, "x": x, "shape": as_is("shape"), "fill": as_is("fill"), "stroke": as_is("edge")},
        ),
        layer(words, word, {"y": ROWS, "x": x, "text": {"field": "word"}}),
        names_at_left([{"y": y, "name": organisation.name} for y, (organisation, _) in enumerate(rows)], INK),
    ]
    if step >= _LABELLED_STEP:
        label = {"type": "text", "align": "left", "dx": 8, "color": MUTED, "fontSize": 8}
        layers.append(layer(drawn, label, {"y": ROWS, "x": x, "text": {"field": "label"}}))
    return Chart(
        step * most,
        ROW * len(rows),
        _LEFT,
        _RIGHT,
        2,
        2,
        layers,
        _organisations_message(facts),
        _organisations_details(facts),
    )


def _segments(row: int, counts: Sequence[tuple[Light, Figure]]) -> list[Spec]:
    total = sum(count_of(figure) for _, figure in counts) or 1
    found, start = [], 0
    for light, figure in counts:
        number = count_of(figure)
        if number:
            fill, ink = LIGHT_AREAS[light]
            found.append(
                {
                    "y": row,
                    "from": start,
                    "to": start + number,
                    "middle": start + number / 2,
                    "fill": fill,
                    "ink": ink,
                    "edge": MUTED if light is Light.NOT_DELIVERED else "#ffffff",
                    "label": _segment_label(light, figure, number / total),
                    "size": 9.5 if row == 0 else LABEL_SIZE,
                }
            )
        start += number
    return found


def _segment_label(light: Light, figure: Figure, share: float) -> str:
    """Label a segment as its width allows; the counts stand in full beside the chart."""
    if share < 0.045:
        return ""
    return figure.text if share < 0.09 else f"{texts('shapes')[light]}{NBSP}{figure.text}"


def _running(facts: ReportFacts, organisation: OrganisationFact) -> list[ProjectFact]:
    return [p for p in facts.projects if p.org_code == organisation.org_code and not p.is_closed]


def _mark(row: int, column: int, project: ProjectFact) -> Spec:
    light = project.lights.overall
    label = project.project_id.rpartition("-")[2]
    edge = LIGHTS[light]
    is_hollow = light in (Light.GREY, Light.UNKNOWN)
    return {
        "y": row,
        "x": column,
        "shape": _SHAPES.get(light, ""),
        "label": label,
        "word": f"–{NBSP}{label}",
        "fill": "#ffffff" if is_hollow else edge,
        "edge": edge,
    }


def _instead(facts: ReportFacts, organisation: OrganisationFact) -> str:
    """Say why an organisation has no marks."""
    if organisation.state is DeliveryState.DELIVERED:
        limited = texts("limited_pages")["chart_no_projects"]
        return f"–{NBSP}{texts('charts')['no_projects'] if facts.edition.is_full else limited}"
    return f"–{NBSP}{texts('delivery')[organisation.state]}"


def _balance_message(facts: ReportFacts) -> str:
    """Say how many are red and whether that is more than before."""
    [red] = [c for c in facts.portfolio.lights if c.light is Light.RED]
    if red.change.value is None:
        return ""
    running = facts.portfolio.running.text
    return text("messages", "balance_red", red=red.count.text, running=running, change=red.change.text)


def _balance_details(facts: ReportFacts) -> str:
    parts = [
        f"{texts('lights')[c.light]} {c.count.text}"
        + (f" ({text('charts', 'before', n=c.before.text)})" if facts.portfolio.has_previous else "")
        for c in facts.portfolio.lights
        if c.count.value or c.before.value
    ]
    return text("alt", "balance", quarter=facts.in_text, parts=", ".join(parts))


def _organisations_message(facts: ReportFacts) -> str:
    """Name what is red; where nothing is known, nothing is claimed."""
    if not facts.portfolio.running.value:
        return ""
    red = [escalation.project_id for escalation in facts.escalations]
    return counted("red_projects", len(red), which=joined(red, _MOST_NAMED)) if red else page_texts(facts)["no_red"]


def _organisations_details(facts: ReportFacts) -> str:
    parts = []
    for organisation in facts.organisations:
        own = _running(facts, organisation)
        counts = [(light, sum(p.lights.overall is light for p in own)) for light in BALANCE]
        words = [f"{number} {texts('lights')[light]}" for light, number in counts if number]
        parts.append(f"{organisation.name}: {joined(words) or texts('delivery')[organisation.state]}")
    return text("alt", "organisations", parts="; ".join(parts))
