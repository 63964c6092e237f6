"""Starts the runs that are due, each in a process of its own, and closes the books on those that ended.

Prefect's own runner is not used: when the server has been away for half a minute it gives up and kills the runs in
hand. This one waits, and the runs go on.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from httpx import HTTPError
from msgspec import Struct, field
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import FlowRunResponse, OrchestrationResult, SetStateStatus
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed, Pending

from flows.watch import HUNG_AFTER

_BEGUN = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


class Running(Struct):
    """The process of a run."""

    run_id: UUID
    deployment_id: UUID
    process: subprocess.Popen[bytes]
    is_cancelled: bool = False
    begun: float = field(default_factory=time.monotonic)
    has_hung: bool = False

    @property
    def was_ended(self) -> bool:
        """Whether the process ended because it was told to; one that was faster has told its own outcome."""
        return self.is_cancelled and self.process.returncode != 0


class Dispatcher:
    """Runs the deployments of one installation, at most one run of each at a time.

    It is the only one who runs them: whatever the server takes for running and has no process here has crashed, be
    it that its machine went down or that it ended while the server was away.
    """

    def __init__(  # noqa: PLR0913  # what it works with; all by name but the first
        self,
        client: SyncPrefectClient,
        deployments: Mapping[UUID, str],
        folder: Path,
        say: Callable[[str], None],
        *,
        has_work: Callable[[str, datetime], bool] = lambda _name, _planned: True,
        seconds_to_last: float = HUNG_AFTER.total_seconds(),
    ) -> None:
        """``has_work`` says of a scheduled run whether it has something to do; one that has not is not started.

        A run that lasts longer than ``seconds_to_last`` is taken for stuck and killed; the next one goes on.
        """
        self._has_work = has_work
        self._seconds_to_last = seconds_to_last
        self._client = client
        self._deployments = deployments
        self._folder = folder
        self._say = say
        self._running: dict[UUID, Running] = {}

    def turn(self) -> None:
        """Look once: settle what has ended, heed cancellations, start what is due.

        Raises:
            HTTPError: the server cannot be reached; the runs in hand go on, the next turn catches up.
        """
        self._kill_the_hung()
        # Whose process has ended before we ask has told the server, if it could.
        ended = {run_id: run for run_id, run in self._running.items() if run.process.poll() is not None}
        for run in self._begun():
            if run.id in ended or run.id not in self._running:
                self._settle(run, ended.get(run.id))
            elif run.state is not None and run.state.is_cancelling() and not self._running[run.id].is_cancelled:
                self._end(self._running[run.id])
        for run_id, done in ended.items():
            if done.was_ended:
                self._set(run_id, Cancelled(message="cancelled on the board"))
            del self._running[run_id]
        self._start_due()

    def wait(self, stop: threading.Event) -> None:
        """Let the runs in hand finish, unless ``stop`` is set before."""
        while any(run.process.poll() is None for run in self._running.values()) and not stop.wait(0.5):
            pass

    def stop(self, seconds: float) -> None:
        """End the runs in hand; the next run goes on where they stopped. After ``seconds`` they are killed."""
        alive = [run for run in self._running.values() if run.process.poll() is None]
        for run in alive:
            self._end(run)
        deadline = time.monotonic() + seconds
        for run in alive:
            try:
                run.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                run.process.kill()
                run.process.wait()
            if run.was_ended:
                with suppress(HTTPError):  # at the next start it counts as crashed
                    self._set(run.run_id, Cancelled(message="die8 up was stopped; the next run goes on from here"))
        self._running.clear()

    def _kill_the_hung(self) -> None:
        for run in self._running.values():
            if not run.has_hung and time.monotonic() - run.begun > self._seconds_to_last:
                run.has_hung = True
                self._say(f"{self._deployments[run.deployment_id]}: the run does not end and is killed")
                run.process.kill()  # a stopped process heeds nothing else
                run.process.wait()

    def _begun(self) -> list[FlowRun]:
        return self._client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=list(self._deployments)),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_BEGUN)),
            )
        )

    def _settle(self, run: FlowRun, known: Running | None) -> None:
        if known is not None and known.is_cancelled:
            return
        if run.state is not None and run.state.is_cancelling():
            self._set(run.id, Cancelled(message="cancelled on the board"))
        elif known is None:
            self._set(run.id, Crashed(message="its process is gone; the next run goes on where it stopped"))
        else:
            status = known.process.returncode
            if known.has_hung:
                self._set(run.id, Crashed(message="it did not end and was killed; the next run goes on from there"))
                return
            self._set(run.id, Crashed(message=f"its process ended with status {status} and could not say how"))

    def _start_due(self) -> None:
        due = self._client.get_scheduled_flow_runs_for_deployments(
            list(self._deployments), scheduled_before=datetime.now(UTC)
        )
        busy = {run.deployment_id for run in self._running.values()}
        for deployment in self._deployments:
            if deployment not in busy:
                chosen, skipped = choose(run for run in due if run.deployment_id == deployment)
                for late in skipped:
                    self._set(
                        late.id, Cancelled(name="Skipped", message="a later run is due as well and does its work")
                    )
                if chosen is not None and self._is_needed(chosen, deployment):
                    self._start(chosen, deployment)

    def _is_needed(self, run: FlowRunResponse, deployment: UUID) -> bool:
        if not run.auto_scheduled or self._has_work(self._deployments[deployment], datetime.now(UTC)):
            return True
        self._set(run.id, Cancelled(name="Skipped", message="the calendar asks for nothing now"))
        return False

    def _start(self, run: FlowRunResponse, deployment: UUID) -> None:
        try:
            answer: OrchestrationResult[None] = self._client.set_flow_run_state(run.id, Pending())
        except ObjectNotFound:
            return
        if answer.status is not SetStateStatus.ACCEPT:
            return
        self._say(f"{self._deployments[deployment]}: starting run {run.name}")
        try:
            process = subprocess.Popen(  # noqa: S603 - Prefect's engine under our own Python
                [sys.executable, "-m", "prefect.engine", str(run.id)],
                stdin=subprocess.DEVNULL,
                cwd=self._folder,
                process_group=0,  # Ctrl-C is for us; we end the runs
            )
        except OSError as error:
            self._say(f"{self._deployments[deployment]}: the run could not be started: {error}")
            return  # the next turn settles it
        self._running[run.id] = Running(run.id, deployment, process)

    def _end(self, run: Running) -> None:
        run.is_cancelled = True
        run.process.terminate()

    def _set(self, run_id: UUID, state: State[None]) -> None:
        with suppress(ObjectNotFound):  # people may delete runs on the board
            self._client.set_flow_run_state(run_id, state, force=True)


def choose(due: Iterable[FlowRunResponse]) -> tuple[FlowRunResponse | None, list[FlowRunResponse]]:
    """Pick the run of a deployment to start now, and those that are skipped.

    Runs that people ask for are all done, the oldest first. Of scheduled runs that piled up while nobody was there
    only the latest is done: it takes in all that the others would have.
    """

    def planned(run: FlowRunResponse) -> datetime:
        return run.expected_start_time or datetime.max.replace(tzinfo=UTC)

    in_order = sorted(due, key=planned)
    asked_for = [run for run in in_order if not run.auto_scheduled]
    scheduled = [run for run in in_order if run.auto_scheduled]
    first = asked_for[:1] or scheduled[-1:]
    return (first[0] if first else None), scheduled[:-1]
