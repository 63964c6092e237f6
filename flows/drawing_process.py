"""Draws one Vega-Lite specification from standard input as SVG to standard output; see flows.drawing."""

import json
import sys

from transforms.report.look import FACE
from transforms.report.vega import Spec, to_svg

_ROWS: Spec = {"field": "y", "type": "ordinal", "axis": None, "scale": {"type": "band", "padding": 0}}
_ALONG: Spec = {
    "field": "x",
    "type": "quantitative",
    "scale": {"domain": [0, 1], "nice": False},
    "axis": {"orient": "top", "values": [0, 1], "labelExpr": "datum.value + ' %'"},
}
_MARKS = ("bar", "rule", "tick", "text", "point", "line")
WARM_UP: Spec = {
    "vconcat": [
        {
            "width": 9,
            "height": 9,
            "layer": [
                {
                    "data": {"values": [{"y": 0, "x": 1, "ink": "#000"}]},
                    "mark": {"type": mark},
                    "encoding": {
                        "y": _ROWS,
                        "x": _ALONG,
                        "color": {"field": "ink", "type": "nominal", "scale": None, "legend": None},
                    },
                }
                for mark in _MARKS
            ],
        }
    ],
    "resolve": {"scale": {"x": "independent", "y": "independent"}},
    "config": {"font": FACE},
}
"""One mark of each kind that the charts use, in their face: the engine loads what it needs at first use."""


def main() -> None:
    """Warm the engine up, then wait for the specification."""
    to_svg(WARM_UP)
    spec = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(to_svg(spec).encode())


if __name__ == "__main__":
    main()
