"""What die8.toml may say, and what it says when nothing is said.

A wrong file is refused as a whole with the line, the key and the remedy; nothing is guessed and nothing unknown is
ignored: a misspelt key would otherwise silently do nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any

from schemas.calendar import DEFAULT_CALENDAR, Calendar
from schemas.checked_values import Also, Configured, Matching, Within
from schemas.contacts import NO_MAIL, Contact, MailServer, that_differ
from schemas.retention import DEFAULT_RETENTION, Retention
from schemas.schedule import that_is_cron
from schemas.sources import DEFAULT_COLLECTION, KINDS, Collection, FolderSource, Source, that_exist
from schemas.standards import Standards, Waiver
from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds


class ConfigurationError(Exception):
    """The configuration cannot be used; the text names file, line, key, problem and remedy."""


def _with_names_that_differ(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            msg = f"two sources are called {name}: give each its own name"
            raise ValueError(msg)
    return sources


_Cron = Annotated[str, Matching(r"\S+ \S+ \S+ \S+ \S+"), Also(that_is_cron)]


class ReportOptions(Configured, frozen=True):
    """How the report is made."""

    fictional: bool = False
    """Marks every page „fiktive Zahlen“."""
    logo: str = ""
    """An SVG file for the head of page 1; a relative path starts at the folder of die8.toml."""


class Schedules(Configured, frozen=True):
    """When Prefect starts what, as cron in the time of Europe/Berlin.

    Keep outside 02–03 h: that hour is missing in one night of the year and comes twice in another.
    """

    collect: _Cron = "7 4-23 * * *"
    """While returns are expected: from the end of a quarter until its report goes out."""
    collect_otherwise: _Cron = "7 7 * * *"
    """All the rest of the year."""
    remind: _Cron = "15 7 * * 1-5"
    invite: _Cron = "45 7 * * *"
    report: _Cron = "30 6 * * 1-5"
    upkeep: _Cron = "40 4 * * *"

    def by_name(self) -> Mapping[str, str]:
        """The schedule of each kind of run."""
        return {name: getattr(self, name) for name in ("collect", "remind", "invite", "report", "upkeep")}


class Prefect(Configured, frozen=True):
    """Where the Prefect server of ``die8 up`` listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Within(lowest=1, highest=65535)] = 4200


class Configuration(Configured, frozen=True):
    """The whole of die8.toml."""

    expected: Annotated[tuple[str, ...], Also(that_exist)] = ()
    """Organisations expected to report; empty means the eight."""
    sources: Annotated[tuple[Source, ...], Also(_with_names_that_differ)] = (
        FolderSource(name="inbox", kind="folder", path="inbox"),
    )
    collection: Collection = DEFAULT_COLLECTION
    calendar: Calendar = DEFAULT_CALENDAR
    mail: MailServer = NO_MAIL
    contacts: Annotated[tuple[Contact, ...], Also(that_differ)] = ()
    report: ReportOptions = ReportOptions()
    schedules: Schedules = Schedules()
    prefect: Prefect = Prefect()
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    waivers: tuple[Waiver, ...] = ()
    retention: Retention = DEFAULT_RETENTION

    @property
    def standards(self) -> Standards:
        """By what returns are judged in this installation."""
        return Standards(self.thresholds, self.waivers, calendar=self.calendar)


def parse_configuration(text: str, file_name: str) -> Configuration:
    """Read die8.toml; ConfigurationError names file, line, key and remedy of every problem at once."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only where there is a die8.toml to read

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"{file_name}: not valid TOML: {error}. Check quotes, brackets and commas there."
        raise ConfigurationError(msg) from None
    try:
        return TypeAdapter(Configuration).validate_python(values)
    except ValidationError as error:
        lines = _lines_of_keys(text)
        problems = [_problem(file_name, lines, dict(detail)) for detail in error.errors()]
        raise ConfigurationError("\n".join(problems)) from None


def _problem(file_name: str, lines: dict[str, int], detail: dict[str, Any]) -> str:
    path = _path_of(detail["loc"])
    key = ".".join(path)
    line = next((lines[".".join(path[:end])] for end in range(len(path), 0, -1) if ".".join(path[:end]) in lines), None)
    where = f"{file_name}, line {line}" if line else file_name
    match detail["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            remedy = "this key is unknown: correct its spelling or remove the line"
        case "missing":
            remedy = "this key is missing: add it"
        case "value_error":
            remedy = str(detail["ctx"]["error"])
        case "union_tag_invalid":
            key = f"{key}.kind"
            line = lines.get(key, line)
            where = f"{file_name}, line {line}" if line else file_name
            remedy = f"there is no such kind of source; known are {', '.join(repr(kind) for kind in KINDS)}"
        case "union_tag_not_found":
            key, remedy = f"{key}.kind", f"this key is missing: add it; known are {', '.join(KINDS)}"
        case "string_pattern_mismatch":
            remedy = f"„{detail['input']}“ does not fit; see the comments that `die8 init` writes"
        case _:
            remedy = f"{detail['msg'][:1].lower()}{detail['msg'][1:]}"
            # A whole table may hold what somebody wrote into the wrong line, a password included.
            if not isinstance(detail["input"], (dict, list)):
                remedy += f", found „{detail['input']}“"
    return f"{where}: {key or 'configuration'}: {remedy}."


def _path_of(location: tuple[str | int, ...]) -> list[str]:
    """The key as it stands in the file: Pydantic puts the kind of a source between its number and its keys."""
    path = [str(part) for part in location]
    return [part for place, part in enumerate(path) if not (place == 2 and path[0] == "sources" and part in KINDS)]


_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-\"]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w\-\"]+)\s*=")


def _lines_of_keys(text: str) -> dict[str, int]:
    """Give the line of each table and key as pydantic names them: ``sources.0.path``."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            prefix = header[2].replace('"', "")
            lines.setdefault(prefix.partition(".")[0], number)  # [[calendar.meetings]] opens [calendar] as well
            if header[1] == "[[":
                lines.setdefault(prefix, number)
                index = counts.get(prefix, 0)
                counts[prefix] = index + 1
                prefix = f"{prefix}.{index}"
            lines.setdefault(prefix, number)
            prefix += "."
        elif key := _KEY.match(line):
            lines.setdefault(prefix + key[1].replace('"', ""), number)
    return lines
