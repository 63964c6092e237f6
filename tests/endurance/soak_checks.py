"""What must hold after the soak test: nothing lost, nothing sent twice, nothing that an undisturbed run has not."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.intake import run_collection
from flows.inviting import run_invitations
from flows.outbox.mailbag import Mailbag
from flows.releasing import run_release
from flows.reminding import run_reminders
from flows.reporting import run_report
from flows.runs import RUNNING
from flows.settings import NothingPublishedError, Settings
from schemas.letter import Stand
from schemas.quarter import Quarter
from tests.endurance.soak_course import FIRST, QUARTER, RELEASED, SECRETS, Drop
from tests.flows.mail_sink import Sink
from transforms.workbook.file_names import ignored_because
from warehouse.archive import Archive
from warehouse.comparison import differences

_OF_DISTURBANCE = ("note_missed", "note_run", "note_mail", "note_source")
"""Letters to the data team that an undisturbed quarter has no reason for."""


@dataclass(frozen=True)
class Undisturbed:
    """The same quarter, lived through by nobody who was killed."""

    settings: Settings
    sink: Sink


def live_undisturbed(of: Settings, course: list[Drop], other: Undisturbed) -> None:
    """Do the same runs at the same instants with the same files, in this process and without Prefect."""
    received = {(item.name, item.sha256): item.received_at for item in Archive(of.home.archive).records()}
    files = [drop for drop in course if drop.is_whole]
    arrivals = {(drop.name, _digest(drop.content)): drop for drop in files}
    is_released = False
    for name, moment in _begun(of):
        if moment > RELEASED and not is_released:
            is_released = True
            run_release(other.settings, Quarter.parse(QUARTER), RELEASED)
        if name == "collect":
            for key in [key for key in arrivals if received.get(key) is not None and received[key] <= moment]:
                _lay(other.settings.home.inbox, arrivals.pop(key))
        _do(other.settings, name, moment)


def _begun(of: Settings) -> list[tuple[str, datetime]]:
    lines = (of.home.runs / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    runs = [run for run in map(json.loads, lines) if run["outcome"] == RUNNING]
    return sorted(((run["name"], datetime.fromisoformat(run["begun_at"])) for run in runs), key=lambda run: run[1])


def _do(settings: Settings, name: str, moment: datetime) -> None:
    match name:
        case "collect":
            run_collection(settings, moment)
        case "remind":
            run_reminders(settings, moment)
        case "invite":
            run_invitations(settings, moment)
        case "report":
            try:
                run_report(settings, Quarter.parse(QUARTER), moment)
            except NothingPublishedError:
                return
        case _:
            return


def _lay(inbox: Path, drop: Drop) -> None:
    (inbox / drop.name).write_bytes(drop.content)


def _digest(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


def problems(settings: Settings, sink: Sink, course: list[Drop], undisturbed: Undisturbed) -> Iterator[str]:
    """Say everything that does not hold."""
    yield from _lost_or_doubled(settings, course)
    yield from _letters(settings, sink, undisturbed)
    for name in ("warehouse", "published"):
        for difference in differences(getattr(settings.home, name), getattr(undisturbed.settings.home, name)):
            yield f"{name} differs from an undisturbed run's: {difference} {difference.examples}"
    yield from secrets_in(settings.home.path)


def _lost_or_doubled(settings: Settings, course: list[Drop]) -> Iterator[str]:
    expected = Counter(
        (drop.name, _digest(drop.content)) for drop in course if drop.is_whole and ignored_because(drop.name) is None
    )
    records = Archive(settings.home.archive).records()
    held = Counter((record.name, record.sha256) for record in records if record.received_at >= FIRST)
    if expected != held:
        yield f"archive: lost {[*(expected - held)]}, too much {[*(held - expected)]}"
    archive = Archive(settings.home.archive)
    if damages := archive.damages():
        yield f"archive: damaged {damages}"


def _letters(settings: Settings, sink: Sink, undisturbed: Undisturbed) -> Iterator[str]:
    bag = Mailbag(settings.home.letters)
    twice = [name for name, count in Counter(str(letter["Message-ID"]) for letter in sink.taken).items() if count > 1]
    if twice:
        yield f"letters that went out twice: {twice}"
    for stand in (Stand.WAITING, Stand.SENDING, Stand.REFUSED, Stand.BY_HAND):
        if keys := bag.keys(stand):
            yield f"letters that are {stand}: {keys}"
    subjects = Counter((str(letter["Subject"]), str(letter["To"])) for letter in sink.taken)
    if again := [about for about, count in subjects.items() if count > 1 and not _may_come_again(about[0])]:
        yield f"subjects that went out twice: {again}"
    mine, theirs = (
        {
            key
            for stand in (Stand.SENT, Stand.UNCLEAR)
            for key in a_bag.keys(stand)
            if not key.startswith(_OF_DISTURBANCE)
        }
        for a_bag in (bag, Mailbag(undisturbed.settings.home.letters))
    )
    if mine != theirs:
        yield f"letters: {sorted(theirs - mine)} were never written, {sorted(mine - theirs)} have no reason"
    arrived = {str(letter["Message-ID"]) for letter in sink.taken}
    if lost := [key for key in bag.keys(Stand.SENT) if bag.read(Stand.SENT, key)[0].message_id not in arrived]:
        yield f"letters that count as sent and never arrived: {lost}"


def _may_come_again(subject: str) -> bool:
    """Receipts of corrections, and notes, have the subject of those before them."""
    return subject.startswith(("Eingangsbestätigung", "Datenteam"))


def told_of_disturbance(settings: Settings) -> Mapping[str, str]:
    """The letters to the data team that an undisturbed quarter would not have, with their states."""
    bag = Mailbag(settings.home.letters)
    return {
        key: stand for stand in Stand for key in bag.keys(stand) if key.startswith(_OF_DISTURBANCE)
    } | dict.fromkeys(bag.keys(Stand.UNCLEAR), Stand.UNCLEAR)


def secrets_in(folder: Path) -> Iterator[str]:
    """Name every file below a folder that holds a secret (G15)."""
    canaries = [secret.encode() for secret in SECRETS.values()]
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            if any(canary in content for canary in canaries):
                yield f"{path.relative_to(folder)} holds a secret"
