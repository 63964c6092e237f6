"""What the charts share: rows, layers, axes, and figures as numbers to draw."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from schemas.facts import Figure
from transforms.report.look import MUTED
from transforms.report.vega import Spec
from transforms.report.writing import NBSP

TEXT_WIDTH = 487.0
"""Between the margins of the page, in points."""

ROW = 17.0
"""The height of a row."""

ROWS: Spec = {"field": "y", "type": "ordinal", "axis": None, "scale": {"type": "band", "padding": 0}}
"""Rows are numbered by ``y``."""

WIDEST_PCT = 140.0
"""Bullet bars end here; what lies beyond is told by its label."""

LABEL_SIZE = 8.5


def layer(values: Sequence[Mapping[str, object]], mark: Spec, encoding: Spec) -> Spec:
    """One kind of mark for some values."""
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}


def along(field: str, domain: tuple[float, float], axis: Spec | None = None) -> Spec:
    """A horizontal position on a fixed scale; only one layer of a chart brings the axis."""
    scale = {"domain": list(domain), "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def as_is(field: str, kind: str = "nominal") -> Spec:
    """Take colour, shape or (``quantitative``) size from the data without a scale."""
    return {"field": field, "type": kind, "scale": None, "legend": None}


def names_at_left(values: Sequence[Spec], color: str, rows: Spec = ROWS) -> Spec:
    """Write the ``name`` of each row to the left of the drawing area."""
    names = [{"y": value["y"], "name": value["name"]} for value in values]
    mark = {"type": "text", "align": "right", "x": -8, "fontSize": LABEL_SIZE, "color": color}
    return layer(names, mark, {"y": rows, "text": {"field": "name"}})


def percent_axis() -> Spec:
    """Label 0, 50 and 100 % above the chart, without lines."""
    return {
        "orient": "top",
        "title": None,
        "grid": False,
        "domain": False,
        "ticks": False,
        "values": [0, 50, 100],
        "labelExpr": f"datum.value + '{NBSP}%'",
        "labelFlush": False,
        "labelColor": MUTED,
        "labelPadding": 3,
    }


def day_number(figure: Figure) -> int:
    """Give a day as a number to draw, 0 when there is none."""
    return figure.value.toordinal() if isinstance(figure.value, date) else 0


def count_of(figure: Figure) -> int:
    """Give a count, 0 when there is none."""
    return figure.value if isinstance(figure.value, int) else 0


def clamped(figure: Figure) -> float:
    """Give a percentage as a length to draw, at most `WIDEST_PCT`."""
    return min(float(figure.value), WIDEST_PCT) if isinstance(figure.value, Decimal) else 0.0
