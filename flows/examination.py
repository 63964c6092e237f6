"""From bytes to a verdict: what intake, rebuild and ``die8 check`` do alike with each delivery."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flows.clock import BERLIN, local_day
from flows.isolation import IsolatedReader, Reading, as_they_end
from schemas.codes import organisations
from schemas.contract import register
from schemas.delivery import Delivery, misplaced_id
from schemas.findings import Finding, Verdict
from schemas.quarter import Quarter
from schemas.standards import Standards
from schemas.submission import NO_HISTORY, Checked, History, Submission, Value, Version, is_register
from schemas.workbook import RawWorkbook
from transforms.parsing.digest import unpack_submission
from transforms.parsing.submission import parse_submission
from transforms.rules.engine import check_submission
from transforms.workbook.file_names import looks_like_a_copy

MISPLACED = "F11"

CELLS_KEPT = 100_000
"""As many as some twenty usual returns have."""


class Examined(Struct, frozen=True):
    """A delivery, what came of it, and what was known of its organisation before."""

    delivery: Delivery
    checked: Checked
    history: History = NO_HISTORY


class Memory:
    """What is known about each organisation while a batch is examined.

    The histories come from the warehouse; each accepted return of the batch is added, so that a correction finds the
    version that it corrects although both arrived together. An accepted Beschlussbuch takes the place of the former.
    """

    def __init__(
        self,
        histories: Mapping[str, History],
        known: Mapping[str, datetime],
    ) -> None:
        self._histories = dict(histories)
        self._known = dict(known)
        self._decisions: tuple[Mapping[str, Value], ...] | None = None
        """The Beschlussbuch that came with the batch; None while the one in the histories counts."""

    def history(self, org_code: str | None, quarter: Quarter | None) -> History:
        """What is known so far: of the organisation, and of the others' returns for the same quarter."""
        known = self._histories.get(org_code or "", NO_HISTORY)
        if self._decisions is not None:
            known = replace(known, decisions=self._decisions)
        if org_code is None or quarter is None:
            return known
        # In an order of their own: findings must come in the same order after a rebuild.
        neighbours = {
            code: version
            for code, history in sorted(self._histories.items())
            if code != org_code and (version := history.current(quarter)) is not None
        }
        return replace(known, neighbours=neighbours) if neighbours else known

    def first_received(self, submission_id: str) -> datetime | None:
        """When the same bytes were received before, if ever."""
        return self._known.get(submission_id)

    def add(self, examined: Examined) -> None:
        """Remember a delivery of this batch for those after it."""
        self._known.setdefault(examined.delivery.submission_id, examined.delivery.received_at)
        checked = examined.checked
        if checked.verdict.is_loaded and is_register(checked.tables):
            self._decisions = tuple(row.values for row in checked.tables[register().name])
        version = as_version(examined)
        if version is None or examined.checked.submission.org_code is None:
            return
        org_code = examined.checked.submission.org_code
        history = self._histories.get(org_code, NO_HISTORY)
        self._histories[org_code] = replace(history, accepted={**history.accepted, version.quarter: version})


@contextmanager
def cycles_left_alone() -> Iterator[None]:
    """Keep Python from looking for cycles while many cells and rows are made.

    They hold none; looking through all of them again and again takes a quarter of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Readings:
    """Files that are being read and parsed while other things are done; each content once.

    Files that cannot be marked themselves are looked at twice, and their answer is written from their cells: up to
    ``cells_kept`` cells stay here for that.
    """

    def __init__(self, reader: IsolatedReader, *, cells_kept: int = 0) -> None:
        self._reader = reader
        self._cells_left = cells_kept
        self._begun: dict[str, tuple[Delivery, Reading]] = {}
        self._done: dict[str, Submission] = {}
        self._kept: dict[tuple[str, str], tuple[RawWorkbook, Submission]] = {}

    def begin(self, deliveries: Iterable[Delivery]) -> None:
        """Begin to read what has not been begun."""
        for delivery in deliveries:
            if delivery.kept is not None:
                continue  # was read when its bytes were still kept
            if delivery.submission_id not in self._begun and delivery.submission_id not in self._done:
                reading = self._reader.begin(delivery.content, delivery.name)
                self._begun[delivery.submission_id] = delivery, reading

    def finish(self) -> None:
        """Parse all that was begun, each when it has been read."""
        begun = {reading: submission_id for submission_id, (_, reading) in self._begun.items()}
        for reading in as_they_end(begun):
            self._parse(begun[reading])

    def take(self, delivery: Delivery) -> Submission:
        """Give what was read, waiting for it when needed; it is not kept."""
        if delivery.kept is not None:
            return unpack_submission(delivery.kept.digest)
        self.begin([delivery])
        if delivery.submission_id in self._begun:
            self._parse(delivery.submission_id)
        return self._done.pop(delivery.submission_id)

    def again(self, sha256: str, name: str, content: bytes) -> tuple[RawWorkbook, Submission] | None:
        """Give once more what a file holds, cells and values; None when it cannot be read."""
        kept = self._kept.pop((sha256, name), None)
        if kept is not None:
            self._cells_left += _cells_of(kept[0])
            return kept
        read = self._reader.read(content, name)
        return None if isinstance(read, Finding) else (read, parse_submission(read, name))

    def _parse(self, submission_id: str) -> None:
        delivery, reading = self._begun.pop(submission_id)
        read = reading.result()
        submission = self._done[submission_id] = parsed(read, delivery.name)
        if isinstance(read, RawWorkbook) and not read.format.can_be_marked and _cells_of(read) <= self._cells_left:
            self._cells_left -= _cells_of(read)
            self._kept[delivery.sha256, delivery.name] = read, submission


def _cells_of(workbook: RawWorkbook) -> int:
    return sum(len(sheet.cells) for sheet in workbook.sheets)


def in_order(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Order deliveries as they are judged: by time, then by name, and „Kopie von …“ after what it is a copy of."""
    return sorted(deliveries, key=lambda item: (item.received_at, looks_like_a_copy(item.name), item.name))


def examine(
    deliveries: Sequence[Delivery],
    readings: Readings,
    memory: Memory,
    standards: Standards,
    told: Callable[[Examined], None] = lambda _: None,
) -> Iterator[Examined]:
    """Parse and check deliveries in their order; later ones are judged with the earlier ones in memory.

    A delivery whose bytes are known is a duplicate and is not opened again. ``told`` is called after each.
    """
    readings.begin(item for item in deliveries if memory.first_received(item.submission_id) is None)
    for given in deliveries:
        delivery = given
        first = memory.first_received(delivery.submission_id)
        checked = duplicate(delivery, first) if first else judge(delivery, readings.take(delivery), memory, standards)
        if any(finding.rule == MISPLACED for finding in checked.findings):
            delivery = delivery.misplaced()
            first = memory.first_received(delivery.submission_id)
            checked = duplicate(delivery, first) if first else checked
        submission = checked.submission
        examined = Examined(delivery, checked, memory.history(submission.org_code, submission.quarter))
        memory.add(examined)
        told(examined)
        yield examined


def judge(delivery: Delivery, submission: Submission, memory: Memory, standards: Standards) -> Checked:
    """Check what a delivery says against what is known of its organisation and of its neighbours."""
    submission = _by_channel(delivery, submission)
    history = memory.history(submission.org_code, submission.quarter)
    return check_submission(submission, history, local_day(delivery.received_at), standards)


def parsed(read: RawWorkbook | Finding, file_name: str) -> Submission:
    """Parse what reading gave; a file that could not be read becomes the submission that says so."""
    return unread(file_name, read) if isinstance(read, Finding) else parse_submission(read, file_name)


def _by_channel(delivery: Delivery, submission: Submission) -> Submission:
    """Add the finding when a return came by a channel that is not open for its organisation (F11)."""
    allowed = delivery.organisations
    if not allowed or submission.org_code is None or submission.org_code in allowed:
        return submission
    names = organisations()
    details = {
        "kanal": delivery.channel,
        "erlaubt": ", ".join(organisation.name for code, organisation in names.items() if code in allowed),
        "org": names[submission.org_code].name,
    }
    return replace(submission, findings=(*submission.findings, Finding(MISPLACED, details=details)))


def names_of(deliveries: Iterable[Delivery]) -> list[str]:
    """Every name under which deliveries may be known in the warehouse."""
    return [name for item in deliveries for name in (item.submission_id, misplaced_id(item.sha256, item.channel))]


def unread(file_name: str, refusal: Finding) -> Submission:
    """The submission that a file is which could not be opened."""
    return Submission(file_name, None, None, None, {}, (refusal,), is_readable=False)


def duplicate(delivery: Delivery, first_received: datetime) -> Checked:
    """The verdict on bytes that were handed in before (F08)."""
    day = first_received.astimezone(BERLIN).strftime("%d.%m.%Y")
    finding = Finding("F08", details={"datum": day})
    return Checked(unread(delivery.name, finding), Verdict.DUPLICATE, (finding,), None, {})


def as_version(examined: Examined) -> Version | None:
    """The accepted version that a delivery becomes; None when it is not loaded."""
    checked = examined.checked
    quarter: Quarter | None = checked.submission.quarter
    if not checked.verdict.is_loaded or quarter is None or checked.cover is None or checked.version is None:
        return None
    return Version(
        quarter=quarter,
        version=checked.version,
        file_name=examined.delivery.name,
        received_at=examined.delivery.received_at,
        cover=checked.cover.values,
        tables={name: tuple(row.values for row in rows) for name, rows in checked.tables.items()},
    )
