"""``die8 up``: the Prefect server and all schedules, one process to start."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from flows.board import Board, BoardError
from flows.clock import BERLIN
from flows.settings import Settings
from schemas.letter import Stand

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.deployments.runner import RunnerDeployment

    from flows.dispatch import Dispatcher

_DONE, _WRONG_USAGE, _FAILED = 0, 2, 3
_SECONDS_BETWEEN_TURNS = 3
_SECONDS_BETWEEN_LOOKS = 30.0
_SECONDS_BETWEEN_POST = 300
_SECONDS_FOR_RUNS_TO_END = 8
_TRIES_TO_REGISTER = 5
_COLLECTED_AFTER = (700, 10, 10)
"""The usual thresholds of the collector; those of the command line are for a second, and let this process only grow."""
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def run_up(settings: Settings) -> int:
    """Start server and schedules, and stay until Ctrl-C or SIGTERM; then stop everything, within seconds.

    The server's data lie in ``<home>/prefect/``. When the server ends by itself it is started again, and runs in hand
    go on meanwhile. Gives the exit status: 2 when the port is in use, 3 when the server does not start.
    """
    board = Board(settings)
    obstacle = board.obstacle()
    if obstacle is not None:
        _complain(obstacle)
        return _WRONG_USAGE
    if board.host not in _LOOPBACK:
        _complain(f"Everyone who reaches {board.host}:{board.port} can start and stop runs there, without a password.")
    gc.set_threshold(*_COLLECTED_AFTER)
    settings.home.make()
    os.environ.update(board.environment)  # before Prefect is imported, which reads it then
    from flows.deployments import deployments

    planned = deployments(settings)
    with _stop_signals() as stop, board:
        try:
            if board.start(_say, stop):
                _serve(settings, planned, board, stop)
        except BoardError as error:
            _complain(str(error))
            return _FAILED
    _say("Stopped.")
    return _DONE


def _serve(settings: Settings, planned: "list[RunnerDeployment]", board: Board, stop: threading.Event) -> None:
    from prefect.client.orchestration import get_client

    from flows.dispatch import Dispatcher
    from flows.due import is_due

    ours = _register(planned, stop)
    _say(f"Board: {board.address}")
    for deployment in ours.values():
        _say(f"  {deployment.full_name}: {_when(deployment)}")
    _say("Ctrl-C stops everything.")
    with get_client(sync_client=True) as client:
        names = {identifier: deployment.name for identifier, deployment in ours.items()}
        dispatcher = Dispatcher(client, names, board.folder, _say, has_work=partial(is_due, settings))
        try:
            with _postman(settings, stop):
                _watch(settings, dispatcher, board, stop)
        except BoardError:
            dispatcher.wait(stop)
            raise
        finally:
            _say("Stopping ...")
            dispatcher.stop(_SECONDS_FOR_RUNS_TO_END)


def _register(planned: "list[RunnerDeployment]", stop: threading.Event) -> "dict[UUID, RunnerDeployment]":
    from httpx import HTTPError

    for patience in range(_TRIES_TO_REGISTER, -1, -1):
        try:
            return {asyncio.run(deployment.aapply()): deployment for deployment in planned}
        except HTTPError as error:  # a server that has just started may be busy with its own database
            if stop.wait(_SECONDS_BETWEEN_TURNS):
                break
            if not patience:
                msg = f"The Prefect server does not take the deployments: {error}"
                raise BoardError(msg) from error
    return {}


def _watch(settings: Settings, dispatcher: "Dispatcher", board: Board, stop: threading.Event) -> None:
    from httpx import HTTPError

    is_reached = True
    told: set[tuple[str, datetime]] = set()
    looked = time.monotonic() - _SECONDS_BETWEEN_LOOKS
    while not stop.wait(_SECONDS_BETWEEN_TURNS):
        if time.monotonic() - looked >= _SECONDS_BETWEEN_LOOKS:
            looked = time.monotonic()
            _look_for_the_overlooked(settings, told)
        if not board.is_running:
            _say("The Prefect server has ended by itself; runs in hand go on.")
            if not board.start(_say, stop):
                return
        try:
            dispatcher.turn()
        except HTTPError as error:
            if is_reached:
                _say(f"The Prefect server does not answer ({error}); runs in hand go on.")
            is_reached = False
        else:
            is_reached = True


def _look_for_the_overlooked(settings: Settings, told: set[tuple[str, datetime]]) -> None:
    """Give a sign of life, and tell once of each run that should have begun and did not."""
    from flows.watch import beat, overlooked, tell

    now = datetime.now(UTC)
    beat(settings, now)
    for found in overlooked(settings, now):
        if (found.name, found.planned_at) not in told:
            told.add((found.name, found.planned_at))
            _say(f"{found.name}: planned for {found.planned_at.astimezone(BERLIN):%d.%m.%Y %H:%M}, did not happen")
            tell(settings, found, now)


@contextmanager
def _postman(settings: Settings, stop: threading.Event) -> Iterator[None]:
    """Offer letters that the mail server put off again, every few minutes, beside everything else."""

    def go() -> None:
        from flows.correspondence import Correspondence

        post = Correspondence(settings)
        while not stop.wait(_SECONDS_BETWEEN_POST):
            if post.is_set_up and post.bag.keys(Stand.WAITING):
                try:
                    post.hand_over(datetime.now(UTC))
                except OSError as problem:  # the disk; the next round tries again
                    _say(f"letters could not be handed over: {problem}")

    postman = threading.Thread(target=go, daemon=True)
    postman.start()
    yield


def _when(deployment: "RunnerDeployment") -> str:
    """Tell the schedule of a deployment and its next start."""
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.server.schemas.schedules import CronSchedule as Calendar

    plans = [item.schedule for item in deployment.schedules or [] if isinstance(item.schedule, CronSchedule)]
    told = []
    for plan in plans:
        calendar = Calendar(cron=plan.cron, timezone=plan.timezone)
        [following] = asyncio.run(calendar.get_dates(1, start=datetime.now(BERLIN)))
        told.append(f"{plan.cron} ({plan.timezone}), next {following.astimezone(BERLIN):%d.%m.%Y %H:%M}")
    return "; ".join(told)


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Turn Ctrl-C, SIGTERM and the closing of the terminal into an event."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def show_health(settings: Settings, now: datetime) -> int:
    """Say whether ``die8 up`` lives and every planned run happened; exit status 1 when not, and the data team is told.

    Meant for a timer, a container or a monitor: it needs no Prefect and no network but that to the mail server.
    """
    from flows.watch import check_health

    problems = check_health(settings, now)
    for problem in problems:
        _complain(problem)
    if not problems:
        _say("Alles in Ordnung.")
    return 1 if problems else _DONE
