"""Finding a personal datum wherever it may stand, and writing a text without it.

It is looked for as people and files write it: in any case, with any white space between its words, composed or
decomposed, escaped for HTML or JSON, in the usual encodings, in the members of packages, in mails and in PDF streams.
"""

import email
import email.policy
import html
import io
import json
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property

from msgspec import Struct

ERASED = "[entfernt]"
"""What stands where a datum stood; plain in every notation."""

SHORTEST = 3
"""Fewer letters than these would be found everywhere."""

_TAG = re.compile(r"<[^<>]*>")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_LARGEST_MEMBER = 150_000_000
_DEEPEST = 4
"""Packages within packages: a mail with a zip with a workbook, and one more."""


class Datum(Struct, frozen=True, dict=True):
    """A personal datum in one or more ways of writing; with ``is_word`` only where it is a word of its own."""

    texts: tuple[str, ...]
    is_word: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be looked for."""
        for text in self.texts:
            if len(text.strip()) < SHORTEST:
                msg = f"„{text}“ is too short to be looked for: give at least {SHORTEST} letters"
                raise ValueError(msg)
            if self._pattern.search(ERASED):
                msg = f"„{text}“ is part of {ERASED}, which is what takes its place"
                raise ValueError(msg)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ways = {way for text in self.texts for way in _ways_to_write(text.strip())}
        longest_first = sorted(ways, key=len, reverse=True)
        pattern = "|".join(r"\s+".join(map(re.escape, way.split())) for way in longest_first)
        return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)" if self.is_word else pattern, re.IGNORECASE)

    def count(self, text: str) -> int:
        """How often it stands in a text."""
        return sum(1 for _ in self._pattern.finditer(text))

    def without(self, text: str) -> str:
        """The text with `ERASED` in its places."""
        return self._pattern.sub(ERASED, text)

    def is_in(self, content: bytes) -> bool:
        """Whether it stands in a file of any kind, as far as bytes can tell."""
        return any(self._pattern.search(text) for text in _texts_in(content, _DEEPEST))

    def replaced_in(self, content: bytes) -> bytes | None:
        """A text file without it; None when the file is none, or when it would still be there."""
        try:
            written = self.without(content.decode()).encode()
        except UnicodeDecodeError:
            return None
        is_text = b"\x00" not in content and not content.startswith((b"PK", b"%PDF"))
        return written if is_text and not self.is_in(written) else None


def _ways_to_write(text: str) -> Iterator[str]:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        yield from (written, html.escape(written), html.escape(written, quote=False))
        yield json.dumps(written, ensure_ascii=False)[1:-1]
        yield json.dumps(written)[1:-1]
        yield written.encode("ascii", "xmlcharrefreplace").decode()


def _texts_in(content: bytes, depth: int) -> Iterator[str]:
    if content.startswith((b"<", b"\xef\xbb\xbf<")):
        text = content.decode("utf-8", "ignore")
        yield text
        # Office programs cut a text into pieces where its looks change.
        yield _TAG.sub("", text)
        return
    yield content.decode("utf-8", "ignore")
    if not content.startswith(b"PK"):
        yield content.decode("cp1252", "ignore")
        yield content.decode("utf-16-le", "ignore")
        yield content[1:].decode("utf-16-le", "ignore")
    for part in _parts(content) if depth else ():
        yield from _texts_in(part, depth - 1)


def _parts(content: bytes) -> Iterator[bytes]:
    """What a package, a mail or a PDF holds; what is damaged or locked holds nothing that could be read."""
    if content.startswith(b"PK"):
        yield from _members(content)
    elif content.startswith(b"%PDF"):
        for stream in _STREAM.finditer(content):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(stream[1], _LARGEST_MEMBER)
    elif b"\nMIME-Version:" in content[:20_000] or content.startswith(b"MIME-Version:"):
        for part in email.message_from_bytes(content, policy=email.policy.default).walk():
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload
            yield "\n".join(f"{name}: {value}" for name, value in part.items()).encode("utf-8", "replace")


def _members(content: bytes) -> Iterator[bytes]:
    unreadable = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)
    with suppress(*unreadable), zipfile.ZipFile(io.BytesIO(content)) as package:
        yield "\n".join(package.namelist()).encode("utf-8", "replace")
        for member in package.infolist():
            with suppress(*unreadable), package.open(member) as stream:
                yield stream.read(_LARGEST_MEMBER)
