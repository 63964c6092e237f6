"""A small intake in a process of its own, for a tracer to disturb: ``python -m tests.endurance.one_run HOME``.

Exit status 0 when it went through, 3 with a sentence on standard error when the outside world failed it.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from flows.failures import remedy
from tests.warehouse.intake_that_dies import SECOND, take_in

if __name__ == "__main__":
    try:
        take_in(Path(sys.argv[1]), SECOND)
    except Exception as error:
        sentence = remedy(error)
        if sentence is None:
            raise
        with suppress(OSError):  # the tracer counts this write, too
            os.write(2, sentence.encode())
        os._exit(3)
    os._exit(0)
