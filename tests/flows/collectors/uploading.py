"""People who lay files into a folder: in pieces, with pauses, breaking off, by renaming, or over an older file."""

import hashlib
import random
import threading
import time
from pathlib import Path

from tests.flows.collectors.visiting import a_workbook


class Uploads:
    """So many uploads, four at a time, in threads; what is whole is known by its hash."""

    def __init__(self, folder: Path, count: int, *, seed: int) -> None:
        self._folder = folder
        self._random = random.Random(seed)  # noqa: S311 - for variety
        self._jobs = list(range(count))
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(4)]
        self.whole: set[str] = set()
        """Every content that somebody meant to hand in."""
        self.finished: set[str] = set()
        """Those that lie there in the end."""

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._jobs:
                    return
                number = self._jobs.pop()
                chance = random.Random(self._random.random())  # noqa: S311 - as above
            self._upload(number, chance)

    def _upload(self, number: int, chance: random.Random) -> None:
        content = a_workbook(f"upload {number} {chance.random()}", chance.randrange(1_000, 60_000))
        digest = hashlib.sha256(content).hexdigest()
        with self._lock:
            self.whole.add(digest)
        path = self._folder / f"Meldung {number}.xlsx"
        kind = ("in place", "renamed", "broken off", "written over")[number % 4]
        if kind == "renamed":
            part = path.with_name(f"{path.name}.part")
            self._write(part, content, chance)
            part.rename(path)
        elif kind == "broken off":
            self._write(path, content[: chance.randrange(1, len(content))], chance)
            return
        elif kind == "written over":
            older = a_workbook(f"older {number}", len(content))
            with self._lock:
                self.whole.add(hashlib.sha256(older).hexdigest())
            path.write_bytes(older)
            time.sleep(chance.random() / 5)
            self._write(path, content, chance, mode="r+b")
        else:
            self._write(path, content, chance)
        with self._lock:
            self.finished.add(digest)

    @staticmethod
    def _write(path: Path, content: bytes, chance: random.Random, mode: str = "wb") -> None:
        with path.open(mode, buffering=0) as stream:
            at = 0
            while at < len(content):
                size = chance.randrange(1, max(2, len(content) // 3))
                stream.write(content[at : at + size])
                at += size
                time.sleep(chance.choice((0, 0.01, 0.05, 0.2)))
            stream.truncate()
