"""By what returns are judged besides their own past: thresholds, the rules as they stand, waivers, closed quarters."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from msgspec import Struct, field

from schemas.calendar import DEFAULT_CALENDAR, Calendar, deadlines
from schemas.checked_values import Also, Configured, Long, Matching
from schemas.codes import that_exists
from schemas.findings import Guards, Rule, rules
from schemas.quarter import Quarter
from schemas.thresholds import DEFAULT_THRESHOLDS, Thresholds


def _that_can_be_waived(name: str) -> str:
    rule = rules().get(name)
    if rule is None:
        msg = f"unknown rule {name}: `die8 rules` lists them"
        raise ValueError(msg)
    if rule.guards is Guards.FILE:
        msg = f"{name} cannot be waived: it says that a file was not read, or is about no file at all"
        raise ValueError(msg)
    return name


class Waiver(Configured, frozen=True):
    """One organisation need not follow a rule for a while, for one project or for all it reports.

    It holds for returns that were received from ``since`` to ``until``, both days included. Without ``since`` it holds
    for all before: then a rebuild applies it to returns that were judged before anybody thought of it.
    """

    rule: Annotated[str, Also(_that_can_be_waived)]
    org: Annotated[str, Also(that_exists)]
    reason: Annotated[str, Long(1, 200)]
    """German: the sender reads it behind each finding."""
    until: date
    project: Annotated[str, Matching(r"[A-Z]{3}-\d{3}")] | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        """Refuse a waiver that never holds."""
        if self.since is not None and self.until < self.since:
            msg = f"until = {self.until} lies before since = {self.since}: correct one of them"
            raise ValueError(msg)

    def is_in_force(self, received_on: date) -> bool:
        """Whether it holds for what was received on a day (Europe/Berlin)."""
        return received_on <= self.until and (self.since is None or self.since <= received_on)


class Standards(Struct, frozen=True):
    """All that a judgement depends on besides the return and what was known then; a value, so that a replay is equal.

    ``tried_out`` holds rules that are judged otherwise than the catalogue has them, to see what would come of it;
    ``released`` the days on which the reports of quarters were released, as far as they were.
    """

    thresholds: Thresholds = DEFAULT_THRESHOLDS
    waivers: tuple[Waiver, ...] = ()
    tried_out: Mapping[str, Rule] = field(default_factory=dict)
    released: Mapping[Quarter, date] = field(default_factory=dict)
    calendar: Calendar = DEFAULT_CALENDAR

    def rule(self, name: str) -> Rule:
        """The rule that is to be judged by."""
        return self.tried_out.get(name) or rules()[name]

    def has_closed(self, quarter: Quarter, day: date) -> bool:
        """Whether what is received on that day comes too late for the quarter's report.

        It does when the report was released on an earlier day, or its editorial close has passed.
        """
        released_on = self.released.get(quarter)
        return (released_on is not None and released_on < day) or day > deadlines(
            quarter, self.calendar
        ).editorial_close


DEFAULT_STANDARDS = Standards()
"""The rules of the catalogue with their default thresholds, nothing waived."""
