"""A clock that can be put forward while programs run: schedules, calendar and letters follow it.

Only the time of day is moved. What programs measure by the monotonic clock (patience, pauses) stays real, and so do the
times of files. libfaketime cannot do that: with its monotonic clock left alone, Python's ``sleep`` fails.
"""

import os
import shutil
import struct
import subprocess
from datetime import UTC, datetime
from pathlib import Path

COMPILER = shutil.which("cc") or ""
_SOURCE = Path(__file__).with_suffix(".c")


class ShiftedClock:
    """The time of day for all programs that are started with `environment`; it goes on at its usual pace."""

    def __init__(self, folder: Path, start: datetime) -> None:
        """Build the small library in the folder; a C compiler is needed."""
        self._shift = folder / "shift"
        self._library = folder / "shifted_clock.so"
        command = [COMPILER, "-shared", "-fPIC", "-O2", "-o", self._library, _SOURCE, "-ldl"]
        subprocess.run(command, check=True)
        self._shift.write_bytes(struct.pack("=q", 0))
        self.put_to(start)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to live by this clock."""
        return {"LD_PRELOAD": str(self._library), "DIE8_SHIFTED_CLOCK": str(self._shift)}

    @property
    def now(self) -> datetime:
        """The time on this clock."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self._seconds, UTC)

    def put_to(self, moment: datetime) -> None:
        """Put the clock, to the second; running programs follow at once."""
        self._seconds = round(moment.timestamp() - datetime.now(UTC).timestamp())
        # In place, not by a new file: the programs look into this one.
        descriptor = os.open(self._shift, os.O_WRONLY)
        os.pwrite(descriptor, struct.pack("=q", self._seconds), 0)
        os.close(descriptor)
