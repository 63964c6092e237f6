"""Single faults of the outside world, each with what must be seen and what must be safe."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

from tests.builders import a_project
from tests.endurance import crash_points
from tests.endurance.states import state_of
from tests.programs import NO_STRACE, NOT_ROOT
from tests.warehouse.deliveries import OCTOBER_12, an_accepted, published_after
from tests.warehouse.intake_that_dies import FIRST, SECOND, take_in
from warehouse.archive import Archive
from warehouse.comparison import content_hash
from warehouse.database import open_warehouse
from warehouse.errors import QueryError, WarehouseMemoryError
from warehouse.reading import query

ROOT = Path(__file__).resolve().parents[2]
needs_strace = pytest.mark.skipif(not crash_points.has_strace(), reason=NO_STRACE)
DIES = """
import os, signal, sys
from pathlib import Path
from tests.warehouse.intake_that_dies import SECOND
from warehouse.archive import Archive
from warehouse.database import open_warehouse
home, outcome = Path(sys.argv[1]), {delivery.submission_id: checked for delivery, checked in SECOND}
archive = Archive(home / "archive")
archive.store([delivery for delivery, _ in SECOND])
with open_warehouse(home / "warehouse.duckdb") as warehouse:
    pending = archive.pending(warehouse.known_ids())
    warehouse.load([(item.delivery, outcome[item.delivery.submission_id]) for item in pending])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def published_in(home: Path) -> Path:
    return home / "published" / "die8.duckdb"


@needs_strace
def test_fault_42_killed_while_a_file_is_stored_nothing_is_visible_and_the_next_run_completes() -> None:
    with crash_points.a_ground() as ground:
        outcome = crash_points.disturbed(ground, "write,pwrite64", "signal=SIGKILL", 1)

    assert (outcome.found, outcome.problems) == ("old", ())


def test_fault_43_killed_between_load_and_publish_readers_keep_the_old_and_the_next_run_publishes(
    tmp_path: Path,
) -> None:
    take_in(tmp_path, FIRST)
    before = state_of(published_in(tmp_path))

    killed = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], cwd=ROOT, check=False)

    assert killed.returncode == -9
    assert state_of(published_in(tmp_path)) == before
    take_in(tmp_path, [])
    assert query(published_in(tmp_path), "select count(*) from submission").rows == [(3,)]


@needs_strace
@pytest.mark.parametrize("deed", ["signal=SIGKILL", "error=EIO"])
def test_fault_44_and_51_at_the_rename_of_the_published_file_readers_have_old_or_new(deed: str) -> None:
    with crash_points.a_ground() as ground:
        # Contents, records, then the published file: the last but those of Parquet.
        outcome = crash_points.disturbed(ground, "rename,renameat,renameat2", deed, 7)

    assert outcome.problems == ()


@needs_strace
def test_fault_45_what_a_name_stands_for_is_on_the_disk_before_the_name_is(tmp_path: Path) -> None:
    """A power cut cannot be made here; that every rename is fenced by fsyncs can be seen in the calls."""
    home, trace = tmp_path / "home", tmp_path / "trace"
    take_in(home, FIRST)
    calls = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"
    command = ["strace", "-f", "-qq", "-y", "-o", str(trace), "-e", f"trace={calls}"]
    subprocess.run([*command, sys.executable, "-m", "tests.endurance.one_run", str(home)], cwd=ROOT, check=True)

    unsynced: set[str] = set()
    waiting: set[str] = set()
    renamed: list[str] = []
    for line in trace.read_text(errors="replace").splitlines():
        if match := re.search(r"\b(?:write|pwrite64)\(\d+<([^>]+)>", line):
            unsynced.add(match[1])
        elif match := re.search(r"\bf(?:data)?sync\(\d+<([^>]+)>", line):
            unsynced.discard(match[1])
            waiting = {path for path in waiting if str(Path(path).parent) != match[1]}
        elif match := re.search(r'\brename\w*\((?:[^"]*)"([^"]+)",[^"]*"([^"]+)"', line):
            source, target = match[1], match[2]
            if str(home) in target and "parquet" not in target:  # Python keeps its compiled modules as it likes
                assert source not in unsynced, line
                waiting.add(target)
                renamed.append(target)

    assert any(target.endswith("published/die8.duckdb") for target in renamed)
    assert sum("/archive/" in target for target in renamed) == 2 * len(SECOND)
    assert waiting == set()


@needs_strace
def test_fault_51_an_fsync_that_fails_stops_the_run_loudly_and_is_not_tried_again() -> None:
    with crash_points.a_ground() as ground:
        outcome = crash_points.disturbed(ground, "fsync,fdatasync", "error=EIO", 1)

    assert (outcome.status, outcome.found, outcome.problems) == (3, "old", ())
    assert "the disk cannot read or write it" in outcome.told


def test_fault_50_beyond_the_largest_file_that_may_be_written_the_message_says_what_was_needed(
    tmp_path: Path,
) -> None:
    """A quota, as it were; needs no mount."""
    take_in(tmp_path, FIRST)
    before = state_of(published_in(tmp_path))

    done = subprocess.run(
        [sys.executable, "-m", "tests.endurance.one_run", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip

    assert done.returncode == 3
    assert "is full" in done.stderr
    assert "MB are free" in done.stderr
    assert state_of(published_in(tmp_path)) == before
    take_in(tmp_path, SECOND)
    assert Archive(tmp_path / "archive").count() == len(FIRST) + len(SECOND)


def test_fault_52_beyond_the_memory_limit_the_old_version_stays(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])
    before = content_hash(published)
    many = [a_project(project_id=f"SWG-{number:03d}", status_reason=f"{number} " * 70) for number in range(999)]

    with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        with warehouse._using() as connection:
            connection.execute("set memory_limit = '2MB'")
        with pytest.raises(WarehouseMemoryError, match="memory limit"):
            warehouse.load([an_accepted(many, org="SWG", received_at=OCTOBER_12)])

    assert content_hash(published) == before
    with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        assert warehouse.load([an_accepted(many, org="SWG", received_at=OCTOBER_12)]) == 1


def test_fault_55_an_analyst_who_holds_the_file_open_keeps_it_and_holds_nobody_up(tmp_path: Path) -> None:
    published = published_after(tmp_path, [an_accepted()])

    with duckdb.connect(str(published), read_only=True) as analyst:
        for org in ("SWG", "VHS"):
            published_after(tmp_path, [an_accepted(org=org)])

        assert analyst.execute("select count(*) from submission").fetchall() == [(1,)]
        assert query(published, "select count(*) from submission").rows == [(3,)]


@pytest.mark.skipif(os.getuid() != 0, reason=NOT_ROOT)
def test_fault_56_an_analyst_of_the_group_may_read_and_not_write() -> None:
    # Not below pytest's own folder: another user must be able to get there.
    folder = Path(tempfile.gettempdir()) / f"die8-analyst-{os.getpid()}"
    try:
        published = published_after(folder, [an_accepted()])
        for path in (folder, published.parent):
            path.chmod(0o750)
        code = (
            "import os, sys\n"
            "with open(sys.argv[1], 'rb') as stream: print(len(stream.read()) > 0)\n"
            "print(os.access(sys.argv[1], os.W_OK), os.access(os.path.dirname(sys.argv[1]), os.W_OK))"
        )
        done = subprocess.run(
            ["/usr/bin/env", "python3", "-c", code, str(published)],
            user=65534, group=os.getgid(), extra_groups=[], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.split() == ["True", "False", "False"], done.stderr
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_fault_56_a_heavy_query_is_stopped_at_the_memory_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = published_after(tmp_path, [an_accepted()])
    monkeypatch.setattr(
        "warehouse.connection._SETTINGS", {"memory_limit": "30MB", "threads": "1", "temp_directory": ""}
    )

    with pytest.raises(QueryError, match="needs more than"):
        query(published, "select list(x) from range(100000000) as t(x)", limit=1)
