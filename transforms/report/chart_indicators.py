"""Small multiples: the course of each indicator over up to eight quarters, with its target."""

from collections.abc import Sequence
from decimal import Decimal

from schemas.facts import IndicatorFact, ReportFacts
from transforms.report.chart_parts import along
from transforms.report.drawing import Panels
from transforms.report.look import ACCENT, ACCENT_MIDDLE, LIGHTS, MUTED
from transforms.report.texts import text
from transforms.report.vega import Spec


def indicator_name(indicator: IndicatorFact) -> str:
    """The name of an indicator's chart among the charts of a report."""
    return f"kpi.{indicator.org_code}.{indicator.kpi_code}"


def indicator_panels(facts: ReportFacts) -> Panels | None:
    """The course of each indicator: a line for a level, bars for what is counted anew; the target dashed.

    Every panel has a scale of its own: what is compared is an indicator with its own past and target.
    """
    shown = [i for i in facts.indicators if sum(figure.value is not None for figure in i.course) > 1]
    if not shown:
        return None
    last = len(facts.quarters) - 1
    values = [value for panel, indicator in enumerate(shown) for value in _panel_values(panel, indicator, last)]
    values += [
        {"panel": panel, "kind": "label", "x": x, "label": facts.quarters[x]}
        for panel in range(len(shown))
        for x in (0, last)
    ]
    x = along("x", (-0.5, last + 0.5))
    y = {"field": "v", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1], "nice": False}}
    both = {"x": x, "y": y}
    dot = {"type": "point", "fill": ACCENT, "strokeWidth": 0, "opacity": 1}
    width = min(14.0, 80 / (last + 1))
    layers: list[Spec] = [
        _kind("bar", {"type": "bar", "width": width, "fill": ACCENT_MIDDLE}, both),
        _kind("bar now", {"type": "bar", "width": width, "fill": ACCENT}, both),
        _kind("line", {"type": "line", "stroke": ACCENT, "strokeWidth": 1.4}, both),
        _kind("line", {**dot, "size": 13}, both),
        _kind("line now", {**dot, "size": 46}, both),
        _kind(
            "target",
            {"type": "rule", "stroke": LIGHTS["yellow"], "strokeDash": [4, 2.5], "strokeWidth": 1.1},
            {"y": y},
        ),
        _kind(
            "label",
            {"type": "text", "y": 42, "fontSize": 7.5, "color": MUTED},
            {"x": x, "text": {"field": "label"}},
        ),
    ]
    return Panels(
        108, 34, 4, 4, 4, 14, layers, values, {indicator_name(i): _indicator_alt(i, facts.quarters) for i in shown}
    )


def _panel_values(panel: int, indicator: IndicatorFact, last: int) -> list[Spec]:
    """Scale an indicator's values and target to 0–1, as its panel draws them."""
    values = {x: float(f.value) for x, f in enumerate(indicator.course) if isinstance(f.value, Decimal)}
    target = float(indicator.target.value) if isinstance(indicator.target.value, Decimal) else None
    if target is not None and indicator.is_flow:
        target /= 4
    numbers = [*values.values(), *([] if target is None else [target])]
    low, high = min(numbers), max(numbers)
    spread = (high - low) or abs(high) or 1
    low, high = (min(0, low), high or 1) if indicator.is_flow else (low - spread * 0.15, high + spread * 0.15)
    kind = "bar" if indicator.is_flow else "line"
    scaled = {x: (value - low) / (high - low) for x, value in values.items()}
    found: list[Spec] = []
    for x, v in scaled.items():
        if x < last or not indicator.is_flow:
            found.append({"panel": panel, "kind": kind, "x": x, "v": v})
        if x == last:
            found.append({"panel": panel, "kind": f"{kind} now", "x": x, "v": v})
    if target is not None:
        found.append({"panel": panel, "kind": "target", "v": (target - low) / (high - low)})
    return found


def _kind(kind: str, mark: Spec, encoding: Spec) -> Spec:
    return {"transform": [{"filter": {"field": "kind", "equal": kind}}], "mark": mark, "encoding": encoding}


def _indicator_alt(indicator: IndicatorFact, quarters: Sequence[str]) -> str:
    parts = [text("alt", "indicator", name=indicator.name, unit=indicator.unit, quarter=quarters[0])]
    if indicator.value.value is not None:
        parts.append(text("alt", "indicator_now", value=indicator.value.text))
    if indicator.previous.value is not None:
        parts.append(text("alt", "indicator_previous", value=indicator.previous.text))
    if indicator.target.value is not None:
        parts.append(text("alt", "indicator_target", target=indicator.target.text))
    return f"{', '.join(parts)}."
