"""Small multiples: the course of each indicator over up to eight quarters, with its target."""

from collections.abc import Sequence
from decimal import Decimal

from schemas.facts import IndicatorFact, ReportFacts
from transforms.report.chart_parts import along
from transforms.report.drawing import Panels
from transforms.report.look import ACCENT, ACCENT_MIDDLE, HAIRLINE, INK, LIGHTS, MUTED
from transforms.report.texts import text, texts
from transforms.report.vega import Spec
from transforms.report.writing import with_unit

_WIDTH, _HEIGHT = 82.0, 32.0
_YEAR = 4
"""Quarters of a year."""


def indicator_name(indicator: IndicatorFact) -> str:
    """The name of an indicator's chart among the charts of a report."""
    return f"kpi.{indicator.org_code}.{indicator.kpi_code}"


def indicator_panels(facts: ReportFacts) -> Panels | None:
    """The course of each indicator: a line for a level, bars for what is counted anew; the target dashed.

    The same quarter of the year before is hollow; where the model changed a rule parts the old values from the new.
    Every panel has a scale of its own: what is compared is an indicator with its own past and target.
    """
    shown = [i for i in facts.indicators if sum(figure.value is not None for figure in i.course) > 1]
    if not shown:
        return None
    last = len(facts.quarters) - 1
    values = [
        value for panel, indicator in enumerate(shown) for value in _panel_values(panel, indicator, facts.quarters)
    ]
    values += [
        {"panel": panel, "kind": "label", "x": x, "label": facts.quarters[x]}
        for panel in range(len(shown))
        for x in (0, last)
    ]
    x = along("x", (-0.5, last + 0.5))
    y = {"field": "v", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "nice": False}}
    return Panels(
        _WIDTH,
        _HEIGHT,
        4,
        4,
        4,
        13,
        _layers(x, y, min(12.0, 70 / (last + 1))),
        values,
        {indicator_name(i): _indicator_alt(i, facts.quarters) for i in shown},
    )


def _layers(x: Spec, y: Spec, width: float) -> list[Spec]:
    """One kind of mark each: what is comparable in the accent colour, older models grey and apart."""
    both = {"x": x, "y": y}
    dot = {"type": "point", "fill": ACCENT, "strokeWidth": 0, "opacity": 1}
    line = {"type": "line", "strokeWidth": 1.4}
    return [
        _kind("bar old", {"type": "bar", "width": width, "fill": HAIRLINE}, both),
        _kind("bar", {"type": "bar", "width": width, "fill": ACCENT_MIDDLE}, both),
        _kind("bar year", {"type": "bar", "width": width, "fill": "#ffffff", "stroke": ACCENT, "strokeWidth": 1}, both),
        _kind("bar now", {"type": "bar", "width": width, "fill": ACCENT}, both),
        _kind("line old", {**line, "stroke": MUTED, "strokeDash": [2, 2]}, both),
        _kind("line", {**line, "stroke": ACCENT}, both),
        _kind("line old", {**dot, "size": 12, "fill": MUTED}, both),
        _kind("line", {**dot, "size": 13}, both),
        _kind("line year", {**dot, "size": 38, "fill": "#ffffff", "stroke": ACCENT, "strokeWidth": 1.3}, both),
        _kind("line now", {**dot, "size": 46}, both),
        _kind("break", {"type": "rule", "stroke": INK, "strokeWidth": 0.9}, {"x": x}),
        _kind(
            "target",
            {"type": "rule", "stroke": LIGHTS["yellow"], "strokeDash": [4, 2.5], "strokeWidth": 1.1},
            {"y": y},
        ),
        _kind(
            "label",
            {"type": "text", "y": _HEIGHT + 8, "fontSize": 7.5, "color": MUTED},
            {"x": x, "text": {"field": "label"}},
        ),
    ]


def _panel_values(panel: int, indicator: IndicatorFact, quarters: Sequence[str]) -> list[Spec]:
    """Scale an indicator's values and target to 0–1, as its panel draws them."""
    last = len(quarters) - 1
    values = {x: float(f.value) for x, f in enumerate(indicator.course) if isinstance(f.value, Decimal)}
    target = float(indicator.target.value) if isinstance(indicator.target.value, Decimal) else None
    if target is not None and indicator.is_flow:
        target /= 4
    low, high = _range([*values.values(), *([] if target is None else [target])], is_flow=indicator.is_flow)
    broken = quarters.index(indicator.broken_at) if indicator.broken_at in quarters else 0
    found: list[Spec] = []
    for x, value in values.items():
        point = {"panel": panel, "x": x, "v": (value - low) / (high - low)}
        found += [{**point, "kind": kind} for kind in _kinds(x, last, broken, is_flow=indicator.is_flow)]
    if broken:
        found.append({"panel": panel, "kind": "break", "x": broken - 0.5})
    if target is not None:
        found.append({"panel": panel, "kind": "target", "v": (target - low) / (high - low)})
    return found


def _range(numbers: Sequence[float], *, is_flow: bool) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    if is_flow:
        return min(0, low), high or 1
    spread = (high - low) or abs(high) or 1
    return low - spread * 0.15, high + spread * 0.15


def _kinds(x: int, last: int, broken: int, *, is_flow: bool) -> tuple[str, ...]:
    """Which marks a quarter gets: now, the same quarter of the year before, in between, or before a break."""
    mark = "bar" if is_flow else "line"
    if x < broken:
        return (f"{mark} old",)
    special = f"{mark} now" if x == last else f"{mark} year" if x == last - _YEAR else ""
    if not special:
        return (mark,)
    return (special,) if is_flow else (mark, special)


def _kind(kind: str, mark: Spec, encoding: Spec) -> Spec:
    return {"transform": [{"filter": {"field": "kind", "equal": kind}}], "mark": mark, "encoding": encoding}


def _indicator_alt(indicator: IndicatorFact, quarters: Sequence[str]) -> str:
    """Say the value, how it has changed and what it should be; then what the picture shows."""
    value = indicator.value
    now = texts("words")["unknown"] if value.value is None else with_unit(value.text, indicator.unit)
    parts = [text("alt", "indicator", name=indicator.name, value=now)]
    if indicator.compared_with and indicator.compared.value is not None:
        trend = f" ({texts('card_trends')[indicator.trend]})" if indicator.trend else ""
        parts.append(text("cards", "before", quarter=indicator.compared_with, value=indicator.compared.text) + trend)
    if indicator.target.value is not None:
        parts.append(text("alt", "indicator_target", target=indicator.target.text))
    if indicator.broken_at:
        parts.append(text("alt", "indicator_broken", quarter=indicator.broken_at))
    return f"{'; '.join(parts)}. {text('alt', 'indicator_course', quarter=quarters[0])}"
