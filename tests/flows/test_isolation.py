"""A file may end the process that reads it; the run gets a finding, and the next file is read."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from flows.isolation import CRASH, KILLED, MEMORY_LIMIT, TIME_LIMIT, IsolatedReader, ReaderUnavailableError
from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from tests.samples import SAMPLES, sample_files
from tests.transforms.workbook.files import (
    a_workbook,
    refusal_of,
    sheet_of,
    workbook_of,
)
from transforms.workbook.reading import read_workbook

ROOT = Path(__file__).resolve().parents[2]
HONEST = a_workbook(lambda sheet: sheet.cell(3, 2, "Wert"))
MISBEHAVING = "tests.flows.hostile_readers:by_name"


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    """The real reader in its process; one for all tests, as one for all runs."""
    with IsolatedReader() as isolated:
        yield isolated


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[IsolatedReader]:
    with IsolatedReader(seconds=1, reader=MISBEHAVING) as isolated:
        yield isolated


def test_every_sample_is_read_as_it_would_be_in_our_own_process(reader: IsolatedReader) -> None:
    files = [(path.read_bytes(), path.name) for quarter in ("2025-Q4", "2026-Q3") for path in sample_files(quarter)]

    read = list(reader.read_many(files))

    assert read == [read_workbook(content, name) for content, name in files]


def test_answers_come_in_the_order_of_the_files(misbehaving: IsolatedReader) -> None:
    names = ["hang", "eins", "abort", "zwei", "drei"]

    read = list(misbehaving.read_many([(HONEST, name) for name in names]))

    assert [isinstance(answer, RawWorkbook) for answer in read] == [False, True, False, True, True]


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("hang", TIME_LIMIT),
        ("spin", TIME_LIMIT),
        ("abort", MEMORY_LIMIT),
        ("memory", MEMORY_LIMIT),
        ("segfault", CRASH),
        ("panic", CRASH),
        ("bug", CRASH),
        ("exit", CRASH),
        ("vanish", CRASH),
        ("lie", CRASH),
        ("suicide", KILLED),
    ],
)
def test_a_child_that_does_not_survive_its_file_becomes_a_finding_and_the_next_file_is_read(
    misbehaving: IsolatedReader, deed: str, reason: str
) -> None:
    began = time.monotonic()

    refused = misbehaving.read(HONEST, deed)

    assert refusal_of(refused) == ("F03", reason)
    assert isinstance(refused, Finding)
    assert reason in refused.message
    assert time.monotonic() - began < 30
    assert isinstance(misbehaving.read(HONEST, "danach.xlsx"), RawWorkbook)


def test_a_programming_error_is_reported_without_quoting_the_file(
    misbehaving: IsolatedReader, caplog: pytest.LogCaptureFixture
) -> None:
    misbehaving.read(b"streng geheim", "bug")

    assert "KeyError in" in caplog.text
    assert "geheim" not in caplog.text


def test_a_child_killed_from_outside_is_given_a_second_try_and_then_becomes_a_finding() -> None:
    with IsolatedReader(seconds=20, reader=MISBEHAVING) as isolated:
        isolated.read(HONEST, "start.xlsx")
        answers: list[RawWorkbook | Finding] = []
        waiting = threading.Thread(target=lambda: answers.append(isolated.read(HONEST, "hang")))
        waiting.start()
        first = _eventually_a_child(isolated).pid
        os.kill(first, signal.SIGKILL)
        os.kill(_eventually_a_child(isolated, other_than=first).pid, signal.SIGKILL)
        waiting.join(10)

        assert [refusal_of(answer) for answer in answers] == [("F03", KILLED)]
        assert isinstance(isolated.read(HONEST, "danach.xlsx"), RawWorkbook)


def test_a_child_that_never_had_its_turn_is_given_a_second_try() -> None:
    with IsolatedReader(seconds=2, reader=MISBEHAVING) as isolated:
        isolated.read(HONEST, "start.xlsx")
        answers: list[RawWorkbook | Finding] = []
        waiting = threading.Thread(target=lambda: answers.append(isolated.read(HONEST, "slow")))
        waiting.start()
        os.kill(_eventually_a_child(isolated).pid, signal.SIGSTOP)
        waiting.join(20)

        assert [isinstance(answer, RawWorkbook) for answer in answers] == [True]


def _server_process(isolated: IsolatedReader) -> psutil.Process:
    assert isolated._server is not None
    return psutil.Process(isolated._server._process.pid)


def _eventually_a_child(isolated: IsolatedReader, other_than: int = 0) -> psutil.Process:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for child in _server_process(isolated).children():
            if child.pid != other_than:
                return child
        time.sleep(0.01)
    raise AssertionError("no child was started")  # noqa: EM101, TRY003  # a test


def test_a_dead_server_is_replaced_and_nothing_is_lost() -> None:
    with IsolatedReader() as isolated:
        isolated.read(HONEST, "x.xlsx")
        first = _server_process(isolated)
        first.kill()

        assert isinstance(isolated.read(HONEST, "x.xlsx"), RawWorkbook)
        assert _server_process(isolated).pid != first.pid


def test_a_file_that_takes_the_server_with_it_is_given_up_and_the_next_is_read() -> None:
    with IsolatedReader(seconds=2, reader=MISBEHAVING) as isolated:
        refused = isolated.read(HONEST, "patricide")

        assert refusal_of(refused) == ("F03", CRASH)
        assert isinstance(isolated.read(HONEST, "danach.xlsx"), RawWorkbook)


def test_no_child_is_left_behind_and_none_becomes_a_zombie(misbehaving: IsolatedReader) -> None:
    for name in ("hang", "abort", "x.xlsx"):
        misbehaving.read(HONEST, name)

    assert _server_process(misbehaving).children() == []


def a_large_workbook() -> bytes:
    """A workbook of 3 MB of text that packs badly, far more than a socket holds."""

    def fill_in(sheet: Worksheet) -> None:
        for _ in range(300):
            sheet.append([os.urandom(1_000).hex()] * 5)

    return a_workbook(fill_in)


def test_large_contents_and_large_answers_do_not_block_each_other(reader: IsolatedReader) -> None:
    large = a_large_workbook()
    noise = b"PK\3\4" + os.urandom(20_000_000)

    read = list(reader.read_many([(large, "a.xlsx"), (noise, "b.xlsx"), (large, "c.xlsx")]))

    assert [len(sheet_of(read[at]).cells) for at in (0, 2)] == [1_500, 1_500]
    assert refusal_of(read[1])[0] == "F02"


def test_a_consumer_that_takes_its_time_does_not_make_files_run_out_of_theirs() -> None:
    large = a_large_workbook()
    with IsolatedReader(seconds=2) as isolated:
        answers = isolated.read_many([(large, f"{number}.xlsx") for number in range(3)])
        first = next(answers)
        time.sleep(3)

        assert all(isinstance(answer, RawWorkbook) for answer in [first, *answers])


def test_files_that_wait_for_their_turn_lose_none_of_their_time_and_two_are_open_at_once() -> None:
    with IsolatedReader(seconds=1.8, reader=MISBEHAVING) as isolated:
        readings = [isolated.begin(HONEST, "slow") for _ in range(6)]
        at_once = []
        for _ in range(25):
            time.sleep(0.1)
            at_once.append(len(_server_process(isolated).children()))

        assert max(at_once) == 2
        assert all(isinstance(reading.result(), RawWorkbook) for reading in readings)


def test_a_file_beyond_the_size_limit_is_not_even_handed_over() -> None:
    with IsolatedReader(reader="kein.modul:da") as isolated:
        assert refusal_of(isolated.read(bytes(25_000_001), "x.xlsx")) == ("F03", "Datei größer als 25 MB")
        assert refusal_of(isolated.read(b"", "x.xlsx")) == ("F02", "leere Datei")


def test_a_reader_that_cannot_start_is_our_fault_and_not_the_files() -> None:
    with IsolatedReader(reader="kein.modul:da") as isolated, pytest.raises(ReaderUnavailableError):
        isolated.read(HONEST, "x.xlsx")


def test_a_reader_started_ahead_of_time_reads_as_any_other() -> None:
    with IsolatedReader() as isolated:
        isolated.start()

        assert isinstance(isolated.read(HONEST, "x.xlsx"), RawWorkbook)


def test_threads_may_share_one_reader(reader: IsolatedReader) -> None:
    answers: list[RawWorkbook | Finding] = []
    threads = [threading.Thread(target=lambda: answers.append(reader.read(HONEST, "x.xlsx"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert [workbook_of(answer) for answer in answers] == [read_workbook(HONEST, "x.xlsx")] * 6


def test_a_child_can_open_no_file_and_no_connection_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIE8_MAIL_PASSWORD", "geheim")
    with IsolatedReader(reader="tests.flows.hostile_readers:what_is_possible") as isolated:
        told = isolated.read(HONEST, str(SAMPLES / "README.md"))

    assert isinstance(told, Finding)
    # A superuser may start processes beyond any limit; on a server the reader runs under its own account.
    assert set(told.details["possible"].split()) <= ({"fork"} if os.geteuid() == 0 else set())
    assert "DIE8_MAIL_PASSWORD" not in told.details["environment"]
    assert told.details["cwd"] == "/"


def test_the_server_ends_when_its_parent_is_killed() -> None:
    script = (
        "import sys, time; from flows.isolation import IsolatedReader; reader = IsolatedReader(); "
        "reader.read(b'x', 'x'); print(reader._server._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    server.wait(10)
    assert not server.is_running()


def test_importing_and_reading_loads_nothing_heavy() -> None:
    script = (
        "import sys; from flows.isolation import IsolatedReader; import transforms.workbook.reading; "
        "print([m for m in ('polars', 'pydantic', 'openpyxl', 'prefect', 'duckdb', 'zipfile') if m in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
