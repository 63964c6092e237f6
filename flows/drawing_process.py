"""Draws one Vega-Lite specification from standard input as SVG to standard output; see flows.drawing."""

import json
import sys

from transforms.report.vega import to_svg


def main() -> None:
    """Start the engine with a trifle, then wait for the specification."""
    to_svg({"data": {"values": [{}]}, "mark": "text", "encoding": {"text": {"value": "ä"}}})
    spec = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(to_svg(spec).encode())


if __name__ == "__main__":
    main()
