"""The procedures under a real Prefect server: what it shows, and that nothing depends on it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from flows.settings import load_settings
from flows.steps import Step, step
from tests.flows.conftest import INTAKE, NOW, Server, filled, on_the_server, until
from warehouse.comparison import differences
from warehouse.database import open_warehouse

TINY = """
import json
from prefect import flow
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from flows.orchestration import UnderPrefect
from flows.steps import step

class Cells(list):
    def __iter__(self):
        raise AssertionError("somebody looks into the cells")

@step("count cells")
def count(cells):
    return Cells([len(cells)])

tries = []

@step("knock twice", retries=2, retry_delay_seconds=0)
def knock():
    tries.append(1)
    if len(tries) < 2:
        raise OSError("nobody at home")
    return len(tries)

@step("fall over")
def fall():
    raise LookupError("as it should")

@flow(name="tiny")
def tiny():
    runner = UnderPrefect(get_run_logger())
    told = {"run": str(flow_run.id)}
    told["cells"] = runner.run(count, Cells("abc"))[0]
    runner.progress(1, 4, "first")
    told["tries"] = runner.run(knock)
    runner.progress(4, 4, "last")
    try:
        runner.run(fall)
    except LookupError as error:
        told["failure"] = str(error)
    runner.summary("Tiny 2026-Q3", "# All is well")
    print(json.dumps(told))

tiny()
"""

STATES = """
import json, sys
from flows.orchestration import intake_flow, report_flow

flow = {"intake": intake_flow, "report": report_flow}[sys.argv[1]]
for home in sys.argv[2:]:
    state = flow(home, now="2026-10-09T12:00", return_state=True)
    print(json.dumps([state.type.value, state.name, state.message]))
"""


@pytest.fixture(scope="module")
def tiny(prefect_server: Server) -> dict[str, Any]:
    done = prefect_server.run(TINY)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def loaded(prefect_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which an undisturbed run has taken the samples."""
    home = filled(tmp_path_factory.mktemp("loaded") / "home")
    done = prefect_server.run(INTAKE, home, NOW, "nothing", "0")
    assert done.returncode == 0, done.stderr
    return home


def tasks_of(server: Server, flow_run: str) -> dict[str, dict[str, Any]]:
    found = server.post("/task_runs/filter", flow_runs={"id": {"any_": [flow_run]}})
    return {task["name"]: task for task in found}


def artefacts_of(server: Server, flow_run: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.post(
        "/artifacts/filter", artifacts={"flow_run_id": {"any_": [flow_run]}, "type": {"any_": [kind]}}
    )
    return found


def under_prefect() -> Any:
    """The runner as it is within a flow; imported late, as Prefect takes seconds."""
    from flows.orchestration import UnderPrefect

    return UnderPrefect(logging.getLogger("run"))


class TestOnTheServer:
    pytestmark = on_the_server

    def test_each_step_is_a_task_with_its_name_and_its_outcome(
        self, tiny: dict[str, Any], prefect_server: Server
    ) -> None:
        def states() -> dict[str, str] | None:
            found = {name: task["state_name"] for name, task in tasks_of(prefect_server, tiny["run"]).items()}
            return found if set(found.values()) == {"Completed", "Failed"} and len(found) == 3 else None

        assert until(states) == {"count cells": "Completed", "knock twice": "Completed", "fall over": "Failed"}

    def test_a_step_with_retries_is_tried_again(self, tiny: dict[str, Any], prefect_server: Server) -> None:
        assert tiny["tries"] == 2
        until(lambda: tasks_of(prefect_server, tiny["run"]).get("knock twice", {}).get("run_count") == 2)

    def test_prefect_looks_into_neither_arguments_nor_results(self, tiny: dict[str, Any]) -> None:
        assert tiny["cells"] == 3

    def test_the_failure_of_a_step_passes_through(self, tiny: dict[str, Any]) -> None:
        assert tiny["failure"] == "as it should"

    def test_progress_is_one_artefact_that_ends_at_the_whole(
        self, tiny: dict[str, Any], prefect_server: Server
    ) -> None:
        [progress] = artefacts_of(prefect_server, tiny["run"], "progress")

        assert (progress["data"], progress["description"]) == (100, "4 of 4: last")

    def test_the_summary_is_an_artefact(self, tiny: dict[str, Any], prefect_server: Server) -> None:
        [summary] = artefacts_of(prefect_server, tiny["run"], "markdown")

        assert (summary["key"], summary["data"]) == ("tiny-2026-q3", "# All is well")

    def test_the_intake_flow_loads_the_samples(self, loaded: Path, tmp_path: Path) -> None:
        # The same procedure without Prefect is what every other test is about.
        from flows.clock import instant
        from flows.intake import run_collection

        without_prefect = filled(tmp_path / "home")
        run_collection(load_settings(without_prefect), instant(NOW))

        assert differences(loaded / "warehouse.duckdb", without_prefect / "warehouse.duckdb") == []
        assert (loaded / "published" / "die8.duckdb").exists()

    def test_the_board_shows_the_steps_and_the_summary_of_an_intake(self, loaded: Path, prefect_server: Server) -> None:
        [run] = prefect_server.post(
            "/flow_runs/filter",
            flow_runs={"name": {"any_": ["intake 2026-10-09 12:00"]}},
            sort="START_TIME_ASC",
            limit=1,
        )
        [summary] = artefacts_of(prefect_server, run["id"], "markdown")

        assert str(loaded) in str(run["parameters"])
        assert (run["state_type"], run["state"]["message"]) == (
            "COMPLETED",
            "6 accepted, 2 accepted with findings, 1 rejected, 1 duplicate",
        )
        assert "GTM_2026-Q3.zip" in summary["data"]
        until(lambda: {"fetch from sources", "publish"} <= tasks_of(prefect_server, run["id"]).keys())

    def test_the_report_flow_writes_the_report(self, loaded: Path, prefect_server: Server) -> None:
        done = prefect_server.run(STATES, "report", loaded)

        assert json.loads(done.stdout.splitlines()[-1]) == ["COMPLETED", "Completed", "report 2026-Q3 written"], (
            done.stderr
        )
        assert (loaded / "reports" / "2026-Q3" / "Lenkungskreis_2026-Q3.pdf").read_bytes().startswith(b"%PDF-")
        assert {path.suffix for path in (loaded / "reports" / "2026-Q3").iterdir()} == {
            ".pdf",
            ".html",
            ".xlsx",
            ".docx",
            ".json",
        }

    @pytest.mark.parametrize("killed_before", ["load", "publish", "answer_senders"])
    def test_a_run_killed_in_the_middle_and_started_again_ends_with_the_same_tables(
        self, killed_before: str, loaded: Path, prefect_server: Server, tmp_path: Path
    ) -> None:
        home = filled(tmp_path / "home")

        killed = prefect_server.run(INTAKE, home, NOW, killed_before, "0")
        again = prefect_server.run(INTAKE, home, NOW, "nothing", "0")

        assert (killed.returncode, again.returncode) == (-9, 0), again.stderr
        assert differences(home / "warehouse.duckdb", loaded / "warehouse.duckdb") == []
        assert differences(home / "published" / "die8.duckdb", loaded / "published" / "die8.duckdb") == []

    def test_a_source_that_cannot_be_used_fails_the_run_with_a_sentence(
        self, prefect_server: Server, tmp_path: Path
    ) -> None:
        home = tmp_path / "home"
        home.mkdir()
        (home / "die8.toml").write_text('[[sources]]\nname = "share"\nkind = "folder"\npath = "away"\n', "utf-8")
        busy = tmp_path / "busy"
        (busy / "inbox").mkdir(parents=True)

        with open_warehouse(busy / "warehouse.duckdb"):
            done = prefect_server.run(STATES, "intake", home, busy)
        failed, running = map(json.loads, done.stdout.splitlines()[-2:])

        assert failed[0] == "FAILED"
        assert "Quelle share: Den Ordner" in failed[2]
        assert running[:2] == ["COMPLETED", "Already running"]
        assert "is in use by another run" in running[2]

    def test_a_new_installation_has_nothing_to_report(self, prefect_server: Server, tmp_path: Path) -> None:
        done = prefect_server.run(STATES, "report", tmp_path)

        assert json.loads(done.stdout.splitlines()[-1])[:2] == ["COMPLETED", "Nothing to report"], done.stderr


@step("count")
def count(calls: list[int]) -> int:
    calls.append(1)
    return len(calls)


def a_broken_task(*, does_the_work: bool) -> Any:
    """A Prefect whose connection breaks before or after the work."""

    def carry_out(attempt: Any) -> None:
        if does_the_work:
            attempt()
        msg = "All connection attempts failed"
        raise ConnectionError(msg)

    return lambda _work: carry_out


@pytest.mark.parametrize("does_the_work", [False, True])
def test_a_step_is_done_exactly_once_whenever_prefect_breaks(
    monkeypatch: pytest.MonkeyPatch, *, does_the_work: bool
) -> None:
    monkeypatch.setattr("flows.orchestration._task", a_broken_task(does_the_work=does_the_work))
    calls: list[int] = []

    result = under_prefect().run(count, calls)

    assert (result, calls) == (1, [1])


def test_the_failure_of_a_step_counts_more_than_that_of_prefect(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(calls: list[int]) -> int:
        calls.append(1)
        msg = "as it should"
        raise LookupError(msg)

    def carry_out(attempt: Any) -> None:
        try:
            attempt()
        except LookupError:
            msg = "All connection attempts failed"
            raise ConnectionError(msg) from None

    failing: Step[[list[int]], int] = replace(count, call=fail)
    monkeypatch.setattr("flows.orchestration._task", lambda _work: carry_out)

    with pytest.raises(LookupError, match="as it should"):
        under_prefect().run(failing, [])


def test_after_its_first_failure_prefect_is_left_alone_with_one_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []

    def away(*_words: Any, **_options: Any) -> None:
        asked.append("artefact")
        msg = "All connection attempts failed"
        raise ConnectionError(msg)

    monkeypatch.setattr("flows.orchestration.create_progress_artifact", away)
    monkeypatch.setattr("flows.orchestration.create_markdown_artifact", away)
    alone = logging.getLogger("alone")
    monkeypatch.setattr("flows.orchestration.get_logger", lambda _name: alone)
    runner = under_prefect()

    runner.progress(1, 2, "first")
    runner.summary("intake", "# Intake")
    calls: list[int] = []
    runner.run(count, calls)

    assert (asked, calls) == (["artefact"], [1])
    assert [record.name for record in caplog.records if record.levelno == logging.WARNING] == ["alone"]
