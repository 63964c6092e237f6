"""``die8 check``: all that intake would say, and nothing is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from flows.clock import instant
from flows.collectors.arrivals import Passed
from flows.collectors.folder import read_file
from flows.display import console, print_checked, print_document
from flows.examination import CELLS_KEPT, Examined, Memory, Readings, examine, in_order
from flows.isolation import IsolatedReader
from flows.settings import Settings
from flows.standing import standards_of
from schemas.delivery import Delivery
from schemas.findings import Severity
from schemas.submission import Checked
from transforms.documents import check_document

if TYPE_CHECKING:
    from rich.console import Console

    from flows.answering import Reply


def run_check(  # noqa: PLR0913 - one for each option of the command
    settings: Settings,
    files: Sequence[Path],
    *,
    as_json: bool,
    with_data: bool,
    now: str | None,
    annotate: Path | None = None,
) -> int:
    """Check files as intake would, against what is published in this home, if anything is.

    What lies in the archive already is judged as of the day on which it came, anything else as if it came now: who
    checks an old file there wants to see what was said of it, and who checks a new one whether it is late.

    With ``annotate`` the answers that intake would give are written into that folder, and nothing else anywhere.

    Raises:
        OSError: a file cannot be read, or the folder not be written to.
    """
    received_at = instant(now)
    delivered, passed = read_files(files, "check", received_at)
    if now is None:
        delivered = _as_received(settings, delivered)
    memory = _memory(settings, delivered)
    is_clean = True
    out = console()
    with IsolatedReader() as reader:
        readings = Readings(reader, cells_kept=CELLS_KEPT if annotate is not None else 0)
        for examined in examine(in_order(delivered), readings, memory, standards_of(settings)):
            is_clean &= not needs_attention(examined.checked)
            if as_json:
                print_document(check_document(examined.checked, with_data=with_data))
            else:
                print_checked(out, examined.checked)
            if annotate is not None:
                _answer(examined, readings, settings, annotate, None if as_json else out)
    if not as_json:
        for item in passed:
            out.print(f"{item.name}: {item.reason}, übersprungen")
    return 0 if is_clean else 1


def _answer(examined: Examined, readings: Readings, settings: Settings, folder: Path, out: "Console | None") -> None:
    from flows.answering import answer_of, compose
    from flows.outbox.folder import OutboxFolder

    folder.mkdir(parents=True, exist_ok=True)
    calendar = settings.configuration.calendar
    reply = compose(answer_of(examined), examined.delivery.content, readings, calendar)
    OutboxFolder(folder).answer([reply])
    if out is not None:
        out.print(f"  → {folder / reply.name}.{_suffixes(reply)}\n", markup=False, soft_wrap=True)


def _suffixes(reply: "Reply") -> str:
    first, *others = [*(["xlsx"] if reply.workbook else []), "html", "txt", "json"]
    return f"{first} ({', '.join(others)})"


def needs_attention(checked: Checked) -> bool:
    """Whether somebody has to look: no load, or a finding above an information."""
    return not checked.verdict.is_loaded or any(item.severity is not Severity.INFO for item in checked.findings)


def read_files(files: Sequence[Path], channel: str, received_at: datetime) -> tuple[list[Delivery], list[Passed]]:
    """Read the files that a person named; lock files and the like are passed over.

    Raises:
        OSError: a file is missing or cannot be read.
    """
    read = [read_file(path, channel, received_at) for path in files]
    return [item for item in read if isinstance(item, Delivery)], [item for item in read if isinstance(item, Passed)]


_RECEIVED = """
-- When the files that are being checked were received, as far as they were.
select submission_id, epoch_us(received_at) from history.submission where submission_id in ({ids})
"""


def _as_received(settings: Settings, delivered: Sequence[Delivery]) -> list[Delivery]:
    """Give what was handed in before the instant at which it was."""
    received = {
        str(submission_id): datetime.fromtimestamp(int(str(microseconds)) / 1_000_000, UTC)
        for submission_id, microseconds in _asked(settings, _RECEIVED, delivered)
    }
    return [replace(item, received_at=received.get(item.submission_id, item.received_at)) for item in delivered]


def _asked(settings: Settings, question: str, delivered: Sequence[Delivery]) -> Sequence[Sequence[object]]:
    """What the published file answers to a question about these deliveries; nothing while there is none."""
    if not delivered or not settings.home.published.exists():
        return ()
    from warehouse.reading import query

    ids = ", ".join(f"'{item.submission_id}'" for item in delivered)
    return query(settings.home.published, question.format(ids=ids)).rows


_SAME_BYTES = """
-- The accepted returns among files that are being checked.
select org_code, report_quarter from history.submission
where submission_id in ({ids}) and superseded_at is null and version is not null
"""


def _memory(settings: Settings, delivered: Sequence[Delivery]) -> Memory:
    """What a checked return is compared with: what is published, except the very return that is checked.

    Intake would answer known bytes as a duplicate; who checks them wants to see their findings.
    """
    if not settings.home.published.exists():
        return Memory({}, {})
    from warehouse.database import published_histories

    histories = published_histories(settings.home.published)
    for org_code, quarter in _asked(settings, _SAME_BYTES, delivered):
        history = histories[str(org_code)]
        others = {key: version for key, version in history.accepted.items() if str(key) != quarter}
        histories[str(org_code)] = structs.replace(history, accepted=others)
    return Memory(histories, {})
