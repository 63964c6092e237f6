"""Answers: everything that leaves for one delivery, made from what became of it and from its bytes."""

import logging
from collections.abc import Iterable, Iterator
from traceback import extract_tb
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from flows.clock import local_day
from flows.examination import Examined, Readings, as_version, duplicate
from schemas.answer import Answer, told_findings
from schemas.calendar import DEFAULT_CALENDAR, Calendar
from schemas.delivery import Delivery
from schemas.findings import Verdict
from schemas.quarter import Quarter
from schemas.submission import NO_HISTORY, is_register
from transforms.answer.due import due_day
from transforms.answer.receipt import OWN, TRANSCRIPT, answer_name, receipt_text

if TYPE_CHECKING:
    from warehouse.archive import Archive

_LOG = logging.getLogger(__name__)


class Reply(Struct, frozen=True):
    """The files that answer one delivery, under one name with a suffix each; a file is not always marked."""

    name: str
    text: bytes
    page: bytes
    document: bytes
    workbook: bytes | None
    answer: Answer | None = None
    """What the files say."""


def replies(
    answers: Iterable[Answer], archive: "Archive", readings: Readings, calendar: Calendar = DEFAULT_CALENDAR
) -> Iterator[Reply]:
    """Compose answers one after the other, with the bytes of the deliveries as they lie in the archive."""
    for answer in answers:
        yield compose(answer, archive.content(answer.sha256) if answer.has_cells else None, readings, calendar)


def duplicate_answers(examined: Iterable[Examined]) -> list[Answer]:
    """The answers to duplicates, which leave no trace in the warehouse."""
    return [answer_of(item) for item in examined if item.checked.verdict is Verdict.DUPLICATE]


def name_of_duplicate(delivery: Delivery) -> str:
    """The name of the files that answer a delivery whose bytes were known."""
    return answer_name(answer_of(Examined(delivery, duplicate(delivery, delivery.received_at), NO_HISTORY)))


def answer_of(examined: Examined) -> Answer:
    """What to tell about a delivery that was judged and is not stored."""
    delivery, checked = examined.delivery, examined.checked
    submission = checked.submission
    content = as_version(examined)
    quarter = submission.quarter
    known = examined.history if content is not None else NO_HISTORY
    return Answer(
        submission_id=delivery.submission_id,
        file_name=delivery.name,
        received_at=delivery.received_at,
        org_code=submission.org_code,
        quarter=quarter,
        version=checked.version,
        verdict=checked.verdict,
        findings=told_findings(checked.findings),
        sha256=delivery.sha256,
        content=content,
        replaced=known.current(quarter) if quarter else None,
        quarter_before=known.before(quarter) if quarter else None,
        is_register=is_register(checked.tables),
    )


def compose(answer: Answer, content: bytes | None, readings: Readings, calendar: Calendar = DEFAULT_CALENDAR) -> Reply:
    """Write the receipts of an answer and mark its file, where there is one whose cells were read.

    A file that cannot be marked never keeps its sender from the receipt.
    """
    from transforms.answer.document import receipt_json
    from transforms.answer.page import receipt_page

    answer = replace(answer, due=due_day(answer, calendar))
    workbook, kind = _marked(answer, content, readings) if content is not None and answer.has_cells else (None, None)
    return Reply(
        answer_name(answer),
        receipt_text(answer, kind).encode("utf-8", "replace"),
        receipt_page(answer, kind).encode("utf-8", "replace"),
        receipt_json(answer, kind).encode("utf-8", "replace"),
        workbook,
        answer,
    )


def _marked(answer: Answer, content: bytes, readings: Readings) -> tuple[bytes, str] | tuple[None, None]:
    from transforms.answer.annotate import annotate
    from transforms.answer.package import CannotAnnotateError

    try:
        return annotate(content, answer), OWN
    except CannotAnnotateError:
        pass  # another format, or a package that nobody should touch: the content is written anew
    except Exception as error:  # noqa: BLE001 - told below; whatever a file does to us, its sender is answered
        _warn(answer, error)
    try:
        return _transcript(answer, content, readings)
    except Exception as error:  # noqa: BLE001 - as above
        _warn(answer, error)
        return None, None


def _transcript(answer: Answer, content: bytes, readings: Readings) -> tuple[bytes, str] | tuple[None, None]:
    from transforms.answer.annotate import annotate
    from transforms.answer.transcript import transcribe
    from transforms.workbook.template_render import render

    if answer.is_register:
        return None, None  # the template has no sheet for it
    held = readings.again(answer.sha256, answer.file_name, content)
    if held is None:
        return None, None
    otherwise = Quarter.containing(local_day(answer.received_at)).previous
    transcript = transcribe(*held, otherwise)
    return annotate(render(transcript.plan), answer, transcript.place), TRANSCRIPT


def _warn(answer: Answer, error: Exception) -> None:
    # Only where it happened, never the text: it may quote the file.
    where = " > ".join(f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-3:])
    _LOG.warning("%s could not be marked: %s in %s", answer.submission_id, type(error).__name__, where)
