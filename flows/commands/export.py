"""``die8 export``: the published tables as Parquet and CSV, with description and dictionary."""

from pathlib import Path

from flows.display import console
from flows.settings import Settings


def export_to(settings: Settings, folder: Path) -> int:
    """Write all tables into a folder and say what lies there."""
    from flows.exporting import run_export

    exported = run_export(settings, folder)
    out = console()
    out.print(f"{len(exported)} tables and views as CSV and Parquet, described by", soft_wrap=True)
    for name in ("datapackage.json", "data-dictionary.html", "data-dictionary.md"):
        out.print(str(folder / name), soft_wrap=True)
    return 0
