"""From facts to the pages of the report: PDF/UA-1 by Typst, with the charts embedded."""

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

import typst

from schemas.facts import ReportFacts
from transforms.report import look
from transforms.report.chart_indicators import indicator_panels
from transforms.report.charts import build_charts
from transforms.report.drawing import draw
from transforms.report.glyphs import breakable, printable_facts
from transforms.report.page_data import page_data
from transforms.report.page_parts import page_texts
from transforms.report.texts import texts
from transforms.report.vega import ToSvg, to_svg

_TEXT_SECTIONS = ("words", "lights", "shapes", "trends", "delivery", "columns")
_STANDARD: Final = "ua-1"


class LayoutError(Exception):
    """The pages would not look as designed: a mistake of this program or its installation, never of a return."""


def render_pdf(facts: ReportFacts, draw_spec: ToSvg = to_svg) -> bytes:
    """Set the report as a tagged, accessible PDF (PDF/UA-1), German, with bookmarks and alternative texts.

    Equal facts give equal bytes, on every machine: fonts come from a package, the document's date is ``built_at``.
    Texts out of returns print literally. ``draw_spec`` draws the charts, here or in another process.

    Raises:
        LayoutError: something of the design is missing, such as the face.
    """
    facts = printable_facts(facts)
    inputs = {
        "report": json.dumps({**_breakable(page_data(facts)), **_constants(facts)}, ensure_ascii=False),
        "charts": json.dumps(_pictures(facts, draw_spec), ensure_ascii=False),
    }
    with as_file(files("transforms.report") / "typst") as folder:
        pages, warnings = typst.compile_with_warnings(
            str(folder / "report.typ"),
            root=str(folder),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=_STANDARD,
            sys_inputs=inputs,
            timestamp=int(_utc(facts.built_at).timestamp()),
        )
    if warnings:  # such as a face that was not found: better no report than one in another face
        msg = f"the report could not be set as designed: {warnings[0].message}"
        raise LayoutError(msg)
    return pages


def _pictures(facts: ReportFacts, draw_spec: ToSvg) -> dict[str, dict[str, Any]]:
    charts, panels = build_charts(facts), indicator_panels(facts)
    drawn = draw(charts, panels, draw_spec)
    pictures = {
        name: {"svg": drawn[name], "alt": chart.alt, "width": chart.full_width} for name, chart in charts.items()
    }
    if panels:
        for name, alt in panels.alts.items():
            pictures[name] = {"svg": drawn[name], "alt": alt, "width": panels.full_width}
    return pictures


def _constants(facts: ReportFacts) -> dict[str, Any]:
    return {
        "texts": {**{section: dict(texts(section)) for section in _TEXT_SECTIONS}, "pages": dict(page_texts(facts))},
        "look": {
            "face": look.FACE,
            "ink": look.INK,
            "muted": look.MUTED,
            "hairline": look.HAIRLINE,
            "paper_tint": look.PAPER_TINT,
            "accent": look.ACCENT,
            "accent_tint": look.ACCENT_TINT,
            "lights": dict(look.LIGHTS),
        },
    }


def _breakable(part: Any) -> Any:  # noqa: ANN401  # any JSON
    match part:
        case str():
            return breakable(part)
        case dict():
            return {key: _breakable(value) for key, value in part.items()}
        case list():
            return [_breakable(item) for item in part]
        case _:
            return part


def _utc(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@cache
def _fonts() -> typst.Fonts:
    with as_file(files("fontpkg_source_sans_3") / "files") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
