"""The report as one page for the browser: no network, no script, every figure opens its sources.

Hand-made rather than exported by Typst (docs/decisions). It works where scripts are stripped from attachments: what
opens is HTML's own popover.
"""

import hashlib
import re
import shlex
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from schemas.facts import DeliveryState, Figure, Light, ReportFacts, RequestFact, figures_of
from transforms.report.chart_indicators import indicator_name
from transforms.report.outputs.columns import place_of, unit_of
from transforms.report.outputs.figures_csv import exact
from transforms.report.outputs.report_tables import report_tables, stamps
from transforms.report.outputs.tables import Cell, Table, TableRow
from transforms.report.page_annex import method
from transforms.report.page_committee import decision_counts
from transforms.report.page_parts import (
    Lookup,
    comparison,
    counted_lights,
    day_of,
    delivery_state,
    named,
    page_texts,
    red_since,
)
from transforms.report.page_portfolio import migration, milestones_cut
from transforms.report.pictures import Picture
from transforms.report.texts import label, text, texts
from transforms.report.writing import joined

_SECTIONS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "sA", "sB", "sC")
_PLACES_SHOWN = 12
"""So many cells behind a figure are named; `die8 trace` and facts.json know all."""
_SVG = "{http://www.w3.org/2000/svg}"
_NOT_DRAWN = re.compile(r"class|role|aria-.*|pointer-events|font-variation-settings")
"""Attributes of a drawing that say nothing here: the picture as a whole has its description."""
_LONGEST_KEY = 12
_ROOM = 0.05
_SCALE = 1.5
"""Pixels of the browser for a point of the drawing: 8.5 pt become 13 px."""


def render_html(facts: ReportFacts, pictures: Mapping[str, Picture]) -> bytes:
    """Write the whole report as one HTML file that loads nothing and runs nothing.

    Texts of returns are escaped, charts are inline with their message as title and description. Equal facts give
    equal bytes.
    """
    lookup = Lookup(facts)
    tables = report_tables(facts)
    style = _file("style.css")
    sources = _Sources()
    template = _environment().get_template("report.html.j2")
    page = template.render(
        **_words(facts),
        **_selected(facts, tables),
        facts=facts,
        lookup=lookup,
        stamps=stamps(facts),
        tables=tables,
        title=text("pages", "title", quarter=facts.in_text),
        as_of=day_of(facts.as_of),
        meeting=day_of(facts.meeting_on) if facts.meeting_on else text("pages", "no_meeting"),
        delivery=delivery_state(facts.delivery),
        comparison=comparison(facts),
        decision_counts=decision_counts(facts.decision_count),
        is_empty=all(o.state is DeliveryState.NOT_DELIVERED for o in facts.delivery.organisations),
        migration=migration(lookup),
        moved={figure.id: figure for figure in figures_of(facts.portfolio)},
        method=method(lookup),
        pictures={name: Markup(_inline(name, picture)) for name, picture in pictures.items()},  # noqa: S704  # made here, its texts escaped by the XML writer
        messages={name: picture.message for name, picture in pictures.items()},
        milestones_cut=milestones_cut(facts),
        style=Markup(style),  # noqa: S704  # a file of ours
        style_hash=b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        bodies=_bodies,
        project_name=lambda project_id: _project_name(lookup, project_id),
        indicator_name=indicator_name,
        red_since=red_since,
        label=label,
        exact=exact,
        unit=unit_of,
        places=_places,
        trace=lambda figure: _trace_words(facts, figure),
        note=sources.note,
        noted=sources.noted,
        zip=zip,
    )
    return page.encode()


class _Sources:
    """The figures that were printed, each to be explained once at the end of the page."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}

    def note(self, figure: Figure) -> str:
        """Remember a figure, and give the id under which its sources stand."""
        self._figures[figure.id] = figure
        return f"q-{figure.id}"

    def noted(self) -> list[Figure]:
        """Give the figures that have been remembered, in the order of the page."""
        return list(self._figures.values())


@cache
def _file(name: str) -> str:
    return (files("transforms.report.outputs") / "html" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    names = ("report.html.j2", "parts.html.j2")
    environment = Environment(
        loader=DictLoader({name: _file(name) for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["figure"] = lambda value: isinstance(value, Figure)
    environment.tests["light"] = lambda value: isinstance(value, Light)
    return environment


def _words(facts: ReportFacts) -> dict[str, Any]:
    pages = page_texts(facts)
    return {
        "p": pages,
        "h": texts("html"),
        "w": texts("words"),
        "lights": texts("lights"),
        "shapes": texts("shapes"),
        "states": texts("delivery"),
        "cards": texts("cards"),
        "card_trends": texts("card_trends"),
        "deadline_kinds": texts("deadlines"),
        "sections": {name: pages[name] for name in _SECTIONS},
        "heads": {"indicators": texts("heads.indicators")},
        "numeric": _numeric,
        "is_key": _is_key,
    }


def _selected(facts: ReportFacts, tables: Mapping[str, Table]) -> dict[str, Any]:
    """Give the parts of tables that sections show, and functions that give them by organisation."""
    projects, milestones = tables["projects"], tables["milestones"]

    def among(ids: tuple[str, ...]) -> Table:
        order = {project_id: position for position, project_id in enumerate(ids)}
        found = projects.where(lambda row: row.cells[0] in order)
        return found.ordered(lambda row: order[str(row.cells[0])])

    overdue = milestones.where(lambda row: _days(row) > 0).ordered(lambda row: -_days(row))
    by_org = {o.org_code: set(o.project_ids) for o in facts.organisations}
    return {
        "balance": counted_lights(facts),
        "red": among(tuple(e.project_id for e in facts.escalations)),
        "overdue": overdue,
        "funded": among(facts.finance.funded),
        "unsecured": among(facts.finance.unsecured),
        "projects_of": lambda org_code: projects.where(lambda row: row.cells[0] in by_org[org_code]),
        "indicators": lambda org_code: [i for i in facts.indicators if i.org_code == org_code],
    }


def _days(row: TableRow) -> int:
    overdue = row.cells[list(texts("heads.milestones")).index("overdue")]
    return overdue.value if isinstance(overdue, Figure) and isinstance(overdue.value, int) else 0


def _numeric(table: Table) -> set[int]:
    """Give the columns that hold figures: they are set flush right."""
    return {n for n in range(len(table.heads)) if any(isinstance(row.cells[n], Figure) for row in table.rows)}


def _is_key(cell: Cell) -> bool:
    """Whether a row's first cell is a number such as ``KLI-001``, which does not break."""
    return isinstance(cell, str) and len(cell) <= _LONGEST_KEY


def _bodies(request: RequestFact) -> str:
    return joined([label("further_bodies", body) for body in request.further_bodies])


def _project_name(lookup: Lookup, project_id: str | None) -> str:
    project = lookup.projects.get(project_id or "")
    return named(project) if project else project_id or texts("words")["general"]


def _places(figure: Figure) -> list[str]:
    told = [place_of(source) for source in figure.sources[:_PLACES_SHOWN]]
    left_out = len(figure.sources) - len(told)
    return [*told, text("source", "more", n=left_out)] if left_out else told


def _trace_words(facts: ReportFacts, figure: Figure) -> str:
    """Give the words of the command line that show every cell behind a figure of this report."""
    edition = () if facts.edition.is_full else ("--edition", facts.edition.key)
    return shlex.join(("die8", "trace", figure.id, "--quarter", facts.quarter, *edition))


def _inline(name: str, picture: Picture) -> str:
    """Make a drawing part of the page: only what draws is kept, title and description say its message."""
    root = ET.fromstring(picture.svg)  # noqa: S314  # parses only what we have just drawn
    for parent in list(root.iter()):
        parent.attrib = {key: value for key, value in parent.attrib.items() if not _NOT_DRAWN.fullmatch(key)}
        for child in list(parent):
            if child.tag == f"{_SVG}path" and (child.get("d") in (None, "") or child.get("display") == "none"):
                parent.remove(child)
    key = name.replace(".", "-")
    description = ET.Element(f"{_SVG}desc", {"id": f"{key}-d"})
    description.text = picture.alt
    root.insert(0, description)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    # Where the face is missing the browser takes a wider one: its labels need room at both sides.
    root.set("viewBox", f"{left - width * _ROOM:g} {top:g} {width * (1 + 2 * _ROOM):g} {height:g}")
    root.set("width", f"{width * (1 + 2 * _ROOM) * _SCALE:g}")
    root.attrib.pop("height", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-d")
    ET.register_namespace("", _SVG[1:-1])
    return ET.tostring(root, encoding="unicode")
