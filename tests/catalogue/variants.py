"""One variant of the mess catalogue (domain.md §3): what stands in the file, and what is to come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schemas.findings import Severity, Verdict, rules
from schemas.submission import NO_HISTORY, History, Value
from tests.catalogue.book import ORG, Book, Cell, place_of
from tests.catalogue.writing import FORMATS
from transforms.wording import german_date

OFFICE = ("xlsx", "ods", "xls", "xlsb")
"""Formats whose cells have types of their own."""

Spoil = Callable[[Book], object]

_INVISIBLE = {
    "\u00a0": "⟨geschütztes Leerzeichen⟩",
    "\u202f": "⟨schmales geschütztes Leerzeichen⟩",
    "\u2009": "⟨schmales Leerzeichen⟩",
    "\u200b": "⟨Leerzeichen ohne Breite⟩",
    "\ufeff": "⟨BOM⟩",
    "\u0085": "⟨NEL⟩",
    "\u00ad": "⟨weiches Trennzeichen⟩",
    "\u0308": "⟨kombinierendes Trema⟩",
    "\n": "⟨Zeilenumbruch⟩",
    "\t": "⟨Tabulator⟩",
    "\ufffd": "⟨unlesbares Zeichen⟩",
    "|": "⟨senkrechter Strich⟩",
}


@dataclass(frozen=True)
class Variant:
    """A valid return with one thing in it that the catalogue knows.

    ``told`` are all findings that must come of it: ``C13`` at the watched cell, ``S05@Projekte!AB4`` elsewhere, and
    ``C11@`` about the file.
    """

    number: str
    shown: str
    """What stands there, in German, as the page in docs/ says it."""
    spoil: Spoil = lambda _: None
    watched: str = ""
    """The field whose loaded value counts, ``project.phase``."""
    row: int = 0
    reads: Value = None
    told: tuple[str, ...] = ()
    verdict: Verdict = Verdict.ACCEPTED
    formats: tuple[str, ...] = FORMATS
    org_code: str = ORG
    history: History = NO_HISTORY
    make: Callable[[], tuple[bytes, str]] | None = None
    """Makes the file itself where it is no return of one of the formats; then ``formats`` names the column."""

    @property
    def findings_place(self) -> str:
        """The watched cell; empty when the whole file is watched."""
        return str(place_of(self.watched, self.row)) if self.watched else ""

    @property
    def findings(self) -> list[str]:
        """All expected findings with their places."""
        place = self.findings_place
        return sorted(
            entry.removesuffix("@") if "@" in entry or entry[0] == "F" else f"{entry}@{place}" for entry in self.told
        )


def cell(
    number: str,
    where: str,
    put: Any,
    reads: Value = None,
    *told: str,
    also: Spoil = lambda _: None,
    **more: Any,
) -> Variant:
    """One cell of a valid return holds something else; ``where`` is ``table.field`` or ``table.field#row``."""
    watched, _, row = where.partition("#")
    at = int(row or 0)

    def spoil(book: Book) -> None:
        book.put(watched, put, at)
        also(book)

    shown = more.pop("shown", "") or (_shown(put) + more.pop("beside", ""))
    verdict = more.pop("verdict", None) or _verdict(told)
    return Variant(number, shown, spoil, watched, at, reads, told, verdict, **more)


def layout(number: str, shown: str, spoil: Spoil, *told: str, **more: Any) -> Variant:
    """Something about the whole file is otherwise."""
    watched, _, row = more.pop("watched", "").partition("#")
    verdict = more.pop("verdict", None) or _verdict(told)
    return Variant(number, shown, spoil, watched, int(row or 0), told=told, verdict=verdict, **more)


def both(*spoils: Spoil) -> Spoil:
    """One thing after the other."""

    def spoil(book: Book) -> None:
        for one in spoils:
            one(book)

    return spoil


def _verdict(told: tuple[str, ...]) -> Verdict:
    has_errors = any(rules()[entry.partition("@")[0]].severity is Severity.ERROR for entry in told)
    return Verdict.ACCEPTED_WITH_FINDINGS if has_errors else Verdict.ACCEPTED


def _shown(put: Any) -> str:
    if not isinstance(put, Cell):
        return _shown_value(put)
    looks = [_shown_value(put.value, is_error=put.is_error)] if put.value is not None else ["leere Zelle"]
    if put.number_format:
        looks.append(f"Format `{put.number_format}`")
    if put.fill:
        looks.append(f"Füllung {put.fill}")
    if put.is_struck:
        looks.append("durchgestrichen")
    if put.font:
        looks.append(f"Schrift {put.font}")
    if put.formula is not None:
        looks.append(f"Formel `={put.formula}`" + ("" if put.is_calculated else " ohne gespeichertes Ergebnis"))
    return ", ".join(looks)


def _shown_value(value: Any, *, is_error: bool = False) -> str:
    match value:
        case bool():
            return "Wahrheitswert " + ("WAHR" if value else "FALSCH")
        case str() if is_error:
            return f"Fehlerwert `{value}`"
        case str():
            text = value if len(value) <= 60 else f"{value[:40]} … ({len(value)} Zeichen)"
            for sign, name in _INVISIBLE.items():
                text = text.replace(sign, name)
            return f"„{text}“"
        case datetime():
            return f"Datum {value:%d.%m.%Y %H:%M}"
        case date():
            return f"Datum {german_date(value)}"
        case _:
            return f"Zahl {value:.15g}".replace(".", ",")
