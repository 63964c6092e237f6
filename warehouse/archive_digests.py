"""What is left of contents that may be kept no longer: their hash, and what had been read in them."""

import hashlib
from pathlib import Path

from schemas.delivery import Kept
from warehouse.durable import replace


class Digests:
    """A folder with one digest per content, named by the content's SHA-256; made with the first of them.

    A file is the digest's own SHA-256 in a line, then the digest: damage is found when it is read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: frozenset[str] | None = None

    def path(self, sha256: str) -> Path:
        """Where the digest of a content lies."""
        return self._folder / f"{sha256}.json"

    def held(self) -> frozenset[str]:
        """The contents that have a digest."""
        if self._held is None:
            self._held = frozenset(path.stem for path in self._folder.glob("[!.]*.json"))
        return self._held

    def look_again(self) -> frozenset[str]:
        """The same, also when another process has added some since."""
        self._held = None
        return self.held()

    def holds(self, sha256: str) -> bool:
        """Whether of this content only a digest is kept."""
        return sha256 in self.held()

    def read(self, sha256: str) -> Kept | None:
        """Give the digest of a content; None when there is none or when it is not what was written."""
        if not self.holds(sha256):
            return None
        check, _, digest = self.path(sha256).read_bytes().partition(b"\n")
        return Kept(sha256, digest) if hashlib.sha256(digest).hexdigest().encode() == check else None

    def write(self, sha256: str, digest: bytes) -> None:
        """Keep the digest of a content, durably."""
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        replace(self.path(sha256), hashlib.sha256(digest).hexdigest().encode() + b"\n" + digest)
        self._held = None
