"""Every threat to which an office file can be one (reliability.md §4), row by row, through all of ``check --annotate``.

Each file is made in `tests.transforms.workbook.threats`. Whatever it is, there is a verdict with a German sentence,
within its time and its memory, and the next file is read.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.isolation import IsolatedReader
from schemas.workbook import RawWorkbook
from tests.fuzz.trial import try_file
from tests.transforms.workbook.files import a_package, a_sheet_xml, a_workbook, a_zip, an_ods, refusal_of
from tests.transforms.workbook.threats import ROWS, THREATS, Threat
from transforms.workbook import ooxml, opendocument
from transforms.workbook.limits import DEFAULT_LIMITS
from transforms.workbook.reading import read_workbook

HONEST = a_workbook(lambda sheet: sheet.cell(3, 2, "Wert"))
MOST_MEMORY_MORE = 300_000_000
"""Of the process that checks; what reading takes is bounded in a process of its own."""
STRAY = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader() as isolated:
        yield isolated


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat.name)
def test_a_threat_ends_in_a_verdict_within_its_bounds(threat: Threat, reader: IsolatedReader) -> None:
    name, content = threat.make()

    trial = try_file(name, content, reader)

    assert trial.problems == ()
    assert trial.examined is not None
    assert trial.reply is not None
    refused_by = {finding.rule for finding in trial.examined.checked.findings} & {"F01", "F02", "F03"}
    assert refused_by == ({threat.rule} if threat.rule else set())
    assert threat.told in trial.reply.text.decode()
    assert trial.memory - trial.memory_before < MOST_MEMORY_MORE
    assert len(content) < DEFAULT_LIMITS.file_bytes
    assert isinstance(reader.read(HONEST, "danach.xlsx"), RawWorkbook)


def test_the_table_of_threats_is_complete() -> None:
    assert ROWS == (
        "zip bomb",
        "many real cells in little space",
        "huge extent, sparse cells",
        "declared counts",
        "ods repeats",
        "billion laughs, quadratic entity, XXE",
        "quadratic attributes and namespaces",
        "path traversal in zip names",
        "duplicate entries, bad checksum, data in front",
        "macros",
        "external links, OLE, DDE",
        "encrypted",
        "wrong type",
        "strict OOXML, odd packaging",
        "hidden sheets, merged, 1904",
        "csv: quotes, NUL, encodings",
    )
    # The last row of the table, German numbers, is half of the catalogue: M16 to M47.


def test_nothing_is_written_where_a_name_in_an_archive_points(reader: IsolatedReader, tmp_path: Path) -> None:
    target = tmp_path / "die8-was-here.csv"

    for name in (str(target), "../" * 40 + str(target).lstrip("/")):
        assert isinstance(reader.read(a_zip({name: b"a;b\n1;2\n"}), "D8_KLI_2026-Q3_v01.zip"), RawWorkbook)

    assert not target.exists()


A_DAMAGED_ZIP = a_zip({"xl/workbook.xml": b"<x/>"})[:-30]
AN_ODS_WITH_DOCTYPE = an_ods("<!DOCTYPE x>")
ORDER = {
    "size before kind": (b"%PDF-" + bytes(DEFAULT_LIMITS.file_bytes), "25 MB"),
    "kind before container": (b"%PDF-" + A_DAMAGED_ZIP, "PDF"),
    "container before limits": (A_DAMAGED_ZIP, "unvollständig"),
    "limits of the container before what is in it": (AN_ODS_WITH_DOCTYPE, "DOCTYPE"),
    "kind of package before its cells": (a_zip({"xl/workbook.xml": b"<x", "xl/vbaProject.bin": b"x"}), "Makros"),
    "extent before values": (a_package(a_sheet_xml(STRAY)), "XFD1048576"),
}


@pytest.mark.parametrize("step", ORDER)
def test_checks_come_in_the_order_that_asks_least_of_a_file(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size, magic, container, limits, cells (reliability.md §6); the value reader is asked last, or not at all."""

    def opened(_: bytes) -> None:
        pytest.fail("the value reader was asked")

    monkeypatch.setattr(ooxml, "Values", opened)
    monkeypatch.setattr(opendocument, "Values", opened)
    content, told = ORDER[step]

    assert told in refusal_of(read_workbook(content, "x.xlsx"))[1]
