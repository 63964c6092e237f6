"""One mutant through all that ``die8 check --annotate`` does, and what must be true of any file afterwards."""

import io
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]  # has no stubs, and is asked for one number
from rich.console import Console

from flows.answering import Reply, answer_of, compose
from flows.display import print_checked
from flows.examination import Examined, Memory, Readings, examine
from flows.isolation import IsolatedReader
from schemas.codes import code_lists
from schemas.delivery import Delivery
from schemas.findings import Finding, Verdict
from schemas.standards import DEFAULT_STANDARDS
from schemas.submission import History
from tests.fuzz.mutants import Mutant
from tests.samples import HANDED_IN, sample_files
from transforms.documents import check_document

_RECEIVED_AT = HANDED_IN["2026-Q3"]
_GAP = re.compile(r"\{\w*\}")
_UNFORESEEN = ("could not be marked", "the reading process")
"""What our own procedure writes into the log when a file surprised it; panics of the value reader are known."""
_KNOWN_PANIC = "PanicException"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one mutant did. ``problems`` is empty when everything was as it must be."""

    number: int
    name: str
    how: str
    verdict: str
    """„unread“ for what was rejected without a look at its cells."""
    seconds: float
    memory: int
    """The most that this process ever had in memory meanwhile, in bytes."""
    problems: tuple[str, ...]

    @property
    def line(self) -> str:
        """Itself on one line, for the way between processes."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, line: str) -> Self:
        """Read such a line."""
        values = json.loads(line)
        return cls(**{**values, "problems": tuple(values["problems"])})


@dataclass(frozen=True, slots=True)
class Trial:
    """One file through the whole procedure; ``examined`` and ``reply`` are None when an exception came out of it."""

    examined: Examined | None
    reply: Reply | None
    seconds: float
    memory: int
    memory_before: int
    problems: tuple[str, ...]


def try_mutant(mutant: Mutant, reader: IsolatedReader) -> Outcome:
    """Try a mutant, and tell what matters of it."""
    trial = try_file(mutant.name, mutant.content, reader)
    verdict = _verdict_of(trial.examined) if trial.examined else ""
    return Outcome(
        mutant.number, mutant.name, mutant.how, verdict, round(trial.seconds, 3), trial.memory, trial.problems
    )


def try_file(name: str, content: bytes, reader: IsolatedReader) -> Trial:
    """Check the file, answer it, print everything, and judge what came of it. No exception is let out."""
    known_before()
    _forget_peak()
    before = _memory("VmRSS")
    began, worked = time.perf_counter(), _worked(reader)
    seconds = 0.0
    examined = reply = None
    problems: list[str] = []
    with _warnings() as unforeseen:
        try:
            examined, reply = _checked_and_answered(name, content, reader)
            seconds = _seconds(began, worked, reader)
            problems += _wrong_in(examined, reply)
            problems += _wrong_with_marked(content, reply, reader)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            problems.append(f"{type(error).__name__}: {error}"[:500] + _where(error))
    elapsed = seconds or _seconds(began, worked, reader)
    return Trial(examined, reply, elapsed, _memory("VmHWM"), before, (*problems, *unforeseen))


def _seconds(began: float, worked: float, reader: IsolatedReader) -> float:
    """The time since then; on a machine busy with other things three times the work, whichever is less."""
    return max(0.0, min(time.perf_counter() - began, 3 * (_worked(reader) - worked)))


def _worked(reader: IsolatedReader) -> float:
    """The processor time of this process and of the reading processes that have ended."""
    server = reader._server  # only here does anybody want to know
    if server is None:
        return time.process_time()
    with suppress(psutil.NoSuchProcess):
        times = psutil.Process(server._process.pid).cpu_times()
        return time.process_time() + times.children_user + times.children_system
    return time.process_time()


def _verdict_of(examined: Examined) -> str:
    is_unread = any(finding.rule in ("F01", "F02", "F03") for finding in examined.checked.findings)
    return "unread" if is_unread else str(examined.checked.verdict)


def _where(error: BaseException) -> str:
    trace, last = error.__traceback__, ""
    while trace is not None:
        last = f" in {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return last


def _checked_and_answered(name: str, content: bytes, reader: IsolatedReader) -> tuple[Examined, Reply]:
    delivery = Delivery(content, name, "check", _RECEIVED_AT)
    memory = Memory(known_before(), {})
    readings = Readings(reader)
    [examined] = examine([delivery], readings, memory, DEFAULT_STANDARDS)
    print_checked(Console(file=io.StringIO(), width=160), examined.checked)
    json.dumps(check_document(examined.checked, with_data=True), allow_nan=False)
    return examined, compose(answer_of(examined), content, readings)


@cache
def known_before() -> Mapping[str, History]:
    """What the samples of the quarter before left behind, so that the rules over time have something to say."""
    memory = Memory({}, {})
    deliveries = [
        Delivery(path.read_bytes(), path.name, "check", HANDED_IN["2026-Q2"]) for path in sample_files("2026-Q2")
    ]
    with IsolatedReader() as reader:
        list(examine(deliveries, Readings(reader), memory, DEFAULT_STANDARDS))
    return memory._histories


def _wrong_in(examined: Examined, reply: Reply) -> Iterator[str]:
    checked = examined.checked
    if checked.verdict not in (Verdict.ACCEPTED, Verdict.DRAFT) and not checked.findings:
        yield f"{checked.verdict} without a finding"
    if checked.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS) and checked.cover is None:
        yield f"{checked.verdict} without a Deckblatt"
    for finding in checked.findings:
        yield from _wrong_with_sentence(finding)
    text, page = reply.text.decode(), reply.page.decode()
    label = code_lists()["verdict"].label(checked.verdict)
    if f"Ergebnis: {label}" not in text:
        yield "the receipt does not tell the verdict"
    json.loads(reply.document)
    parser = _Tags()
    parser.feed(page)
    if parser.foreign:
        yield f"the page has elements that are not ours: {sorted(parser.foreign)}"


def _wrong_with_sentence(finding: Finding) -> Iterator[str]:
    message = finding.message
    if len(message) < 10 or not message.rstrip().endswith((".", "!", "?", ")", ":", "“")):
        yield f"{finding.rule} has no sentence: {message[:80]!r}"
    if any(_GAP.fullmatch(word) for word in message.split()) and "{" not in str(finding.value):
        yield f"{finding.rule} has a gap in its sentence: {message[:80]!r}"


class _Tags(HTMLParser):
    """Notes elements that no receipt of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.foreign: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _OUR_TAGS or any(name.startswith("on") for name, _ in attrs):
            self.foreign.add(tag)


_OUR_ELEMENTS = (
    "html head meta title style body main h1 h2 p ul li dl dt dd div table caption thead tbody tr th td strong span"
)
_OUR_TAGS = frozenset(_OUR_ELEMENTS.split())


def _wrong_with_marked(content: bytes, reply: Reply, reader: IsolatedReader) -> Iterator[str]:
    """What was handed in and could be read by every way can be read again when it is marked."""
    if reply.workbook is None:
        return
    again = reader.read(reply.workbook, "marked.xlsx")
    if not isinstance(again, Finding):
        return
    with IsolatedReader(reader="tests.fuzz.two_ways:read_the_long_way") as another:
        before = another.read(content, "before.xlsx")
    if not isinstance(before, Finding):
        yield f"the marked workbook cannot be read: {again.message}"


class _Remembering(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if any(text in message for text in _UNFORESEEN) and _KNOWN_PANIC not in message:
            self.messages.append(message)


@contextmanager
def _warnings() -> Iterator[list[str]]:
    handler = _Remembering()
    logger = logging.getLogger("flows")
    logger.addHandler(handler)
    was_told, logger.propagate = logger.propagate, False
    try:
        yield handler.messages
    finally:
        logger.removeHandler(handler)
        logger.propagate = was_told


def _forget_peak() -> None:
    # Without it the peak is that of the whole life of the process, which is no less.
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> int:
    """What this process has in memory (VmRSS), or has had at most (VmHWM), in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name))
