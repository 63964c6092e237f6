"""What a cell was read as: a value, remarks about it, or a refusal. One sure reading is taken, two are a finding."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from schemas.contract import Field
from schemas.submission import Value
from schemas.workbook import CellKind, Content, scalar_text

ONE = Decimal(1)


class Remark(NamedTuple):
    """A rule that has something to say about a cell; sheet, cell and value as found are added where it is reported."""

    rule: str
    expected: str | None = None
    details: Mapping[str, str] = {}


class Reading(NamedTuple):
    """The outcome for one cell. A failed cell has no value and at least one remark that is an error."""

    value: Value = None
    remarks: tuple[Remark, ...] = ()
    is_failed: bool = False


NOTHING = Reading()
"""The cell says that there is no value, or says nothing."""


def told(value: Value, as_text: str) -> Reading:
    """Take a value whose reading was sure but not obvious, and say so with C13."""
    return Reading(value, (Remark("C13", None, {"neu": as_text}),))


def refused(rule: str, expected: str | None = None, details: Mapping[str, str] | None = None) -> Reading:
    """Take no value and say why."""
    return Reading(None, (Remark(rule, expected, details or {}),), is_failed=True)


class Context(Struct, frozen=True):
    """What is known about a cell before looking at it: its field, and what column, Deckblatt and file say."""

    field: Field
    unit_factor: Decimal = ONE
    """EUR for one unit of the declared Geldeinheit: 1, or 1,000 for TEUR."""
    unit_name: str = "EUR"
    has_decimal_points: bool = False
    """The column holds texts such as ``12.5``, so that ``1.234`` could be either (M15)."""
    has_only_shares: bool = False
    """All other numbers of the column are in the format ``%`` and not above 1 (M29)."""
    indicator_unit: str = ""
    """The unit of the row's indicator, for the fields of type number."""
    year: int | None = None
    """The year of the Stichtag, for quarters written without one (M93)."""
    is_date_1904: bool = False


Parser: TypeAlias = Callable[[Content, Context], Reading]


def found_text(cell: Content) -> str:
    """Write the value as the person sees it in the cell: 0.75 in the format ``0%`` is „75 %“."""
    if isinstance(cell.value, str):
        return cell.value
    if "%" in cell.number_format and cell.kind is CellKind.NUMBER and isinstance(cell.value, int | float):
        return f"{scalar_text(float(cell.value) * 100)} %"
    return cell.text


class FoundTexts(Mapping[str, str]):
    """The texts of a row's cells as found, by field; written when somebody asks, which is seldom."""

    __slots__ = ("_columns", "_line")

    def __init__(self, line: Mapping[int, Content], columns: Mapping[str, int]) -> None:
        self._line = line
        self._columns = columns

    def __getitem__(self, name: str) -> str:
        text = found_text(self._line[self._columns[name]])
        if not text:
            raise KeyError(name)
        return text

    def __iter__(self) -> Iterator[str]:
        return (name for name, column in self._columns.items() if column in self._line and self.get(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)
