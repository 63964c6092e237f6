"""The charts of a report, drawn: each with its message in words."""

from collections.abc import Mapping

from msgspec import Struct

from schemas.facts import ReportFacts
from transforms.report.chart_indicators import indicator_panels
from transforms.report.charts import build_charts
from transforms.report.drawing import draw
from transforms.report.glyphs import printable_facts
from transforms.report.texts import text
from transforms.report.vega import ToSvg, to_svg


class Picture(Struct, frozen=True):
    """A drawn chart; ``width`` is in points, ``head`` is the room above its first row.

    ``alt`` says its message and what it shows, ``message`` is the sentence that its caption begins with.
    """

    svg: str
    alt: str
    width: float
    head: float = 0
    message: str = ""


def with_logo(pictures: Mapping[str, Picture], logo: str | None) -> Mapping[str, Picture]:
    """Add the city's logo, an SVG text, to the pictures of the pages; without one they stay as they are."""
    return {**pictures, "logo": Picture(logo, text("pages", "logo"), 0)} if logo else pictures


def draw_pictures(facts: ReportFacts, draw_spec: ToSvg = to_svg) -> Mapping[str, Picture]:
    """Draw all charts that the facts have something for, by name; ``draw_spec`` does it here or elsewhere."""
    facts = printable_facts(facts)
    charts, panels = build_charts(facts), indicator_panels(facts)
    drawn = draw(charts, panels, draw_spec)
    pictures = {
        name: Picture(drawn[name], chart.alt, chart.full_width, chart.top, chart.message)
        for name, chart in charts.items()
    }
    if panels:
        pictures |= {name: Picture(drawn[name], alt, panels.full_width) for name, alt in panels.alts.items()}
    return pictures
