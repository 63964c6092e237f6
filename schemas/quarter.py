"""The calendar quarter a return speaks about."""

import re
from datetime import date, timedelta
from typing import Self

from msgspec import Struct

_CANONICAL = re.compile(r"(\d{4})-Q([1-4])")


class Quarter(Struct, frozen=True, order=True):
    """One calendar quarter, ordered by time.

    ``str(quarter)`` is the stored form ``JJJJ-Qn``; the German forms follow domain.md §4 (DIN 5008).
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            msg = f"a year has the quarters 1 to 4, not {self.number}"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the stored form ``2026-Q3``; anything else is a ValueError (people's forms: transforms.parsing)."""
        match = _CANONICAL.fullmatch(text)
        if match is None:
            msg = f"„{text}“ is not a quarter such as 2026-Q3"
            raise ValueError(msg)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, day: date) -> Self:
        """Give the quarter in which the day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        """The first day of the quarter."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        """The last day, which is the Stichtag of its returns."""
        return self.shifted(1).first_day - timedelta(days=1)

    @property
    def position(self) -> int:
        """Counts the quarters without a gap: the difference of two tells how far they lie apart."""
        return self.year * 4 + self.number - 1

    def shifted(self, quarters: int) -> "Quarter":
        """Give the quarter that lies so many quarters later (or earlier, when negative)."""
        index = self.position + quarters
        return Quarter(index // 4, index % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before."""
        return self.shifted(-1)

    @property
    def year_before(self) -> "Quarter":
        """The same quarter of the year before, which indicators are compared with."""
        return self.shifted(-4)

    @property
    def in_tables(self) -> str:
        """The short German form, ``Q3/2026``."""
        return f"Q{self.number}/{self.year}"

    @property
    def in_text(self) -> str:
        """The long German form, ``3. Quartal 2026``."""
        return f"{self.number}. Quartal {self.year}"

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"
