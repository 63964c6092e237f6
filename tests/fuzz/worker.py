"""Tries a range of mutants and tells of each on a line: which one it begins, then how it did.

Usage: python -m tests.fuzz.worker SEED FIRST END
"""

import json
import logging
import resource
import sys

from flows.isolation import IsolatedReader
from tests.fuzz.mutants import a_mutant
from tests.fuzz.trial import known_before, try_mutant


def main(arguments: list[str]) -> None:
    """Work until the range is done or a mutant ends the process."""
    seed, first, end = map(int, arguments)
    logging.basicConfig(level=logging.CRITICAL)
    known_before()
    with IsolatedReader() as reader:
        reader.start()
        for number in range(first, end):
            mutant = a_mutant(seed, number)
            _tell(json.dumps({"begins": number, "name": mutant.name, "how": mutant.how}))
            _tell(try_mutant(mutant, reader).line)
    # Of all descendants that have ended: the reading processes and their server.
    _tell(json.dumps({"children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}))


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
