"""Money: plan, actual and forecast by organisation, grants that expire, operation that is not secured."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from schemas.facts import DeliveryState, Expiry, Figure, Finance, Money, OrganisationDelivery, ProjectFact
from schemas.months import months_until
from schemas.quarter import Quarter
from schemas.thresholds import Thresholds
from transforms.report import figures

_OPERATION_MATTERS = frozenset({"implementation", "pilot"})


def build_finance(
    organisations: Sequence[OrganisationDelivery],
    projects: Sequence[ProjectFact],
    as_of: date,
    thresholds: Thresholds,
) -> Finance:
    """Sum up what was reported; organisations without a return are in no sum, and the sums do not guess for them.

    Closed projects stay in the sums of the quarter that still names them.
    """
    reported = [p for p in projects if p.trend is None or p.trend.value != "not_delivered"]
    funded = sorted(
        (p for p in reported if p.numbers.funding_approved.value), key=lambda p: (_end(p) or date.max, p.project_id)
    )
    is_soon = _Warning(as_of, thresholds.funding_warning_months)
    expiring = [p for p in funded if _holds_funds(p) and is_soon(p)]
    return Finance(
        organisations=tuple(
            _money(o.org_code, o.state, [p for p in reported if p.org_code == o.org_code])
            for o in organisations
            if o.is_counted or o.state is not DeliveryState.NOT_DELIVERED
        ),
        total=_money("", _state_of_all(organisations), reported),
        funded=tuple(p.project_id for p in funded),
        expiring=tuple(p.project_id for p in expiring),
        expiring_count=figures.count(
            "funding.expiring_count", len(expiring), [s for p in expiring for s in p.numbers.funding_end.sources]
        ),
        expiring_total=_expiring_total(organisations, expiring),
        expiring_until=_last_end(expiring),
        expiries=_expiries(funded, is_soon),
        unsecured=tuple(p.project_id for p in reported if _is_unsecured(p, is_soon)),
    )


def _state_of_all(organisations: Sequence[OrganisationDelivery]) -> DeliveryState:
    """Nothing at all delivered is not a sum of nought."""
    states = [o.state for o in organisations]
    return next((s for s in states if s is not DeliveryState.NOT_DELIVERED), DeliveryState.NOT_DELIVERED)


def _expiring_total(organisations: Sequence[OrganisationDelivery], expiring: Sequence[ProjectFact]) -> Figure:
    if _state_of_all(organisations) is DeliveryState.NOT_DELIVERED:
        return figures.nothing("funding.expiring_total", "EUR")
    return figures.total("funding.expiring_total", [p.numbers.funding_remaining for p in expiring])


def _expiries(funded: Sequence[ProjectFact], is_soon: "_Warning") -> tuple[Expiry, ...]:
    """Group what is not drawn by the quarter in which it ends; the warning time ends within a quarter at most once."""
    groups: dict[tuple[Quarter, bool], list[ProjectFact]] = {}
    for project in funded:
        end = _end(project)
        if end is not None and _holds_funds(project):
            groups.setdefault((Quarter.containing(end), is_soon(project)), []).append(project)
    return tuple(_expiry(*key, projects) for key, projects in groups.items())


def _expiry(quarter: Quarter, is_soon: bool, projects: Sequence[ProjectFact]) -> Expiry:  # noqa: FBT001  # a key's part
    name = f"funding.expiry.{quarter}{'' if is_soon else '.later'}"
    remaining = figures.total(name, [p.numbers.funding_remaining for p in projects])
    return Expiry(quarter.in_tables, is_soon, remaining, tuple(p.project_id for p in projects))


def _end(project: ProjectFact) -> date | None:
    end = project.numbers.funding_end.value
    return end if isinstance(end, date) else None


def _last_end(projects: Sequence[ProjectFact]) -> Figure:
    ends = {end: p.numbers.funding_end.sources for p in projects if (end := _end(p))}
    last = max(ends, default=None)
    return figures.day("funding.expiring_until", last, ends[last] if last else ())


class _Warning(Struct, frozen=True):
    """Tells whose grant ends within the warning time, as rule X13 does."""

    as_of: date
    months: int

    def __call__(self, project: ProjectFact) -> bool:
        end = _end(project)
        return end is not None and months_until(self.as_of, end) <= self.months


def _holds_funds(project: ProjectFact) -> bool:
    """Whether something is not drawn yet, or might not be."""
    remaining = project.numbers.funding_remaining
    return bool(remaining.missing) or (isinstance(remaining.value, Decimal) and remaining.value > 0)


def _is_unsecured(project: ProjectFact, is_soon: _Warning) -> bool:
    if project.operation_secured not in ("no", "open") or project.is_closed:
        return False
    return project.phase in _OPERATION_MATTERS or is_soon(project)


def _money(org_code: str, state: DeliveryState, projects: Sequence[ProjectFact]) -> Money:
    name = f"finance.{org_code or 'total'}."
    numbers = [project.numbers for project in projects]
    if state is DeliveryState.NOT_DELIVERED:
        return Money(org_code, state, *(figures.nothing(name + part, unit) for part, unit in _PARTS))
    budgets, actuals = [n.budget for n in numbers], [n.actual for n in numbers]
    forecasts = [n.forecast for n in numbers]
    deviation, forecast_base, compared = figures.difference_of_sums(forecasts, budgets)
    spent, actual_base, spending = figures.difference_of_sums(actuals, budgets)
    approved = figures.total(name + "funding_approved", [n.funding_approved for n in numbers])
    drawn = figures.total(name + "funding_drawn", [n.funding_drawn for n in numbers])
    return Money(
        org_code,
        state,
        figures.total(name + "budget", budgets),
        figures.total(name + "actual", actuals),
        figures.total(name + "forecast", forecasts),
        _lacking(figures.money_change(name + "deviation", deviation, compared), forecasts, budgets),
        figures.share_change(name + "deviation_pct", deviation, forecast_base, compared),
        figures.share(name + "actual_pct", _plus(spent, actual_base), actual_base, spending),
        figures.share(name + "forecast_pct", _plus(deviation, forecast_base), forecast_base, compared),
        approved,
        drawn,
        figures.share(name + "funding_drawn_pct", drawn.value, approved.value, drawn.sources + approved.sources),
    )


_PARTS = (
    ("budget", "EUR"),
    ("actual", "EUR"),
    ("forecast", "EUR"),
    ("deviation", "EUR"),
    ("deviation_pct", "%"),
    ("actual_pct", "%"),
    ("forecast_pct", "%"),
    ("funding_approved", "EUR"),
    ("funding_drawn", "EUR"),
    ("funding_drawn_pct", "%"),
)


def _plus(difference: Decimal | None, base: Decimal) -> Decimal | None:
    return None if difference is None else base + difference


def _lacking(deviation: Figure, later: Sequence[Figure], earlier: Sequence[Figure]) -> Figure:
    """Say how many projects the comparison had to leave out."""
    pairs = zip(later, earlier, strict=True)
    return replace(deviation, missing=sum(bool(after.missing or before.missing) for after, before in pairs))
