"""Vega-Lite specs to SVG, all of a report in one call.

Starting vl-convert costs some 0.2 seconds once per process, each call ten milliseconds more: so the charts of a report
are put into one spec, drawn together and cut apart again. Starting it early in a thread gains nothing, as it keeps the
GIL; in another process it does (flows.drawing).
"""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from msgspec import Struct

from transforms.report.look import FACE, INK
from transforms.report.vega import Spec, ToSvg, to_svg

_SVG = "{http://www.w3.org/2000/svg}"

_CONFIG: Spec = {
    "font": FACE,
    "background": None,
    "view": {"stroke": None},
    "axis": {"labelFontSize": 8.5, "labelColor": INK, "labelFontWeight": 400, "titleFontWeight": 400},
    "text": {"fontSize": 8.5, "color": INK, "fontWeight": 400},
}


class Canvas(Struct, frozen=True):
    """A drawing area of ``width`` × ``height`` points with room around it for labels."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    layers: Sequence[Spec]

    @property
    def full_width(self) -> float:
        """The width with the room for labels, in points."""
        return self.left + self.width + self.right

    @property
    def full_height(self) -> float:
        """The height with the room for labels, in points."""
        return self.top + self.height + self.bottom


class Chart(Canvas, frozen=True):
    """A chart whose layers bring their data; ``message`` is what it shows, in a sentence; ``details`` are its parts."""

    message: str
    details: str

    @property
    def alt(self) -> str:
        """What stands for the chart where it is not seen: the message first."""
        return f"{self.message} {self.details}".strip()


class Panels(Canvas, frozen=True):
    """Charts of one kind that share size and layers; ``values`` say by ``panel``, from 0, whose they are.

    ``alts`` names the panels in their order, each with its message in words.
    """

    values: Sequence[Spec]
    alts: Mapping[str, str]


def draw(charts: Mapping[str, Chart], panels: Panels | None = None, draw_spec: ToSvg = to_svg) -> dict[str, str]:
    """Draw charts and panels as SVG texts, by their names; text stays text in the report's face."""
    views: list[Spec] = [
        {"name": f"chart{n}", "width": c.width, "height": c.height, "layer": list(c.layers)}
        for n, c in enumerate(charts.values())
    ]
    if panels:
        views.append(_faceted(panels))
    if not views:
        return {}
    independent = {"x": "independent", "y": "independent"}
    spec = {"vconcat": views, "resolve": {"scale": independent}, "config": _CONFIG}
    drawn = ET.fromstring(draw_spec(spec))  # noqa: S314  # parses only what vl-convert has just drawn
    groups = {str(group.get("class")).rpartition(" ")[2]: group for group in drawn.iter(f"{_SVG}g")}
    pictures = {
        name: _cut_out(_content(groups[f"chart{n}_group"])[0], chart) for n, (name, chart) in enumerate(charts.items())
    }
    if panels:
        cells = _content(groups["panels_cell"])
        pictures.update((name, _cut_out(cell, panels)) for name, cell in zip(panels.alts, cells, strict=True))
    return pictures


def _faceted(panels: Panels) -> Spec:
    return {
        "name": "panels",
        "data": {"values": list(panels.values)},
        "facet": {"field": "panel", "type": "ordinal", "header": None},
        "columns": 1,
        "spec": {"width": panels.width, "height": panels.height, "layer": list(panels.layers)},
    }


def _content(group: ET.Element) -> list[ET.Element]:
    """Give the drawn items of a group: one for a view, one per cell for a facet."""
    return group.findall(f"{_SVG}g")


def _cut_out(content: ET.Element, canvas: Canvas) -> str:
    """Make a picture of one item of the drawing."""
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    for text in content.iter(f"{_SVG}text"):
        # Typst 0.15 takes the lightest weight of a variable font for 400 unless the axis is named.
        weight = text.get("font-weight") or "400"
        text.set("font-variation-settings", f"'wght' {'700' if weight == 'bold' else weight}")
    content.attrib.pop("transform", None)
    box = f"{-canvas.left:g} {-canvas.top:g} {canvas.full_width:g} {canvas.full_height:g}"
    size = {"viewBox": box, "width": f"{canvas.full_width:g}", "height": f"{canvas.full_height:g}"}
    picture = ET.Element(f"{_SVG}svg", size)
    # The drawing sets fill and line ends once around all groups.
    around = ET.SubElement(picture, f"{_SVG}g", {"fill": "none", "stroke-miterlimit": "10"})
    around.append(content)
    return ET.tostring(picture, encoding="unicode")
