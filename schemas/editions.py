"""The editions of the report: who may see which rows (domain.md §4).

An edition shows the rows up to a level of confidentiality. What lies above is left out before anything is computed,
so that no figure, sentence or file of a lower edition depends on it.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from schemas.codes import code_lists
from schemas.quarter import Quarter
from schemas.tabular import read_definitions

FACTS = "json"
"""The ending of facts.json, which every report has."""

ENDINGS = ("pdf", "html", "xlsx", "docx", FACTS)
"""What a report is made as; all files are made from the same facts."""


class Edition(Struct, frozen=True):
    """One edition of the report."""

    key: str
    """As the command line names it."""
    file_stem: str
    highest_level: str
    """The highest confidentiality that it shows, as stored: public, internal or confidential."""
    label: str
    circulation: str
    """Who may have it, printed on every page."""
    boundary: str
    """The German sentence that says what is left out; empty where nothing is. The same whether or not there was
    something to leave out: not even that is told."""

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of confidentiality that it shows."""
        known = code_lists()["confidentiality"].codes
        return known[: known.index(self.highest_level) + 1]

    @property
    def is_full(self) -> bool:
        """Whether every row is shown."""
        return self.highest_level == code_lists()["confidentiality"].codes[-1]

    def shows(self, table: str) -> bool:
        """Whether rows of a table may be shown at all."""
        return table_levels()[table].at_least in self.levels

    def file_name(self, quarter: Quarter, ending: str) -> str:
        """Name a file of the edition: ``Lenkungskreis_2026-Q3.pdf``; the facts of the full one are ``facts.json``."""
        if ending == "json":
            return "facts.json" if self.is_full else f"facts_{self.key}.json"
        return f"{self.file_stem}_{quarter}.{ending}"


class TableLevel(Struct, frozen=True):
    """Where the rows of a table have their confidentiality from, and the least that they have."""

    level_from: str
    """A field of the row, ``project``, ``kpi``, ``rows`` that a finding is about, or nothing."""
    at_least: str


@cache
def editions() -> Mapping[str, Edition]:
    """All editions by key, the fullest first."""
    rows = read_definitions("editions")
    return MappingProxyType(
        {
            row["edition"]: Edition(
                row["edition"],
                row["file_stem"],
                row["highest_level"],
                row["label"],
                row["circulation"],
                row["boundary"],
            )
            for row in rows
        }
    )


def edition_named(key: str) -> Edition:
    """Give an edition by its key; ValueError with the choices when there is none."""
    if key not in editions():
        msg = f"there is no edition „{key}“; choose one of {', '.join(editions())}"
        raise ValueError(msg)
    return editions()[key]


@cache
def table_levels() -> Mapping[str, TableLevel]:
    """How confidential the rows of each table are, by table."""
    return MappingProxyType(
        {row["table"]: TableLevel(row["level_from"], row["at_least"]) for row in read_definitions("table_levels")}
    )


def full_edition() -> Edition:
    """The edition for the Lenkungskreis, which shows everything."""
    return next(edition for edition in editions().values() if edition.is_full)
