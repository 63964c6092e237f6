"""Code lists: people see the German label, stored is the code. Organisations and indicators are lists too."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from schemas.tabular import alternatives, read_definitions


class Code(Struct, frozen=True):
    """One entry of a code list: the stored code, its German label, and other spellings that are surely meant."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    meaning: str = ""


class CodeList(Struct, frozen=True):
    """A named list of codes in the order in which people are shown them."""

    name: str
    entries: Mapping[str, Code]

    def label(self, code: str) -> str:
        """Give the German label; KeyError for a code that is not in the list."""
        return self.entries[code].label

    @property
    def codes(self) -> tuple[str, ...]:
        """The stored codes, in order."""
        return tuple(self.entries)


class Organisation(Struct, frozen=True):
    """A reporting organisation; the city itself may report but is never counted among the eight."""

    org_code: str
    name: str
    is_counted: bool
    aliases: tuple[str, ...]


class Indicator(Struct, frozen=True):
    """An indicator of the catalogue (domain.md §1.3). ``direction`` is up, down or steady: where better lies."""

    kpi_code: str
    org_code: str
    """The organisation it is defined for, or ALL."""
    name: str
    unit: str
    direction: str
    is_cumulated: bool
    """Counts up and never falls within a year (rule Q09)."""
    is_required: bool
    """Expected in every return of its organisation (rule B10)."""
    is_maturity: bool
    """A maturity score: worthless without model and version (rule Q13)."""
    confidentiality: str
    low: Decimal
    high: Decimal
    """Usual magnitude, for demonstration data."""
    is_flow: bool = False
    """Counted anew in every quarter; a Zielwert Jahr then belongs to the sum of four quarters."""


@cache
def organisations() -> Mapping[str, Organisation]:
    """All organisations by code, in the order of the report."""
    return MappingProxyType(
        {
            row["org_code"]: Organisation(
                row["org_code"], row["name"], row["is_counted"] == "yes", alternatives(row["aliases"])
            )
            for row in read_definitions("organisations")
        }
    )


def the_eight() -> tuple[str, ...]:
    """The codes of the subsidiaries that are expected to report."""
    return tuple(code for code, organisation in organisations().items() if organisation.is_counted)


def that_exists(org_code: str) -> str:
    """Give the code back; ValueError with the remedy when no organisation has it."""
    if org_code not in organisations():
        msg = f"unknown organisation {org_code}: known are {', '.join(organisations())}"
        raise ValueError(msg)
    return org_code


@cache
def indicators() -> Mapping[str, Indicator]:
    """The indicator catalogue by code."""
    return MappingProxyType(
        {
            row["kpi_code"]: Indicator(
                row["kpi_code"],
                row["org_code"],
                row["name"],
                row["unit"],
                row["direction"],
                row["is_cumulated"] == "yes",
                row["is_required"] == "yes",
                row["is_maturity"] == "yes",
                row["confidentiality"],
                Decimal(row["low"]),
                Decimal(row["high"]),
                row["is_flow"] == "yes",
            )
            for row in read_definitions("indicators")
        }
    )


@cache
def code_lists() -> Mapping[str, CodeList]:
    """All code lists by name; ``org`` and ``kpi`` come from their own catalogues."""
    lists: dict[str, dict[str, Code]] = {
        "org": {o.org_code: Code(o.org_code, o.name, o.aliases) for o in organisations().values()},
        "kpi": {k.kpi_code: Code(k.kpi_code, k.kpi_code, (), k.name) for k in indicators().values()},
    }
    for row in read_definitions("codes"):
        entry = Code(row["code"], row["label"], alternatives(row["aliases"]), row["meaning"])
        lists.setdefault(row["code_list"], {})[entry.code] = entry
    return MappingProxyType({name: CodeList(name, MappingProxyType(entries)) for name, entries in lists.items()})
