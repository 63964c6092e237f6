"""The real command, run as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def die8(
    home: Path,
    *words: str | Path,
    expect: int | None = 0,
    env: dict[str, str] | None = None,
    program: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``die8 --home HOME …`` in a process of its own; ``expect`` is the exit status it must have, None any.

    ``program`` is a folder with other code than this checkout's.
    """
    other = {} if program is None else {"PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "--home", str(home), *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=240,
        check=False,
        cwd=program,
        env={**os.environ, **other, **(env or {})},
    )
    if expect is not None:
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def documents(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The JSON documents that a command with ``--json`` printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]
