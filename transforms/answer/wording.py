"""The German words of an answer. The texts themselves lie in ``schemas/data/receipt_texts.csv``."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from schemas.answer import Answer, ToldFinding
from schemas.codes import organisations
from schemas.findings import Severity, Verdict
from schemas.place import Place, column_letters
from schemas.tabular import read_definitions
from transforms.answer.xml_edit import clean
from transforms.wording import german_date

_BERLIN = "Europe/Berlin"
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Invisible and direction-changing characters: they can make a name or a value look like another one."""
_LONGEST_VALUE = 200


@cache
def texts() -> Mapping[str, str]:
    """All texts by their key."""
    return {row["key"]: row["text"] for row in read_definitions("receipt_texts")}


def one_line(text: str) -> str:
    """Give text from a file as it is quoted in our sentences: on one line, nothing invisible or illegal in it."""
    return " ".join(_UNSEEN.sub("", clean(text)).split())


def shortened(text: str | None, limit: int = _LONGEST_VALUE) -> str:
    """Give a value for reading: on one line, long ones cut; the file has them whole."""
    line = one_line(text or "")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def in_berlin(instant: datetime) -> datetime:
    """Give an instant on the clocks of Gütersloh."""
    return instant.astimezone(ZoneInfo(_BERLIN))


def about(answer: Answer) -> str | None:
    """Name organisation, quarter and version, or the Beschlussbuch; None when the file did not tell."""
    version = texts()["version"].format(nummer=answer.version) if answer.version else ""
    if answer.is_register:
        return texts()["about_register"].format(fassung=version)
    if answer.org_code is None or answer.quarter is None:
        return None
    name = organisations()[answer.org_code].name
    return texts()["sheet_about_known"].format(gesellschaft=name, quartal=answer.quarter.in_text, fassung=version)


def to_do(answer: Answer) -> str:
    """Say what the sender has to do, and until when."""
    has_errors = any(finding.severity is Severity.ERROR for finding in answer.findings)
    if answer.verdict is Verdict.ACCEPTED_WITH_FINDINGS and has_errors and not answer.count(Severity.ERROR):
        # Nothing can be corrected about coming late, and nothing of the return is missing.
        return texts()["todo_late_warnings" if answer.count(Severity.WARNING) else "todo_late"]
    key = f"todo_{answer.verdict}"
    if answer.verdict is Verdict.ACCEPTED and answer.count(Severity.WARNING):
        key = "todo_accepted_warnings"
    if answer.is_register and f"{key}_register" in texts():
        key += "_register"
    sentence = texts()[key]
    if answer.due is None:
        return sentence
    is_past = in_berlin(answer.received_at).date() > answer.due
    return f"{sentence} {texts()['due_passed' if is_past else 'due'].format(tag=german_date(answer.due))}"


def counts(answer: Answer) -> str:
    """Say the verdict and how many findings there are: „angenommen – 0 Fehler, 1 Warnung, 2 Hinweise“."""
    return texts()["sheet_counts"].format(
        ergebnis=texts()[answer.verdict],
        fehler=_counted("error", answer.count(Severity.ERROR)),
        warnungen=_counted("warning", answer.count(Severity.WARNING)),
        hinweise=_counted("info", answer.count(Severity.INFO)),
    )


def _counted(what: str, count: int) -> str:
    key = f"count_{what}_one" if count == 1 and f"count_{what}_one" in texts() else f"count_{what}"
    return texts()[key].format(anzahl=count)


def place_text(place: Place | None) -> str:
    """Name a place as people say it: „Projekte F12“, „Projekte, Zeile 7“; the whole file has a word of its own."""
    if place is None:
        return texts()["sheet_whole_file"]
    sheet = one_line(place.sheet)
    if place.row is not None and place.column is None:
        return texts()["place_row"].format(blatt=sheet, zeile=place.row)
    if place.column is not None and place.row is None:
        return texts()["place_column"].format(blatt=sheet, spalte=column_letters(place.column))
    return f"{sheet} {place.address}".rstrip()


def expected_text(finding: ToldFinding) -> str:
    """Say what was expected, as a sentence behind the message; empty when the message is enough."""
    return texts()["expected"].format(erwartet=shortened(finding.expected)) if finding.expected else ""


def note_text(finding: ToldFinding) -> str:
    """Write the comment at a cell: severity word, rule, message, what was expected."""
    return texts()["note"].format(
        art=finding.asks_for.label,
        regel=finding.rule,
        meldung=one_line(finding.message),
        erwartet=expected_text(finding),
    )
