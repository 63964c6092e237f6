"""The procedures under Prefect: every step a task, every run with a progress and a summary artefact.

Prefect starts runs and shows them; it decides nothing and remembers nothing that counts. When its server is away the
steps are carried out all the same, and only the board does not show them.
"""

import os

# Before Prefect is imported: it is not to report anything to anybody.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.logging import get_logger, get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.clock import BERLIN, instant, local_day
from flows.settings import NothingPublishedError, Settings, load_settings
from flows.steps import Step
from schemas.quarter import Quarter

if TYPE_CHECKING:
    import logging

    from flows.intake import IntakeResult

    Log = logging.Logger | logging.LoggerAdapter[logging.Logger]

P = ParamSpec("P")
R = TypeVar("R")

_SECONDS_BETWEEN_UPDATES = 1.0
_RECONNECTIONS = 2  # more of them would wait a second each, per event, while a process wants to end
_AN_HOUR = 3600


class UnderPrefect:
    """Carries the steps of one run out as Prefect tasks; used within a flow.

    Whatever fails in the watching does not fail the work: a step that Prefect could not begin is carried out plainly,
    one that it could not report keeps its result, and none is done twice. After the first such failure Prefect is
    left alone for the rest of the run, with one warning.
    """

    def __init__(self, log: "Log") -> None:
        """``log`` is the logger of the run, as Prefect gives it within a flow."""
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=_RECONNECTIONS)
        self._log: Log = log
        self._is_watched = True
        self._tasks: dict[str, Task[[_Attempt[Any]], None]] = {}
        self._progress_id: UUID | None = None
        self._updated = -_SECONDS_BETWEEN_UPDATES

    def run(self, work: Step[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do one step as a task with its name, retries and time limit; its exceptions pass through."""
        attempt = _Attempt(partial(work.call, *args, **kwargs))
        if self._is_watched:
            try:
                self._task_for(work)(attempt)
            except Exception as problem:  # noqa: BLE001 - Prefect may fail in any way without failing the step
                if attempt.failure is not None:
                    raise attempt.failure from attempt.failure.__cause__
                self._go_on_alone(problem)
        if not attempt.results:
            attempt()
        return attempt.taken()

    def progress(self, done: int, total: int, what: str) -> None:
        """Log the item and show the share that is done, at most once a second."""
        self._log.info("%d of %d: %s", done, total, what)
        now = time.monotonic()
        if done >= total or now - self._updated >= _SECONDS_BETWEEN_UPDATES:
            self._updated = now
            self._show(lambda: self._advance(100 * done / max(total, 1), f"{done} of {total}: {what}"))

    def summary(self, title: str, markdown: str) -> None:
        """Show the Markdown as an artefact of the run, under the title as its key."""
        key = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        self._show(lambda: create_markdown_artifact(markdown, key=key, description=title))

    def _task_for(self, work: Step[..., Any]) -> "Task[[_Attempt[Any]], None]":
        if work.name not in self._tasks:
            self._tasks[work.name] = _task(work)
        return self._tasks[work.name]

    def _advance(self, percent: float, description: str) -> None:
        if self._progress_id is None:
            self._progress_id = cast("UUID", create_progress_artifact(percent, description=description))
        else:
            update_progress_artifact(self._progress_id, percent, description=description)

    def _show(self, call: Callable[[], object]) -> None:
        if self._is_watched:
            try:
                call()
            except Exception as problem:  # noqa: BLE001 - Prefect may fail in any way without failing the run
                self._go_on_alone(problem)

    def _go_on_alone(self, problem: Exception) -> None:
        self._is_watched = False
        self._log = get_logger("die8")  # the run's own logger would go on calling the server
        self._log.warning(
            "Prefect cannot be reached (%s: %s); the run goes on without it.", type(problem).__name__, problem
        )


class _Attempt(Generic[R]):
    """A step with its arguments, called by Prefect as often as there are retries.

    Being no collection and no dataclass it is opaque to Prefect, which would otherwise walk through every cell in the
    arguments and the result in search of futures.
    """

    def __init__(self, call: Callable[[], R]) -> None:
        self._call = call
        self.results: list[R] = []
        """The result, once the step has succeeded."""
        self.failure: Exception | None = None
        """What the step itself raised when it was last called."""

    def __call__(self) -> None:
        self.failure = None
        try:
            self.results.append(self._call())
        except Exception as failure:
            self.failure = failure
            raise

    def taken(self) -> R:
        """Give the result and let go of everything: Prefect keeps the attempt until the process ends."""
        del self._call
        return self.results.pop()


def _task(work: Step[..., Any]) -> Task[[_Attempt[Any]], None]:
    """Give the task for a step; it must not hold the step's function, which Prefect would keep beyond its module."""
    return Task(
        _carry_out,
        name=work.name,
        description=work.call.__doc__,
        task_run_name=work.name,
        retries=work.retries,
        retry_delay_seconds=work.retry_delay_seconds,
        timeout_seconds=work.timeout_seconds,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
    )


def _carry_out(attempt: _Attempt[Any]) -> None:
    attempt()


def _run_name() -> str:
    """Name a run after what it does and the minute it was meant for, in the time of Europe/Berlin."""
    parameters = flow_run.parameters
    planned: datetime = flow_run.scheduled_start_time
    moment = instant(parameters.get("now")) if parameters.get("now") else planned
    about = parameters.get("quarter") or parameters.get("source")
    words = [flow_run.flow_name, about, moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")]
    return " ".join(word for word in words if word)


@flow(
    name="intake",
    description="Take in all that lies at the configured sources: archive, check, load, publish, answer.",
    flow_run_name=_run_name,
    retries=0,  # the next scheduled run goes on where this one ended
    timeout_seconds=_AN_HOUR,
    persist_result=False,
)
def intake_flow(home: str, now: str | None = None, source: str | None = None) -> State[None]:
    """Take in all that lies at the configured sources.

    Findings in returns are no failure of the run; a source that cannot be used is one.

    Args:
        home: The installation's folder.
        now: Pretend it is this time (ISO; without zone: Europe/Berlin).
        source: Only this source of die8.toml.
    """
    from flows.intake import run_collection

    settings = load_settings(Path(home))
    moment = instant(now)
    return _ended(settings, "collect", moment, lambda runner: _told(run_collection(settings, moment, source, runner)))


@flow(
    name="report",
    description="Build the report of a quarter from what is published.",
    flow_run_name=_run_name,
    retries=0,
    timeout_seconds=_AN_HOUR,
    persist_result=False,
)
def report_flow(
    home: str, quarter: str | None = None, now: str | None = None, edition: str = "lenkungskreis"
) -> State[None]:
    """Build the report of a quarter from what is published.

    Args:
        home: The installation's folder.
        quarter: Such as 2026-Q3; without it the last quarter that has ended.
        now: Pretend it is this time (ISO; without zone: Europe/Berlin).
        edition: For whom: lenkungskreis, intern or oeffentlich.
    """
    from flows.reporting import run_report
    from schemas.editions import edition_named

    settings = load_settings(Path(home))
    moment = instant(now)
    wanted = edition_named(edition)
    chosen = Quarter.parse(quarter) if quarter else Quarter.containing(local_day(moment)).previous

    def build(runner: UnderPrefect) -> State[None]:
        try:
            result = run_report(settings, chosen, moment, runner, edition=wanted)
        except NothingPublishedError as nothing:
            # A new installation has nothing to report yet; its schedule is not to turn red every morning.
            return Completed(name="Nothing to report", message=str(nothing))
        missing = f"; not delivered: {', '.join(result.missing)}" if result.missing else ""
        return Completed(message=f"report {chosen} written{missing}")

    return _ended(settings, "report", moment, build)


@flow(
    name="remind",
    description="Remind those whose return is missing, and send the letters that wait.",
    flow_run_name=_run_name,
    retries=0,
    timeout_seconds=_AN_HOUR,
    persist_result=False,
)
def remind_flow(home: str, now: str | None = None) -> State[None]:
    """Remind those whose return is missing, as the calendar has it.

    Args:
        home: The installation's folder.
        now: Pretend it is this time (ISO; without zone: Europe/Berlin).
    """
    from flows.reminding import run_reminders

    settings = load_settings(Path(home))
    moment = instant(now)

    def remind(runner: UnderPrefect) -> State[None]:
        done = run_reminders(settings, moment, runner)
        if done.problem:
            return Failed(message=done.problem)
        return Completed(message=f"{len(done.written)} reminders written, {done.sent} letters sent")

    return _ended(settings, "remind", moment, remind)


@flow(
    name="invite",
    description="Send the pre-filled workbooks of the quarter that ends.",
    flow_run_name=_run_name,
    retries=0,
    timeout_seconds=_AN_HOUR,
    persist_result=False,
)
def invite_flow(home: str, now: str | None = None) -> State[None]:
    """Send the workbooks that are due and did not go out yet.

    Args:
        home: The installation's folder.
        now: Pretend it is this time (ISO; without zone: Europe/Berlin).
    """
    from flows.inviting import run_invitations

    settings = load_settings(Path(home))
    moment = instant(now)

    def invite(runner: UnderPrefect) -> State[None]:
        done = run_invitations(settings, moment, runner)
        if done.failed:
            return Failed(message=" ".join(f"{code}: {why}" for code, why in done.failed.items()))
        return Completed(message=f"{len(done.codes)} workbooks sent" if done.quarter else "nothing due")

    return _ended(settings, "invite", moment, invite)


@flow(
    name="upkeep",
    description="Check the installation, its sources and its stores.",
    flow_run_name=_run_name,
    retries=0,
    timeout_seconds=_AN_HOUR,
    persist_result=False,
)
def upkeep_flow(home: str, now: str | None = None) -> State[None]:
    """Examine the installation and prove that the warehouse is what the archive gives.

    Args:
        home: The installation's folder.
        now: Pretend it is this time (ISO; without zone: Europe/Berlin).
    """
    from flows.tending import run_upkeep

    settings = load_settings(Path(home))
    moment = instant(now)

    def tend(runner: UnderPrefect) -> State[None]:
        problems = run_upkeep(settings, moment, runner)
        return Failed(message="; ".join(problems)) if problems else Completed(message="all sound")

    return _ended(settings, "upkeep", moment, tend)


def _ended(
    settings: Settings, name: str, now: datetime, procedure: Callable[[UnderPrefect], State[None]]
) -> State[None]:
    """Run a procedure and give the state in which it ended; what people can mend is a sentence, not a traceback.

    The run stands in our own ledger too, and the data team is told when it failed, once a day for each kind of run.
    """
    from flows.recorded import recorded
    from flows.runs import RunFailedError
    from schemas.reasons import told

    def work() -> State[None]:
        state = _carried_out(procedure)
        if state.is_failed():
            raise RunFailedError(state)
        return state

    def message(state: State[None]) -> str:
        return state.message or ""

    try:
        return recorded(settings, name, now, work, message)
    except RunFailedError as failed:
        _tell(settings, name, now, str(failed))
        return cast("State[None]", failed.state)
    except Exception as error:
        _tell(settings, name, now, told("run_unexpected", fehler=type(error).__name__))
        raise


def _tell(settings: Settings, name: str, now: datetime, problem: str) -> None:
    from flows.correspondence import Correspondence, in_words

    post = Correspondence(settings)
    try:
        is_new = post.tell_data_team(
            "note_run", f"{name}_{local_day(now)}", now, lauf=name, zeit=in_words(now), problem=problem
        )
        if is_new:
            post.hand_over(now)
    except OSError as error:  # the disk is full, which may be why the run failed
        get_logger("die8").warning("the data team could not be told: %s", error)


def _carried_out(procedure: Callable[[UnderPrefect], State[None]]) -> State[None]:
    from flows.failures import remedy
    from warehouse.errors import WarehouseBusyError

    try:
        return procedure(UnderPrefect(get_run_logger()))
    except WarehouseBusyError as busy:
        return Completed(name="Already running", message=str(busy))
    except Exception as error:
        sentence = remedy(error)
        if sentence is None:
            raise
        return Failed(message=sentence)


def _told(result: "IntakeResult") -> State[None]:
    if result.failed_sources:
        return Failed(message=" ".join(str(error) for error in result.failed_sources))
    if not result.examined:
        return Completed(message="nothing new")
    counts = Counter(item.checked.verdict for item in result.examined)
    return Completed(message=", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.items()))
