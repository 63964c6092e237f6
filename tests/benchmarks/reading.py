"""How fast cells are read with all they carry, beside openpyxl for the same facts and python-calamine for the values.

All sides take turns, each time in a process of its own with a warm file cache; the table shows medians, and for one
large file the peak memory. Usage: reading.py [--runs N]
"""

import argparse
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import xlsxwriter

from tests.benchmarks.run import (
    BENCH_PYTHON,
    HERE,
    OUR_PYTHON,
    PROJECTS_PER_ORGANISATION,
    ROOT,
    clocked,
    large_returns,
    peak_memory,
    tell,
)

COLUMNS = 27
CELLS = 400_000
WAYS: Mapping[str, Callable[[Sequence[Path]], float]] = {
    "here": lambda files: clocked(OUR_PYTHON, HERE / "read_once.py", "here", *files),
    "isolated": lambda files: clocked(OUR_PYTHON, HERE / "read_once.py", "isolated", *files),
    "values": lambda files: clocked(OUR_PYTHON, HERE / "read_once.py", "values", *files),
    "openpyxl": lambda files: clocked(BENCH_PYTHON, HERE / "openpyxl_facts.py", *files),
}
HEADINGS = (
    "Files",
    "Die 8, in the process",
    "Die 8, isolated",
    "openpyxl, same facts",
    "calamine, values alone",
    "openpyxl / Die 8 (asked: ≥ 8)",
    "Die 8 / calamine (asked: ≤ 2.5)",
)


def medians(files: Sequence[Path], runs: int) -> dict[str, float]:
    """Measure all ways in turn; one more run of each warms the file cache."""
    measured = [{name: way(files) for name, way in WAYS.items()} for _ in range(runs + 1)][1:]
    return {name: statistics.median(run[name] for run in measured) for name in WAYS}


def line(what: str, seconds: Mapping[str, float]) -> str:
    """Give a line of the table, with both ratios for reading here and by the isolated process."""
    here, isolated, values, openpyxl = seconds.values()
    return (
        f"| {what} | {here:.3f} s | {isolated:.3f} s | {openpyxl:.3f} s | {values:.3f} s "
        f"| {openpyxl / here:.1f} × ({openpyxl / isolated:.1f} × isolated) "
        f"| {here / values:.2f} × ({isolated / values:.2f} × isolated) |"
    )


def as_openpyxl_writes(files: Sequence[Path], folder: Path) -> list[Path]:
    """Save the files with openpyxl, which most offices' programs write like in what matters here."""
    folder.mkdir()
    subprocess.run([BENCH_PYTHON, HERE / "openpyxl_facts.py", "--save", folder, *files], check=True, cwd=ROOT)
    return [folder / path.name for path in files]


def one_large_file(path: Path) -> Path:
    """Write one sheet of so many cells: texts, dates, amounts and percentages, a third of the texts repeated."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Projekte")
        money, percent = book.add_format({"num_format": "#,##0.00 €"}), book.add_format({"num_format": "0%"})
        for row in range(CELLS // COLUMNS):
            for column in range(COLUMNS):
                match column % 5:
                    case 0:
                        sheet.write_string(row, column, f"Vorhaben {row} in Spalte {column}")
                    case 1:
                        sheet.write_string(row, column, ("grün", "gelb", "rot")[row % 3])
                    case 2:
                        sheet.write_datetime(row, column, date.fromordinal(738_000 + row % 2000))
                    case 3:
                        sheet.write_number(row, column, row * 100 + column / 4, money)
                    case _:
                        sheet.write_number(row, column, row % 100 / 100, percent)
    return path


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    tell(f"| {' | '.join(HEADINGS)} |", "|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="die8-bench-") as name:
        folder = Path(name)
        returns = large_returns(folder / "returns")
        size = f"8 files × {PROJECTS_PER_ORGANISATION} projects × {COLUMNS} columns"
        tell(line(f"{size}, our template", medians(returns, runs)))
        resaved = as_openpyxl_writes(returns, folder / "resaved")
        tell(line(f"{size}, saved by openpyxl", medians(resaved, runs)))
        large = [one_large_file(folder / "large.xlsx")]
        tell(line(f"one file of {CELLS:,} cells", medians(large, max(runs // 2, 1))))
        memory = {way: peak_memory(partial(measure, large)) for way, measure in WAYS.items()}
    here, isolated, values, openpyxl = memory.values()
    tell(f"| its peak memory | {here:.0f} MB | {isolated:.0f} MB | {openpyxl:.0f} MB | {values:.0f} MB | | |")


if __name__ == "__main__":
    main()
