"""What was done to an installation's stores, and when: one line each in ``archive/upkeep.jsonl``.

It lies in the archive because it must survive the warehouse. No personal datum stands in it: of an erasure it tells
when, why and how much, never what.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from warehouse.durable import replace

_NAME = "upkeep.jsonl"
Detail: TypeAlias = str | int | bool | list[str] | None


class Upkeep(StrEnum):
    """The kinds of upkeep."""

    REBUILD = "rebuild"
    VERIFY = "verify"
    REPAIR = "repair"
    """A damaged warehouse was set aside and made anew."""
    FORGET = "forget"
    """Raw files past their time were replaced."""
    ERASE = "erase"
    """A personal datum was removed."""


class Note(Struct, frozen=True):
    """One entry; ``at`` is an instant in UTC."""

    kind: Upkeep
    at: datetime
    details: Mapping[str, Detail] = field(default_factory=dict)


def note_upkeep(archive: Path, note: Note) -> None:
    """Add an entry, durably. Only for whoever holds the warehouse."""
    fields = {"kind": note.kind, "at": note.at.astimezone(UTC).isoformat(timespec="seconds"), **note.details}
    path = archive / _NAME
    before = path.read_bytes() if path.exists() else b""
    replace(path, before + json.dumps(fields, ensure_ascii=False).encode() + b"\n")


def upkeep_notes(archive: Path) -> list[Note]:
    """All entries, the oldest first; lines that nobody can read are left out."""
    notes: list[Note] = []
    try:
        lines = (archive / _NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    for line in lines:
        try:
            fields = json.loads(line)
            note = Note(Upkeep(fields.pop("kind")), datetime.fromisoformat(fields.pop("at")), fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        notes.append(note)
    return notes


def last_upkeep(archive: Path, *kinds: Upkeep) -> Note | None:
    """The latest entry of these kinds."""
    return next((note for note in reversed(upkeep_notes(archive)) if note.kind in kinds), None)
