"""``die8 up`` as a user has it: one process to start, a board, runs on schedule, and nothing left behind."""

import gc
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.board import Board
from flows.clock import instant
from flows.intake import run_collection
from flows.settings import load_settings
from flows.up import run_up, show_health
from tests.flows.conftest import INTAKE, NOW, Server, a_home, filled, free_port, on_the_server, until
from tests.samples import sample_files
from warehouse.comparison import differences

UP = """
import sys
from pathlib import Path
from flows.settings import load_settings
from flows.up import run_up

sys.exit(run_up(load_settings(Path(sys.argv[1]))))
"""


@dataclass
class Up:
    """A running ``die8 up``."""

    process: subprocess.Popen[bytes]
    home: Path
    output: Path
    server: Server

    def has_said(self, words: str) -> bool:
        return words in self.output.read_text(encoding="utf-8")

    def children(self) -> list[Any]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def server_process(self) -> Any:
        return next((child for child in self.children() if "flows.board" in child.cmdline()), None)


def start_up(folder: Path, database: Path | None = None) -> Up:
    """Start it, where a database is given with one that a server of Prefect left."""
    port = free_port()
    home = a_home(folder / "home", port, more='[schedules]\ncollect = "7 4 * * *"\nreport = "30 6 * * 1-5"\n')
    if database is not None:
        (home / "prefect").mkdir()
        shutil.copyfile(database, home / "prefect" / "prefect.db")
    output = folder / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", UP, str(home)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    environment = {"PREFECT_API_URL": f"{address}/api", "PREFECT_HOME": str(folder), "PREFECT_CLIENT_MAX_RETRIES": "1"}
    return Up(process, home, output, Server(address, environment))


@pytest.fixture(scope="module")
def up(unused_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    started = start_up(tmp_path_factory.mktemp("up"), unused_database)
    try:
        until(lambda: started.has_said("Ctrl-C stops everything") or started.process.poll() is not None, 120)
        assert started.process.poll() is None, started.output.read_text(encoding="utf-8")
        yield started
    finally:
        if started.process.poll() is None:
            started.process.terminate()
            started.process.wait(60)


def deployments_of(server: Server) -> dict[str, dict[str, Any]]:
    return {found["name"]: found for found in server.post("/deployments/filter")}


class TestUp:
    pytestmark = on_the_server

    def test_all_deployments_appear_with_their_schedules(self, up: Up) -> None:
        found = deployments_of(up.server)
        schedules = {name: [item["schedule"] for item in found[name]["schedules"]] for name in found}

        assert {name: [(item["cron"], item["timezone"]) for item in schedules[name]] for name in schedules} == {
            "collect": [("7 4 * * *", "Europe/Berlin")],
            "remind": [("15 7 * * 1-5", "Europe/Berlin")],
            "invite": [("45 7 * * *", "Europe/Berlin")],
            "report": [("30 6 * * 1-5", "Europe/Berlin")],
            "upkeep": [("40 4 * * *", "Europe/Berlin")],
        }
        assert {name: found[name]["entrypoint"] for name in found} == {
            "collect": "flows.orchestration.intake_flow",
            "remind": "flows.orchestration.remind_flow",
            "invite": "flows.orchestration.invite_flow",
            "report": "flows.orchestration.report_flow",
            "upkeep": "flows.orchestration.upkeep_flow",
        }

    def test_it_gives_a_sign_of_life_that_health_reads(self, up: Up) -> None:
        until((up.home / "runs" / "up.pulse").exists)

        assert show_health(load_settings(up.home), datetime.now(UTC)) == 0

    def test_people_find_the_board_whose_pages_lie_in_the_home(self, up: Up) -> None:
        # Where the packages lie, the user of the service may not write.
        page = httpx.get(up.server.address, follow_redirects=True, timeout=30)

        assert page.status_code == 200
        assert "<html" in page.text.lower()
        assert list((up.home / "prefect" / "ui").rglob("index.html"))

    def test_it_says_where_the_board_is_and_when_what_runs_next(self, up: Up) -> None:
        assert up.has_said(f"Board: {up.server.address}")
        assert up.has_said("intake/collect: 7 4 * * * (Europe/Berlin), next ")

    def test_prefect_reports_nothing_to_anybody(self, up: Up) -> None:
        assert up.server.get("/admin/settings")["server"]["analytics_enabled"] is False

    def test_prefect_plans_runs_at_the_times_of_the_schedule(self, up: Up) -> None:
        # With SQLAlchemy 2.1 the server of Prefect 3.8 starts, shows the schedules, and never plans a run.
        def planned() -> list[datetime] | None:
            runs = up.server.post("/flow_runs/filter", flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})
            return [datetime.fromisoformat(run["expected_start_time"]) for run in runs if run["auto_scheduled"]]

        from flows.clock import BERLIN

        times = {(moment.astimezone(BERLIN).hour, moment.astimezone(BERLIN).minute) for moment in until(planned)}
        assert times <= {(4, 7), (6, 30), (7, 15), (7, 45), (4, 40)}

    def test_a_run_that_somebody_asks_for_succeeds(self, up: Up) -> None:
        filled(up.home)
        run = up.server.ask_for_a_run(deployments_of(up.server)["collect"]["id"])

        assert until(lambda: up.server.get(f"/flow_runs/{run}") if up.server.has_ended(run) else None)[
            "state_type"
        ] == ("COMPLETED"), up.output.read_text(encoding="utf-8")
        assert (up.home / "published" / "die8.duckdb").exists()

    def test_with_the_server_stopped_in_mid_run_the_files_in_hand_are_still_processed(
        self, up: Up, tmp_path: Path
    ) -> None:
        home, undisturbed = filled(tmp_path / "home"), filled(tmp_path / "undisturbed")
        run_collection(load_settings(undisturbed), instant(NOW))
        server = until(up.server_process)

        done = up.server.run(INTAKE, home, NOW, "examine_deliveries", str(server.pid))

        # `up` starts the server again; the run may find the new one in time, or go on alone and say so once.
        assert done.stderr.count("the run goes on without it") <= 1, done.stderr
        assert differences(home / "warehouse.duckdb", undisturbed / "warehouse.duckdb") == []
        assert differences(home / "published" / "die8.duckdb", undisturbed / "published" / "die8.duckdb") == []

    def test_a_server_that_ended_by_itself_is_started_again_and_its_runs_go_on(self, up: Up) -> None:
        until(lambda: answers(up.server), 120)
        [file] = [path for path in sample_files("2026-Q2") if path.name.startswith("D8_BIB")]
        shutil.copyfile(file, up.home / "inbox" / file.name)
        collect = deployments_of(up.server)["collect"]["id"]
        run = up.server.ask_for_a_run(collect)
        until(lambda: up.server.state_of(run) in {"RUNNING", "COMPLETED"})

        server = until(up.server_process)
        server.kill()

        until(lambda: [path for path in (up.home / "outbox").rglob("*") if "2026-Q2" in path.name])
        until(lambda: up.has_said("has ended by itself"))
        until(lambda: answers(up.server), 120)
        after = up.server.ask_for_a_run(collect)
        until(lambda: up.server.state_of(after) == "COMPLETED")
        assert up.server.has_ended(run)

    def test_ctrl_c_stops_everything_within_seconds(self, up: Up) -> None:
        # The last one here: it ends what the others share.
        up.server.ask_for_a_run(deployments_of(up.server)["collect"]["id"])
        until(lambda: len(up.children()) > 1)
        children = up.children()

        os.killpg(up.process.pid, signal.SIGINT)

        assert up.process.wait(40) == 0
        assert up.has_said("Stopped.")
        assert psutil.wait_procs(children, timeout=5)[1] == []


def answers(server: Server) -> bool:
    try:
        return bool(server.get("/health"))
    except httpx.HTTPError:
        return False


@pytest.mark.prefect
def test_a_server_whose_parent_was_killed_ends_too(tmp_path: Path) -> None:
    up = start_up(tmp_path)
    server = until(up.server_process)

    up.process.kill()
    up.process.wait()

    assert psutil.wait_procs([server], timeout=60)[1] == []


def test_a_host_that_is_not_ours_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "die8.toml").write_text('[prefect]\nhost = "192.0.2.1"\n', encoding="utf-8")

    assert run_up(load_settings(home)) == 2
    assert "192.0.2.1:4200 cannot be used" in capsys.readouterr().err


def test_a_port_in_use_is_told_with_the_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        home = a_home(tmp_path / "home", port)

        status = run_up(load_settings(home))

    assert status == 2
    assert f"Port {port} on 127.0.0.1 is in use" in capsys.readouterr().err
    assert not (home / "prefect").exists()


def test_everything_that_is_run_has_an_address_on_loopback_even_when_the_server_listens_everywhere(
    tmp_path: Path,
) -> None:
    from flows.board import Board

    home = tmp_path / "home"
    home.mkdir()
    (home / "die8.toml").write_text('[prefect]\nhost = "0.0.0.0"\nport = 4999\n', encoding="utf-8")

    assert Board(load_settings(home)).environment["PREFECT_API_URL"] == "http://127.0.0.1:4999/api"


@pytest.mark.parametrize("spoil", ["noise", "cut", "page"])
def test_a_damaged_database_of_prefect_is_set_aside_and_a_sound_one_stays(tmp_path: Path, spoil: str) -> None:
    from flows.board import Board

    board, said = Board(load_settings(a_home(tmp_path / "home", free_port()))), list[str]()
    board.folder.mkdir(parents=True)
    database = board.folder / "prefect.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table run (name text)")
        connection.executemany("insert into run values (?)", [(f"run {number}" * 20,) for number in range(2000)])
        connection.commit()
    board._set_damaged_aside(said.append)
    assert (database.exists(), said) == (True, [])

    whole = database.read_bytes()
    spoiled = {
        "noise": bytes(range(256)) * 400,
        "cut": whole[: len(whole) // 2],
        "page": whole[:4096] + b"\xff" * 4096 + whole[8192:],
    }
    database.write_bytes(spoiled[spoil])
    board._set_damaged_aside(said.append)

    assert not database.exists()
    assert [path.read_bytes() for path in board.folder.glob("prefect.damaged-*.db")] == [spoiled[spoil]]
    assert "set aside" in said[0]


def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.board import Board, BoardError

    monkeypatch.setattr(sys, "executable", "/bin/ls")
    settings = load_settings(a_home(tmp_path / "home", free_port()))

    with Board(settings) as board, pytest.raises(BoardError, match=r"(?s)did not start.*server\.log"):
        board.start(lambda _: None, threading.Event())


def test_what_runs_for_months_collects_its_cycles_as_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)  # as the command line does
    monkeypatch.setattr(Board, "environment", {})
    monkeypatch.setattr(Board, "start", lambda *_: False)

    try:
        status_code = run_up(load_settings(a_home(tmp_path, free_port())))
        threshold = gc.get_threshold()
    finally:
        gc.set_threshold(*before)

    assert (status_code, threshold) == (0, (700, 10, 10))
