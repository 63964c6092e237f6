"""From facts to the pages of the report: PDF/UA-1 by Typst, with the charts embedded."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

import typst
from msgspec.structs import asdict

from schemas.facts import ReportFacts
from transforms.report import look
from transforms.report.glyphs import breakable, printable_facts
from transforms.report.outputs.figures_csv import figures_csv
from transforms.report.page_data import page_data
from transforms.report.page_parts import page_texts
from transforms.report.pictures import Picture, draw_pictures
from transforms.report.texts import texts

_TEXT_SECTIONS = ("words", "lights", "shapes", "trends", "delivery", "columns")
_STANDARDS: Final = ("ua-1", "a-3a")


class LayoutError(Exception):
    """The pages would not look as designed: a mistake of this program or its installation, never of a return."""


def render_pdf(facts: ReportFacts, pictures: Mapping[str, Picture] | None = None) -> bytes:
    """Set the report as `set_pages` does; ``pictures`` are the charts where they have been drawn already."""
    return set_pages(facts, page_inputs(facts), draw_pictures(facts) if pictures is None else pictures)


def page_inputs(facts: ReportFacts) -> dict[str, str]:
    """Give all that the pages are set from but the charts, which may still be drawn meanwhile.

    Texts out of returns print literally.
    """
    _fonts()
    facts = printable_facts(facts)
    return {
        "report": json.dumps({**_breakable(page_data(facts)), **_constants(facts)}, ensure_ascii=False),
        "figures": figures_csv(facts).decode(),
    }


def set_pages(facts: ReportFacts, inputs: Mapping[str, str], pictures: Mapping[str, Picture]) -> bytes:
    """Set the report as a tagged, accessible PDF that can be archived (PDF/UA-1 and PDF/A-3a in one file).

    It is German, has bookmarks and alternative texts, and carries its figures as an attached CSV. ``inputs`` are those
    of `page_inputs`.

    Equal facts give equal bytes, on every machine: fonts come from a package, the document's date is ``built_at``.

    Raises:
        LayoutError: something of the design is missing, such as the face.
    """
    charts = json.dumps({name: asdict(picture) for name, picture in pictures.items()}, ensure_ascii=False)
    with as_file(files("transforms.report") / "typst") as folder:
        pages, warnings = typst.compile_with_warnings(
            str(folder / "report.typ"),
            root=str(folder),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=list(_STANDARDS),
            sys_inputs={**inputs, "charts": charts},
            timestamp=int(_utc(facts.built_at).timestamp()),
        )
    if warnings:  # such as a face that was not found: better no report than one in another face
        msg = f"the report could not be set as designed: {warnings[0].message}"
        raise LayoutError(msg)
    return pages


def _constants(facts: ReportFacts) -> dict[str, Any]:
    return {
        "texts": {**{section: dict(texts(section)) for section in _TEXT_SECTIONS}, "pages": dict(page_texts(facts))},
        "look": {
            "face": look.FACE,
            "ink": look.INK,
            "muted": look.MUTED,
            "hairline": look.HAIRLINE,
            "paper_tint": look.PAPER_TINT,
            "watermark": look.WATERMARK,
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
