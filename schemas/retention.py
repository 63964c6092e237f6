"""How long what was handed in is kept (domain.md §4), as die8.toml may say."""

from datetime import date
from typing import Annotated

from schemas.checked_values import Configured, Long, Matching, Within
from schemas.quarter import Quarter


class Hold(Configured, frozen=True):
    """Returns that report on a project are kept whole until a day, such as the evidence for a grant."""

    project: Annotated[str, Matching(r"[A-Z]{3}-\d{3}")]
    until: date
    """The last day on which they are kept, whatever else is configured."""
    reason: Annotated[str, Long(1, 200)]


class Retention(Configured, frozen=True):
    """How long the files themselves are kept; rows, findings and reports stay."""

    raw_quarters: Annotated[int, Within(lowest=1)] = 8
    """So many ended quarters keep their files, as rules compare across so many."""
    nightly: bool = False
    """Whether the nightly upkeep does what ``die8 forget`` does; else people do it."""
    holds: tuple[Hold, ...] = ()

    def is_over(self, quarter: Quarter, today: date) -> bool:
        """Whether the files of a quarter are past their time on a day (Europe/Berlin)."""
        return quarter < Quarter.containing(today).shifted(-self.raw_quarters)

    def held(self, today: date) -> frozenset[str]:
        """The projects whose returns are kept nevertheless."""
        return frozenset(hold.project for hold in self.holds if today <= hold.until)


DEFAULT_RETENTION = Retention()
"""Eight quarters, nothing held."""
