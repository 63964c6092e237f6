"""Q08, Q09 and Q13: an indicator as a series. A change of its model ends one series and begins another."""

from decimal import Decimal

from schemas.codes import Indicator, indicators
from schemas.quarter import Quarter
from schemas.submission import Row
from transforms.rules.case import Case
from transforms.rules.past import Remembered
from transforms.rules.registry import Breach, rule
from transforms.wording import german_number, german_percent


@rule("Q08", "kpi_value", needs=("kpi_code", "value"), at="value")
def indicator_changes_by_a_usual_amount(row: Row, case: Case) -> Breach | None:
    """Against the same quarter of the year before where that is known, else against the quarter before.

    A sum that runs on through the year is compared with the year before only: it grows each quarter by design.
    """
    compared = _compared_with(row, case)
    if compared is None:
        return None
    quarter, before = compared
    change = (row.amount("value") - before) / abs(before) * 100
    if abs(change) <= case.thresholds.kpi_change_pct:
        return None
    return Breach(
        {"code": row.text("kpi_code"), "pct": german_percent(change), "vergleich": quarter.in_tables},
    )


@rule("Q09", "kpi_value", needs=("kpi_code", "value"), at="value", is_dated=True)
def running_sum_does_not_fall_within_the_year(row: Row, case: Case) -> Breach | None:
    """A value that is cumulated over the year only grows until the year ends."""
    indicator = _indicator(row)
    if indicator is None or not indicator.is_cumulated or case.quarter is None:
        return None
    for version, past in case.past.rows_backwards("kpi_value", indicator.kpi_code):
        before = past["value"]
        if version.quarter.year != case.quarter.year:
            return None
        if isinstance(before, Decimal):
            if row.amount("value") >= before:
                return None
            return Breach({"code": indicator.kpi_code}, expected=f"mindestens {german_number(before)}")
    return None


@rule("Q13", "kpi_value", needs=("kpi_code", "model_version"), at="model_version")
def maturity_model_stays(row: Row, case: Case) -> Breach | None:
    """A score means something only within its model."""
    model = row.text("model_version")
    before = case.past.last_known("kpi_value", "model_version", row.text("kpi_code"))
    if not isinstance(before, str) or _same_words(before, model):
        return None
    return Breach({"code": row.text("kpi_code"), "alt": before, "neu": model})


def _compared_with(row: Row, case: Case) -> tuple[Quarter, Decimal] | None:
    """The quarter and the value that an indicator is compared with; None without one in the same model."""
    versions = [case.past.year_before, case.past.before]
    indicator = _indicator(row)
    if indicator is not None and indicator.is_cumulated:
        versions = versions[:1]
    for version in versions:
        past = case.past.row_in(version, "kpi_value", row.text("kpi_code"))
        if version is None or past is None:
            continue
        before = past["value"]
        if isinstance(before, Decimal) and before and _is_same_series(row, past):
            return version.quarter, before
    return None


def _is_same_series(row: Row, past: Remembered) -> bool:
    now, then = row.values["model_version"], past["model_version"]
    return not isinstance(now, str) or not isinstance(then, str) or _same_words(now, then)


def _same_words(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _indicator(row: Row) -> Indicator | None:
    return indicators().get(row.text("kpi_code"))
