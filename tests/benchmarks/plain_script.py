"""The comparison program: one plain script for a quarter's returns, as a competent analyst would write it.

It reads what pandas can open without further engines (xlsx, and CSV out of a zip), checks the projects with
Pandera, loads a DuckDB file, sums up, draws two charts and prints a PDF. It has no archive, no cell positions, no
history, no xls and ods, no receipts: the small version of what Die 8 does. It runs in an environment of its own.

Usage: plain_script.py FOLDER_WITH_RETURNS OUTPUT_FOLDER
"""

import io
import re
import sys
import zipfile
from pathlib import Path

import duckdb
import matplotlib as mpl
import pandas as pd
import pandera.pandas as pa
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Image, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

mpl.use("Agg")
from matplotlib import pyplot as plt

SHEETS = ["Projekte", "Meilensteine", "Kennzahlen", "Risiken", "Beschlussbedarf", "Zusammenarbeit"]
FIRST_COLUMNS = {"Projekt-Nr.", "Code", "Risiko-Nr.", "Nr.", "Art"}
ALIASES = {"Ampel Zeit": "Ampel Termin"}
MONEY = ["Budget gesamt Plan", "Ist kumuliert", "Prognose gesamt", "Fördermittel bewilligt", "Fördermittel abgerufen"]
DATES = ["Beginn", "Ende Plan", "Ende Prognose", "Bewilligungszeitraum bis"]
LIGHTS = ["Ampel gesamt", "Ampel Termin", "Ampel Kosten", "Ampel Inhalt"]
LIGHT_COLOURS = {"grün": "#2e7d32", "gelb": "#f9a825", "rot": "#c62828", "grau": "#9e9e9e"}

PROJECT_SCHEMA = pa.DataFrameSchema(
    {
        "Projekt-Nr.": pa.Column(str, pa.Check.str_matches(r"^[A-Z]{3}-\d{3}$"), unique=True),
        "Projekttitel": pa.Column(str, pa.Check.str_length(max_value=80)),
        "Budget gesamt Plan": pa.Column(float, pa.Check.ge(0)),
        "Ist kumuliert": pa.Column(float, pa.Check.ge(0)),
        "Prognose gesamt": pa.Column(float, pa.Check.ge(0)),
        "Fortschritt %": pa.Column(float, pa.Check.in_range(0, 100), nullable=True),
        **{light: pa.Column(str, pa.Check.isin(list(LIGHT_COLOURS))) for light in LIGHTS},
        **{name: pa.Column("datetime64[ns]", nullable=True, coerce=True) for name in DATES},
    },
    checks=pa.Check(lambda frame: ~(frame["Ende Prognose"] < frame["Beginn"]), name="forecast not before start"),
)


def read_sheets(path: Path) -> dict[str, pd.DataFrame] | None:
    """Read all sheets without headers; None for a file that pandas cannot open here."""
    if path.suffix == ".xlsx" and path.stat().st_size:
        return pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as package:
            return {
                Path(name).stem: pd.read_csv(
                    io.BytesIO(package.read(name)), sep=";", header=None, encoding="cp1252", dtype=str
                )
                for name in package.namelist()
            }
    return None


def number(value: object) -> float:
    """Read an amount or percentage: a number, or German text such as ``64.000,00 €``."""
    if isinstance(value, int | float):
        return float(value)
    text = re.sub(r"[€%\s]", "", str(value))
    if "," in text or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def table(raw: pd.DataFrame) -> pd.DataFrame:
    """Find the header row and give the rows below it that have a key."""
    header = next((row for row in range(min(len(raw), 25)) if raw.iloc[row, 0] in FIRST_COLUMNS), None)
    if header is None:
        return pd.DataFrame()
    frame = raw.iloc[header + 1 :].copy()
    frame.columns = [ALIASES.get(str(name), str(name)) for name in raw.iloc[header]]
    return frame.dropna(subset=[frame.columns[0]])


def clean_projects(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Give typed projects: amounts in EUR, percentage points, dates; total rows and footnotes left out."""
    frame = frame[frame["Projekt-Nr."].astype(str).str.fullmatch(r"[A-Z]{3}-\d{3}")].copy()
    for name in MONEY:
        frame[name] = frame[name].map(number) * (1000 if unit == "TEUR" else 1)
    progress = frame["Fortschritt %"].map(lambda value: number(value) * (100 if isinstance(value, float) else 1))
    frame["Fortschritt %"] = progress.astype(float)
    for name in DATES:
        frame[name] = pd.to_datetime(frame[name], dayfirst=True, errors="coerce")
    return frame


def load_returns(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every return that can be opened into one frame per sheet."""
    parts: dict[str, list[pd.DataFrame]] = {sheet: [] for sheet in SHEETS}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("~$", "Kopie von")):
            continue
        sheets = read_sheets(path)
        if sheets is None:
            print(f"skipped: {path.name}")  # noqa: T201 - a script talks to its terminal
            continue
        cover = sheets["Deckblatt"].dropna(subset=[0]).set_index(0)[1]
        for sheet in SHEETS:
            frame = table(sheets[sheet])
            if sheet == "Projekte":
                frame = clean_projects(frame, cover["Geldeinheit"])
            if len(frame):
                parts[sheet].append(frame.assign(org_code=cover["Gesellschaft"], quarter=cover["Berichtsquartal"]))
    return {sheet: pd.concat(frames, ignore_index=True) for sheet, frames in parts.items() if frames}


def validate(projects: pd.DataFrame) -> pd.DataFrame:
    """Check the projects and give what failed."""
    try:
        PROJECT_SCHEMA.validate(projects, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return errors.failure_cases[["column", "check", "failure_case", "index"]].astype(str)
    return pd.DataFrame(columns=["column", "check", "failure_case", "index"])


def store(database: Path, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Load the frames into a fresh DuckDB file and give the sums of the report."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for sheet, frame in frames.items():
            texts = frame.astype({name: str for name in frame.columns if frame[name].dtype == object})
            connection.register("incoming", texts)
            connection.execute(f'create table "{sheet}" as select * from incoming')
            connection.unregister("incoming")
        queries = {
            "lights": 'select "Ampel gesamt" as light, count(*) as n from Projekte group by all order by n desc',
            "finance": """select org_code, sum("Budget gesamt Plan") as budget, sum("Ist kumuliert") as actual,
                          sum("Prognose gesamt") as forecast from Projekte group by all order by org_code""",
            "red": """select "Projekt-Nr.", Projekttitel, org_code, Ursache, "Begründung und Maßnahme"
                      from Projekte where "Ampel gesamt" = 'rot' order by all""",
            "requests": 'select "Nr.", Gegenstand, Beschlussvorschlag, "Benötigt bis" from Beschlussbedarf order by 1',
            "milestones": """select "Projekt-Nr.", Meilenstein, "Termin Plan", "Termin Prognose", Status
                             from Meilensteine order by all""",
            "indicators": 'select Code, Kennzahl, Wert, Einheit, "Zielwert Jahr" from Kennzahlen order by 1',
            "projects": """select "Projekt-Nr.", Projekttitel, Projektphase, "Ampel gesamt", "Fortschritt %",
                           "Ende Prognose" from Projekte order by 1""",
        }
        return {name: connection.execute(query).df() for name, query in queries.items()}


def draw(sums: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Draw the traffic lights and plan, actual and forecast per organisation."""
    lights, finance = sums["lights"], sums["finance"].set_index("org_code") / 1e6
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.barh(lights["light"], lights["n"], color=[LIGHT_COLOURS.get(light, "#333333") for light in lights["light"]])
    axes.set_title("Projekte nach Ampel")
    figure.tight_layout()
    figure.savefig(folder / "ampel.png", dpi=150)
    figure, axes = plt.subplots(figsize=(7, 3.5))
    finance.plot.bar(ax=axes)
    axes.set_yscale("log")
    axes.set_title("Plan, Ist und Prognose in Mio. EUR")
    figure.tight_layout()
    figure.savefig(folder / "finanzen.png", dpi=150)
    return [folder / "ampel.png", folder / "finanzen.png"]


def print_report(sums: dict[str, pd.DataFrame], failures: pd.DataFrame, charts: list[Path], target: Path) -> None:
    """Write the PDF: page 1 with charts, then a table per topic."""
    styles = getSampleStyleSheet()
    story: list[object] = [Paragraph("Lenkungskreis Digitalisierung – Statusbericht", styles["Title"])]
    story += [Image(str(chart), width=420, height=190) for chart in charts]
    titles = {"red": "Rote Projekte", "requests": "Beschlussbedarf", "finance": "Finanzen", "projects": "Projekte"}
    titles |= {"milestones": "Meilensteine", "indicators": "Kennzahlen"}
    for frame, title in [*((sums[name], title) for name, title in titles.items()), (failures, "Prüfung")]:
        rows = [[Paragraph(str(value), styles["BodyText"]) for value in row] for row in frame.itertuples(index=False)]
        body = Table(
            [list(frame.columns), *rows],
            repeatRows=1,
            colWidths=[740 / max(len(frame.columns), 1)] * len(frame.columns),
        )
        body.setStyle(
            TableStyle(
                [("GRID", (0, 0), (-1, -1), 0.3, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)]
            )
        )
        story += [PageBreak(), Paragraph(title, styles["Heading1"]), Spacer(1, 8), body]
    SimpleDocTemplate(str(target), pagesize=landscape(A4), title="Statusbericht").build(story)


def main() -> None:
    """Run all of it."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    frames = load_returns(source)
    failures = validate(frames["Projekte"])
    sums = store(target / "quarter.duckdb", frames)
    print_report(sums, failures, draw(sums, target), target / "report.pdf")


if __name__ == "__main__":
    main()
