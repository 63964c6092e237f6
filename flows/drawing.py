"""Charts drawn in a process of their own, which gets ready while the figures are read.

Starting the drawing engine takes longer than all the rest of a report's figures, and it keeps the interpreter busy.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flows.processes import environment

_SECONDS = 60


class DrawingError(Exception):
    """The charts could not be drawn: a fault of the installation; the engine's own message stands above."""


class Draughtsman:
    """A running drawing process, good for one specification."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def draw(self, spec: dict[str, Any]) -> str:
        """Draw a Vega-Lite specification as SVG.

        Raises:
            DrawingError: the process ended without a drawing, or took longer than a minute.
        """
        try:
            drawn, _ = self._process.communicate(json.dumps(spec).encode(), timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        else:
            if self._process.returncode == 0:
                return drawn.decode()
        msg = "the charts could not be drawn; the message of vl-convert stands above"
        raise DrawingError(msg)


@contextmanager
def draughtsman(running: Draughtsman | None = None) -> Iterator[Draughtsman]:
    """Start a drawing process now, so that it is ready when the charts are.

    Where ``running`` is one that was started already, it is given back and left as it is.
    """
    if running is not None:
        yield running
        return
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "flows.drawing_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd="/",
        env=environment(),
        start_new_session=True,  # Ctrl-C is for us
    ) as process:
        try:
            yield Draughtsman(process)
        finally:
            if process.poll() is None:
                process.kill()
