"""Renew docs/pictures: page 1 and each chart of the demo year's report. Usage: python -m tests.pictures."""

import tempfile
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import pymupdf
import typst

from flows.commands.demo import run_demo
from schemas.quarter import Quarter
from transforms.report.facts import build_facts
from transforms.report.pages import render_pdf
from transforms.report.pictures import Picture, draw_pictures
from warehouse.reading import read_tables

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
QUARTER = Quarter(2026, 3)
NOW = datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))
DOTS_PER_INCH = 110
PAPER = """#let width = float(sys.inputs.width) * 1pt
#set page(width: width + 12pt, height: auto, margin: 6pt, fill: white)
#set text(font: "Source Sans 3")
#image(bytes(sys.inputs.svg), format: "svg", width: width)
"""
CHARTS = {
    "balance": "chart-lights",
    "organisations": "chart-projects",
    "milestones": "chart-milestones",
    "finance": "chart-money",
    "expiry": "chart-grants",
    "kpi.SWG.SWG-02": "chart-indicator",
}


def main() -> None:
    """Play the demo year and picture its last report, as it looks once it is released."""
    with tempfile.TemporaryDirectory(prefix="die8-pictures-") as folder:
        home = Path(folder) / "demo"
        run_demo(home, NOW.isoformat())
        tables = read_tables(home / "published" / "die8.duckdb", QUARTER)
    facts = build_facts(tables, QUARTER, built_at=NOW, is_fictional=True, release_no=1)
    drawn = draw_pictures(facts)
    with pymupdf.open(stream=render_pdf(facts, drawn)) as document:
        document[0].get_pixmap(dpi=DOTS_PER_INCH).save(PICTURES / "report-page-1.png")
    for name, file in CHARTS.items():
        (PICTURES / f"{file}.png").write_bytes(as_png(drawn[name]))


def as_png(picture: Picture) -> bytes:
    """Set a chart on white paper, in the report's face."""
    with as_file(files("fontpkg_source_sans_3") / "files") as faces:
        pages = typst.compile(
            PAPER.encode(),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(faces)]),
            format="png",
            ppi=DOTS_PER_INCH * 1.4,
            sys_inputs={"svg": picture.svg, "width": f"{picture.width:g}"},
        )
    return pages if isinstance(pages, bytes) else pages[0]


if __name__ == "__main__":
    main()
