"""Bullet bars: actual and forecast against the plan; and when grants expire that are not drawn."""

from collections.abc import Sequence
from decimal import Decimal

from schemas.facts import DeliveryState, Expiry, Money, ReportFacts
from transforms.report.chart_parts import (
    LABEL_SIZE,
    ROW,
    ROWS,
    WIDEST_PCT,
    along,
    as_is,
    clamped,
    layer,
    names_at_left,
    percent_axis,
)
from transforms.report.drawing import Chart
from transforms.report.look import ACCENT, ACCENT_MIDDLE, ACCENT_TINT, INK, LIGHTS, MUTED
from transforms.report.page_parts import page_texts
from transforms.report.texts import counted, text, texts
from transforms.report.vega import Spec
from transforms.report.writing import NBSP, joined, with_unit

FINANCE_HEAD = 25.0
"""The room above the first row: as high as the header of the table that stands beside the chart."""
FINANCE_ROW = 18.0
"""As high as a row of that table."""

_FINANCE_WIDTH, _FINANCE_LABEL, _NAMES = 116.0, 122.0, 100
_MOST_EXPIRIES = 8
_EXPIRY_WIDTH, _MOST_IDS = 190.0, 3


def finance_chart(facts: ReportFacts, *, is_named: bool = True) -> Chart:
    """Actual (bar) and forecast (tick) in percent of the plan, all on one scale.

    Without names it stands beside a table whose rows have its height.
    """
    told = [*facts.finance.organisations, facts.finance.total]
    values: list[Spec] = [
        {
            "y": row,
            "name": _name(facts, money),
            "plan": 100,
            "actual": clamped(money.actual_pct),
            "forecast": clamped(money.forecast_pct),
            "label": _finance_label(money),
        }
        for row, money in enumerate(told)
    ]
    planned = [value for value, money in zip(values, told, strict=True) if money.budget.value]
    forecast = [value for value in planned if value["forecast"]]
    tick = {"type": "tick", "thickness": 2.6, "size": 13, "color": LIGHTS["yellow"], "opacity": 1}
    plan = {"type": "rule", "color": INK, "strokeWidth": 0.9}
    scale, axis = (0, WIDEST_PCT), percent_axis()
    label = {"type": "text", "align": "left", "x": _FINANCE_LABEL, "fontSize": LABEL_SIZE, "color": MUTED}
    layers = [
        _bar(planned, "plan", ACCENT_TINT, 11),
        _bar(planned, "actual", ACCENT, 5),
        layer([{"x": 100}], plan, {"x": along("x", scale, axis)}),
        layer(forecast, tick, {"y": ROWS, "x": along("forecast", scale, axis)}),
        layer(values, label, {"y": ROWS, "text": {"field": "label"}}),
    ]
    if is_named:
        layers.append(names_at_left(values, INK))
    height, left = FINANCE_ROW * len(values), _NAMES if is_named else 6
    return Chart(_FINANCE_WIDTH, height, left, 50, FINANCE_HEAD, 2, layers, *_finance_words(facts))


def _bar(values: Sequence[Spec], field: str, fill: str, height: float) -> Spec:
    mark = {"type": "bar", "fill": fill, "height": height}
    return layer(values, mark, {"y": ROWS, "x": along(field, (0, WIDEST_PCT), percent_axis())})


def expiry_chart(facts: ReportFacts) -> Chart:
    """How much money that is not drawn yet ends in which quarter, all on one scale; soon is dark."""
    told = facts.finance.expiries[:_MOST_EXPIRIES]
    widest = max(_amount(expiry) for expiry in told)
    values: list[Spec] = [
        {
            "y": row,
            "name": expiry.quarter,
            "zero": 0,
            "amount": _amount(expiry),
            "fill": ACCENT if expiry.is_soon else ACCENT_MIDDLE,
            "label": _expiry_label(expiry),
        }
        for row, expiry in enumerate(told)
    ]
    scale = (0.0, widest or 1.0)
    amount = along("amount", scale)
    written = {"type": "text", "align": "left", "dx": 5, "fontSize": LABEL_SIZE, "color": INK}
    layers = [
        layer(
            values,
            {"type": "bar", "height": 10},
            {"y": ROWS, "x": along("zero", scale), "x2": {"field": "amount"}, "fill": as_is("fill")},
        ),
        layer(values, written, {"y": ROWS, "x": amount, "text": {"field": "label"}}),
        names_at_left(values, INK),
    ]
    return Chart(_EXPIRY_WIDTH, ROW * len(values), 52, 244, 2, 4, layers, *_expiry_words(facts, told))


def _amount(expiry: Expiry) -> float:
    value = expiry.remaining.value
    return float(value) if isinstance(value, Decimal) else 0.0


def _expiry_label(expiry: Expiry) -> str:
    star = "*" if expiry.remaining.missing else ""
    amount = with_unit(expiry.remaining.text + star, "T€") if expiry.remaining.value is not None else "–"
    return f"{amount}{NBSP}{NBSP}{joined(expiry.project_ids, _MOST_IDS)}"


def _name(facts: ReportFacts, money: Money) -> str:
    known = (o.name for o in facts.organisations if o.org_code == money.org_code)
    return next(known, money.org_code or texts("pages")["total"])


def _finance_label(money: Money) -> str:
    if not money.budget.value:
        return ""
    mark = "*" if money.deviation.missing else ""
    forecast = money.forecast_pct.text + mark if money.forecast_pct.value is not None else texts("words")["missing"]
    return text("charts", "finance", actual=money.actual_pct.text, forecast=forecast)


def _finance_words(facts: ReportFacts) -> tuple[str, str]:
    """Say how far the forecast is from the plan and who is furthest above it; and all values."""
    told, total = facts.finance.organisations, facts.finance.total
    over = [(m.deviation_pct.value, m) for m in told if isinstance(m.deviation_pct.value, Decimal)]
    worst = max(over, key=lambda pair: pair[0], default=None)
    parts = [_finance_part(_name(facts, money), money) for money in (*told, total)]
    details = text("alt", "finance", parts="; ".join(parts))
    if total.deviation_pct.value is None or worst is None:
        return "", details
    key = "finance_total" if total.deviation_pct.value else "finance_as_planned"
    message = text("messages", key, pct=total.deviation_pct.text)
    if worst[0] > 0:
        name, pct = _name(facts, worst[1]), worst[1].deviation_pct.text
        message += text("messages", "finance_worst", name=name, pct=pct)
    return f"{message}.", details


def _finance_part(name: str, money: Money) -> str:
    if not money.budget.value:
        has_delivered = money.state is DeliveryState.DELIVERED
        return f"{name}: {texts('words')['unknown'] if has_delivered else texts('delivery')[money.state]}"
    forecast = money.forecast_pct.text if money.forecast_pct.value is not None else texts("words")["missing"]
    return text("alt", "finance_part", name=name, actual=money.actual_pct.text, forecast=forecast)


def _expiry_words(facts: ReportFacts, told: Sequence[Expiry]) -> tuple[str, str]:
    """Say how much is lost soon unless it is drawn; and the amounts by quarter."""
    total, until = facts.finance.expiring_total, facts.finance.expiring_until
    message = page_texts(facts)["nothing_expires"].format(months=facts.thresholds.funding_warning_months)
    if facts.finance.expiring:
        amount = with_unit(total.text, "T€")
        message = counted("expires", len(facts.finance.expiring), amount=amount, day=until.text)
    parts = [
        text(
            "alt", "expiry_part", quarter=e.quarter, amount=e.remaining.text, projects=joined(e.project_ids, _MOST_IDS)
        )
        for e in told
    ]
    return message, text("alt", "expiry", parts="; ".join(parts))
