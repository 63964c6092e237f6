"""Read all that the cells of the given files carry, and print the seconds as JSON; imports are not counted.

Usage: read_once.py here|isolated|values FILE…
``here`` reads in this process, ``isolated`` by the reading process and back, ``values`` with python-calamine alone.
"""

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from python_calamine import CalamineWorkbook

from flows.isolation import IsolatedReader
from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from transforms.workbook.reading import read_workbook

Files = list[tuple[bytes, str]]


def here(files: Files) -> float:
    """Time the reader in this process."""
    start = time.perf_counter()
    books = [read_workbook(content, name) for content, name in files]
    return _seconds_since(start, books)


def isolated(files: Files) -> float:
    """Time the way through the reading process, which runs already."""
    with IsolatedReader() as reader:
        reader.read(b"", "leer.xlsx")
        start = time.perf_counter()
        books = list(reader.read_many(files))
        return _seconds_since(start, books)


def values(files: Files) -> float:
    """Time what gives the values and nothing else."""
    start = time.perf_counter()
    for content, _ in files:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return time.perf_counter() - start


def _seconds_since(start: float, books: Iterable[RawWorkbook | Finding]) -> float:
    seconds = time.perf_counter() - start
    for book in books:
        if isinstance(book, Finding):
            sys.exit(f"not read: {book}")
    return seconds


WAYS: dict[str, Callable[[Files], float]] = {"here": here, "isolated": isolated, "values": values}


def main() -> None:
    """Read each file named on the command line."""
    way, *names = sys.argv[1:]
    gc.disable()  # as the reading process does, where a file's cells live once and briefly
    files = [(Path(name).read_bytes(), Path(name).name) for name in names]
    json.dump({"seconds": WAYS[way](files), "files": len(files)}, sys.stdout)


if __name__ == "__main__":
    main()
