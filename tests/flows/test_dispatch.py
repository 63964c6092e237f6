"""Runs that are due are started, those that ended are settled, whatever happened meanwhile."""

import asyncio
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psutil
import pytest

from flows.settings import load_settings
from schemas.configuration import ConfigurationError
from tests.flows.conftest import Server, filled, on_the_server, until


class TestDispatching:
    pytestmark = on_the_server

    @pytest.fixture
    def dispatch(
        self, prefect_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[tuple[Any, str]]:
        """A dispatcher of the deployment ``collect`` of a home of its own, and the deployment's id."""
        from prefect.client.orchestration import get_client
        from prefect.settings import PREFECT_API_URL, temporary_settings

        from flows.deployments import deployments
        from flows.dispatch import Dispatcher

        for name, value in prefect_server.environment.items():
            monkeypatch.setenv(name, value)
        home = filled(tmp_path / "home")
        with temporary_settings({PREFECT_API_URL: prefect_server.environment["PREFECT_API_URL"]}):
            [collect, *_] = deployments(load_settings(home))
            identifier: UUID = asyncio.run(collect.aapply())
            with get_client(sync_client=True) as client:
                dispatcher = Dispatcher(client, {identifier: "collect"}, tmp_path, lambda _: None)
                yield dispatcher, str(identifier)
                dispatcher.stop(10)

    def test_a_run_without_a_process_counts_as_crashed(self, dispatch: tuple[Any, str], prefect_server: Server) -> None:
        dispatcher, deployment = dispatch
        run = prefect_server.ask_for_a_run(deployment)
        prefect_server.post(f"/flow_runs/{run}/set_state", state={"type": "RUNNING"}, force=True)

        dispatcher.turn()

        assert prefect_server.state_of(run) == "CRASHED"

    def test_a_run_deleted_on_the_board_is_no_trouble(self, dispatch: tuple[Any, str], prefect_server: Server) -> None:
        dispatcher, deployment = dispatch
        run = prefect_server.ask_for_a_run(deployment)
        dispatcher.turn()
        httpx.delete(f"{prefect_server.address}/api/flow_runs/{run}").raise_for_status()

        dispatcher.turn()
        dispatcher.stop(10)

    def test_a_run_cancelled_on_the_board_is_ended(self, dispatch: tuple[Any, str], prefect_server: Server) -> None:
        dispatcher, deployment = dispatch
        run = prefect_server.ask_for_a_run(deployment)
        dispatcher.turn()
        prefect_server.post(f"/flow_runs/{run}/set_state", state={"type": "CANCELLING"}, force=True)

        def settled() -> bool:
            dispatcher.turn()
            return prefect_server.has_ended(run)

        until(settled)
        assert prefect_server.state_of(run) == "CANCELLED"

    def test_a_run_that_does_not_end_is_killed_and_the_next_one_can_start(
        self, dispatch: tuple[Any, str], prefect_server: Server
    ) -> None:
        dispatcher, deployment = dispatch
        run = prefect_server.ask_for_a_run(deployment)
        dispatcher.turn()
        [running] = dispatcher._running.values()
        running.process.send_signal(signal.SIGSTOP)
        dispatcher._seconds_to_last = 0

        dispatcher.turn()
        dispatcher.turn()

        assert prefect_server.state_of(run) == "CRASHED"
        assert not psutil.pid_exists(running.process.pid)

    def test_a_scheduled_run_without_work_is_not_started(
        self, dispatch: tuple[Any, str], prefect_server: Server
    ) -> None:
        from prefect.client.schemas.responses import FlowRunResponse

        dispatcher, deployment = dispatch
        dispatcher._has_work = lambda _name, _now: False
        run = prefect_server.ask_for_a_run(deployment)
        planned = FlowRunResponse.model_validate({**prefect_server.get(f"/flow_runs/{run}"), "auto_scheduled": True})

        assert not dispatcher._is_needed(planned, UUID(deployment))
        assert prefect_server.state_of(run) == "CANCELLED"

    def test_what_people_ask_for_is_done_whatever_the_calendar_says(
        self, dispatch: tuple[Any, str], prefect_server: Server
    ) -> None:
        dispatcher, deployment = dispatch
        dispatcher._has_work = lambda _name, _now: False
        run = prefect_server.ask_for_a_run(deployment)

        dispatcher.turn()

        assert prefect_server.state_of(run) in {"PENDING", "RUNNING"}

    def test_the_runs_of_a_deployment_are_done_one_after_the_other(
        self, dispatch: tuple[Any, str], prefect_server: Server
    ) -> None:
        dispatcher, deployment = dispatch
        first, second = prefect_server.ask_for_a_run(deployment), prefect_server.ask_for_a_run(deployment)

        dispatcher.turn()
        dispatcher.turn()

        assert prefect_server.state_of(first) in {"PENDING", "RUNNING"}
        assert prefect_server.state_of(second) == "SCHEDULED"


def test_a_schedule_that_is_no_cron_time_is_refused_with_file_key_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "die8.toml").write_text('[schedules]\ncollect = "99 * * * *"\n', encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"die8\.toml, line 2: schedules\.collect: „99 \* .* no cron time"):
        load_settings(tmp_path)


def a_run(*, hour: int, is_planned: bool = True) -> Any:
    from prefect.client.schemas.responses import FlowRunResponse

    return FlowRunResponse(
        flow_id=uuid4(),
        work_pool_id=None,
        labels={},
        expected_start_time=datetime(2026, 10, 9, tzinfo=UTC) + timedelta(hours=hour),
        auto_scheduled=is_planned,
    )


def test_of_scheduled_runs_that_piled_up_only_the_latest_is_done() -> None:
    from flows.dispatch import choose

    early, later, latest = a_run(hour=1), a_run(hour=2), a_run(hour=3)

    assert choose([later, latest, early]) == (latest, [early, later])


def test_every_run_that_somebody_asked_for_is_done_the_oldest_first() -> None:
    from flows.dispatch import choose

    asked, asked_later = a_run(hour=2, is_planned=False), a_run(hour=3, is_planned=False)

    assert choose([asked_later, a_run(hour=1), asked]) == (asked, [])


def test_nothing_due_is_nothing_to_do() -> None:
    from flows.dispatch import choose

    assert choose([]) == (None, [])
