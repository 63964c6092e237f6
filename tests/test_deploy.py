"""What lies in deploy/ fits the program: units that systemd understands, and commands that there are."""

import re
import subprocess
import sys
from pathlib import Path

from tests.programs import SYSTEMD_ANALYZE, needs_systemd

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})


@needs_systemd
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        # It wants to see the program, which lies elsewhere here.
        (tmp_path / name).write_text(text.replace("/opt/die8/.venv/bin/die8", sys.executable), encoding="utf-8")

    told = subprocess.run(
        [SYSTEMD_ANALYZE, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert [line for line in told.stderr.splitlines() if "die8" in line] == []


def test_the_container_runs_the_commands_of_the_units() -> None:
    container = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    started = {
        command.removeprefix("/opt/die8/.venv/bin/")
        for name in UNITS
        for command in re.findall(r"^ExecStart=(.*)$", (DEPLOY / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
    commands = {" ".join(re.findall(r'"([^"]+)"', words)) for words in re.findall(r"CMD (\[.*\])", container)}

    assert started == commands == {"die8 up", "die8 up --health"}
