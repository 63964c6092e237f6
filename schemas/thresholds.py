"""The numbers that judgements depend on, with the defaults of domain.md §6.3; die8.toml may change them."""

from decimal import Decimal
from typing import Annotated

from schemas.checked_values import Configured, Within

Days = Annotated[int, Within(lowest=0)]
Percent = Annotated[Decimal, Within(lowest=0)]
Euro = Annotated[Decimal, Within(lowest=0)]
Count = Annotated[int, Within(lowest=1)]


class Thresholds(Configured, frozen=True):
    """When the computed Ampelvorschlag turns yellow or red, and when a change is worth a remark.

    Days are calendar days, percentages percentage points of the plan, amounts EUR. To be confirmed by the
    Lenkungskreis; the report prints the ones in force.
    """

    schedule_green_days: Days = 30
    """Delay up to which the schedule stays green."""
    schedule_yellow_days: Days = 90
    """Delay up to which the schedule is yellow; red beyond, or when the funding period is overrun."""
    cost_green_pct: Percent = Decimal(5)
    """Overrun of the forecast up to which the costs stay green."""
    cost_yellow_pct: Percent = Decimal(15)
    """Overrun up to which the costs are yellow; red beyond."""
    cost_tolerance_eur: Euro = Decimal(5000)
    """Overruns below this amount stay green whatever their share."""
    funding_warning_months: Count = 12
    """How long before the end of the funding period continued operation must be settled (X13)."""
    milestone_horizon_quarters: Count = 2
    """Within how many quarters an active project needs a milestone (B04)."""
    red_quarters: Count = 2
    """After how many quarters in red without a decision a project is escalated (Q05)."""
    progress_spread_pct: Percent = Decimal(30)
    """Distance between progress and spent budget that is worth asking about (X16)."""
    kpi_change_pct: Percent = Decimal(50)
    """Change of an indicator that is worth a remark (Q08)."""
    unit_factor: Percent = Decimal(100)
    """Factor to the quarter before at which euros and thousands of euros look mixed up (C09)."""
    funding_rate_max_pct: Percent = Decimal(90)
    """Usual upper limit of a programme's funding rate (X14)."""


DEFAULT_THRESHOLDS = Thresholds()
