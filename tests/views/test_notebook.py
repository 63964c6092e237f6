"""The example notebook runs as a script, on the published file and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.deliveries import an_accepted, published_after

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "notebooks" / "quarter.py"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebook")
    return published_after(folder, [an_accepted(), an_accepted(org="SWG", quarter="2026-Q2")])


@pytest.mark.parametrize("quarter", ["2026-Q2", None])
def test_the_notebook_runs_from_top_to_bottom(published: Path, tmp_path: Path, quarter: str | None) -> None:
    words = ["--published", str(published), *(["--quarter", quarter] if quarter else [])]
    before = published.read_bytes()

    done = subprocess.run(
        [sys.executable, NOTEBOOK, *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert published.read_bytes() == before


def test_the_notebook_is_sound_as_marimo_sees_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "check", "--strict", NOTEBOOK], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
