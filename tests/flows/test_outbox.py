"""Answers in the outbox: complete or absent, nobody twice, nobody never."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from flows import answering
from flows.answering import Reply, compose
from flows.examination import CELLS_KEPT, Readings
from flows.isolation import IsolatedReader
from flows.outbox.folder import OutboxFolder
from schemas.delivery import Delivery
from schemas.findings import Severity, Verdict
from tests.samples import SAMPLES
from tests.transforms.answer.answers import a_finding, an_answer, by_openpyxl, the_answer_to, the_book
from tests.warehouse.deliveries import OCTOBER_9
from warehouse import durable


def a_reply(number: int = 1, **overrides: bytes | None) -> Reply:
    reply = Reply(f"2026-10-09_KLI_2026-Q3_{number:016x}", b"text", b"page", b"{}", b"workbook")
    return replace(reply, **overrides)


def names(folder: Path) -> list[str]:
    return sorted(path.name.rpartition("_")[2].lstrip("0") for path in folder.iterdir())


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader() as running:
        yield running


def test_an_answer_is_four_files_under_one_name(tmp_path: Path) -> None:
    assert OutboxFolder(tmp_path).answer([a_reply()]) == 1

    assert names(tmp_path) == ["1.html", "1.json", "1.txt", "1.xlsx"]
    assert OutboxFolder(tmp_path).answered() == {"0000000000000001"}


def test_the_receipt_is_written_when_everything_else_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = OutboxFolder(tmp_path)
    beside: list[list[str]] = []
    write = durable.write_unnamed

    def watched(path: Path, content: bytes) -> Path:
        if path.suffix == ".txt":
            beside.append(names(tmp_path))
        return write(path, content)

    monkeypatch.setattr(durable, "write_unnamed", watched)
    outbox.answer([a_reply(1), a_reply(2)])

    assert beside[0] == ["1.html", "1.json", "1.xlsx", "2.html", "2.json", "2.xlsx"]


@pytest.mark.parametrize("dies_at", [".html", ".json", ".xlsx", ".txt"])
def test_whoever_died_before_the_receipt_has_answered_nobody_and_the_next_run_completes_it(
    dies_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = durable.write_unnamed

    def dying(path: Path, content: bytes) -> Path:
        if path.suffix == dies_at:
            raise KeyboardInterrupt
        return write(path, content)

    monkeypatch.setattr(durable, "write_unnamed", dying)
    with pytest.raises(KeyboardInterrupt):
        OutboxFolder(tmp_path).answer([a_reply()])
    monkeypatch.setattr(durable, "write_unnamed", write)
    assert OutboxFolder(tmp_path).answered() == frozenset()

    OutboxFolder(tmp_path).answer([a_reply(text=b"again")])

    assert names(tmp_path) == ["1.html", "1.json", "1.txt", "1.xlsx"]
    assert next(tmp_path.glob("*.txt")).read_bytes() == b"again"


def test_a_workbook_of_an_unfinished_answer_does_not_stay_beside_one_without(tmp_path: Path) -> None:
    OutboxFolder(tmp_path).answer([a_reply()])

    OutboxFolder(tmp_path).answer([a_reply(workbook=None)])

    assert names(tmp_path) == ["1.html", "1.json", "1.txt"]


def test_answers_composed_before_a_failure_leave_all_the_same(tmp_path: Path) -> None:
    def failing() -> Iterator[Reply]:
        yield a_reply(1)
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - which one does not matter
        OutboxFolder(tmp_path).answer(failing())

    assert OutboxFolder(tmp_path).answered() == {"0000000000000001"}


def test_a_file_of_another_format_is_answered_with_a_transcript(reader: IsolatedReader) -> None:
    path = SAMPLES / "2026-Q3" / "KulturRaeume_2026-Q3.xls"

    reply = compose(the_answer_to(path), path.read_bytes(), Readings(reader))

    assert reply.workbook is not None
    assert the_book(reply.workbook).sheetnames[:2] == ["Rückmeldung", "Deckblatt"]
    assert "Abschrift" in reply.text.decode()
    assert b'"kind": "transcript"' in reply.document


def test_a_transcript_is_written_from_what_was_read_once(
    reader: IsolatedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SAMPLES / "2026-Q3" / "KulturRaeume_2026-Q3.xls"
    content = path.read_bytes()
    delivery = Delivery(content, path.name, "inbox", OCTOBER_9)
    answer = replace(the_answer_to(path), sha256=delivery.sha256)
    from_a_second_reading = compose(answer, content, Readings(reader))
    readings = Readings(reader, cells_kept=CELLS_KEPT)
    readings.take(delivery)

    monkeypatch.setattr(IsolatedReader, "read", None)  # from now on nothing can be read again

    assert compose(answer, content, readings) == from_a_second_reading
    assert from_a_second_reading.workbook is not None
    assert compose(answer, content, readings).workbook is None, "what was kept is given once"


@pytest.mark.parametrize("rule", ["F01", "F02", "F03"])
def test_a_file_that_was_not_opened_is_answered_by_the_receipt_alone(rule: str, reader: IsolatedReader) -> None:
    finding = replace(a_finding(), rule=rule)
    answer = an_answer(finding, verdict=Verdict.REJECTED, org_code=None, quarter=None, version=None)

    reply = compose(answer, by_openpyxl(), Readings(reader))

    assert reply.workbook is None
    assert "liegt nicht bei" in reply.text.decode()


def test_a_duplicate_is_answered_by_the_receipt_alone(reader: IsolatedReader) -> None:
    reply = compose(an_answer(verdict=Verdict.DUPLICATE), by_openpyxl(), Readings(reader))

    assert reply.workbook is None


def test_a_damaged_archive_costs_the_workbook_and_not_the_receipt(reader: IsolatedReader) -> None:
    reply = compose(an_answer(a_finding("Projekte!B5")), None, Readings(reader))

    assert reply.workbook is None
    assert "Projekte B5" in reply.text.decode()


def test_a_file_that_breaks_the_marking_costs_the_workbook_and_not_the_receipt(
    reader: IsolatedReader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from transforms.answer import annotate as module

    def breaking(*_: object) -> bytes:
        msg = "Inhalt einer Zelle"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(module, "annotate", breaking)

    reply = compose(an_answer(a_finding("Projekte!B5")), by_openpyxl(), Readings(reader))

    assert reply.workbook is None
    assert "Projekte B5" in reply.text.decode()
    assert "ZeroDivisionError" in caplog.text
    assert "Inhalt einer Zelle" not in caplog.text


def test_a_name_that_no_encoding_knows_is_answered(reader: IsolatedReader) -> None:
    answer = an_answer(a_finding("Projekte!B5", Severity.WARNING), file_name="Bericht\udcff.xlsx")

    reply = compose(answer, by_openpyxl(), Readings(reader))

    for part in (reply.text, reply.page, reply.document):
        assert b"Bericht" in part
    assert reply.workbook is not None
    assert answering.__doc__
