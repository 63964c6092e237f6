"""X: one row or one table at a time. Rules about funding stand in `transforms.rules.funding`.

Where two cells contradict each other, the one that the rule's sentence begins with is named (and emptied by an
error): „Ist kumuliert … ist höher als die Prognose“ is told at Ist kumuliert.
"""

from collections.abc import Iterator
from decimal import Decimal

from schemas.contract import return_tables, tables
from schemas.submission import Row
from transforms.rules.case import Case, is_closed, label, project_name
from transforms.rules.registry import Breach, rule, rule_of_return
from transforms.rules.suggestion import delay_days, overrun_pct, suggested_cost, suggested_schedule
from transforms.wording import german_amount, german_date, german_number, german_percent


@rule("X01", "project", needs=("start_date", "end_forecast"), at="end_forecast")
def forecast_is_not_before_start(row: Row, _case: Case) -> Breach | None:
    """A project does not end before it begins."""
    if row.day("end_forecast") >= row.day("start_date"):
        return None
    return Breach({"projekt": project_name(row)}, expected=f"ab {german_date(row.day('start_date'))}")


@rule("X02", "submission", needs=("as_of_date",), at="as_of_date", is_dated=True)
def stichtag_is_the_last_day_of_the_quarter(row: Row, case: Case) -> Breach | None:
    """The contract knows one Stichtag a quarter: figures of another day would not add up with the others'."""
    if row.day("as_of_date") == case.stichtag or case.quarter is None:
        return None
    return Breach(
        {"datum": german_date(row.day("as_of_date")), "quartal": case.quarter.in_tables},
        expected=german_date(case.stichtag),
    )


@rule_of_return("X03")
def nil_return_holds_no_rows(case: Case) -> Iterator[Breach]:
    """Either there is nothing to report, or there are rows: which of both holds cannot be guessed."""
    if not case.is_nil_return:
        return
    for table in return_tables().values():
        rows = case.rows(table.name)
        if rows:
            first_field = next(iter(table.fields))
            yield Breach(
                {"blatt": rows[0].sheet, "n": str(len(rows))},
                at=first_field,
                row=rows[0],
                more=tuple((row, first_field) for row in rows[1:]),
            )


@rule("X05", "project", needs=("status_overall",), at="status_overall")
def green_has_no_red_part(row: Row, _case: Case) -> Breach | None:
    """A project with a red part is not green altogether."""
    parts = [name for name in ("status_schedule", "status_cost", "status_scope") if row.values[name] == "red"]
    if row.text("status_overall") != "green" or not parts:
        return None
    words = [tables()["project"].fields[name].label.removeprefix("Ampel ") for name in parts]
    return Breach({"projekt": project_name(row), "teil": f"Ampel {'/'.join(words)}"})


@rule("X06", "project", needs=("status_schedule", "end_forecast", "end_baseline"), at="status_schedule", is_dated=True)
def green_schedule_is_on_time(row: Row, case: Case) -> Breach | None:
    """A green schedule agrees with the suggestion computed from the dates."""
    if row.text("status_schedule") != "green":
        return None
    days = delay_days(row.values) or 0
    suggested = suggested_schedule(row.values, case.stichtag, case.thresholds)
    # An end that overruns the funding without being late is told by X12.
    if suggested in (None, "green") or days <= 0:
        return None
    return Breach({"projekt": project_name(row), "tage": str(days), "farbe": label("status", suggested)})


@rule("X07", "project", needs=("status_cost", "forecast_total", "budget_total"), at="status_cost", is_dated=True)
def green_costs_are_within_budget(row: Row, case: Case) -> Breach | None:
    """Green costs agree with the suggestion computed from the amounts."""
    if row.text("status_cost") != "green":
        return None
    suggested = suggested_cost(row.values, case.thresholds)
    if suggested in (None, "green"):
        return None
    overrun = overrun_text(row.amount("forecast_total"), row.amount("budget_total"))
    return Breach({"projekt": project_name(row), "pct": overrun, "farbe": label("status", suggested)})


@rule("X08", "project", needs=("actual_cum", "forecast_total"), at="actual_cum")
def spent_is_within_forecast(row: Row, _case: Case) -> Breach | None:
    """What will be spent in the end cannot be less than what is spent already."""
    actual, forecast = row.amount("actual_cum"), row.amount("forecast_total")
    if actual <= forecast:
        return None
    return Breach(
        {"projekt": project_name(row), "ist": german_amount(actual), "prognose": german_amount(forecast)},
    )


@rule("X09", "project", needs=("actual_cum", "budget_total"), at="actual_cum")
def spent_is_within_budget(row: Row, _case: Case) -> Breach | None:
    """Spending beyond the plan is told, whatever the forecast says."""
    actual, budget = row.amount("actual_cum"), row.amount("budget_total")
    if actual <= budget:
        return None
    return Breach({"projekt": project_name(row), "pct": overrun_text(actual, budget)})


@rule("X15", "project", needs=("phase", "progress_pct"), at="progress_pct", is_dated=True)
def completed_is_complete(row: Row, case: Case) -> Breach | None:
    """A completed project has all its progress and an end that has come."""
    if row.text("phase") != "completed":
        return None
    progress = row.amount("progress_pct")
    ends_later = row.has("end_forecast") and row.day("end_forecast") > case.stichtag
    if progress >= 100 and not ends_later:
        return None
    return Breach(
        {"projekt": project_name(row), "pct": german_number(progress)},
        at="progress_pct" if progress < 100 else "end_forecast",
    )


@rule("X16", "project", needs=("progress_pct", "actual_cum", "budget_total"), at="progress_pct")
def progress_and_spending_go_together(row: Row, case: Case) -> Breach | None:
    """Much progress for little money, or the reverse, is worth a look while the project runs."""
    budget, progress = row.amount("budget_total"), row.amount("progress_pct")
    if not budget or is_closed(row):
        return None
    spent = row.amount("actual_cum") / budget * 100
    if abs(progress - spent) <= case.thresholds.progress_spread_pct:
        return None
    return Breach(
        {
            "projekt": project_name(row),
            "pct": german_number(progress),
            "kosten": german_percent(spent, 0),
        }
    )


@rule("X17", "submission", needs=("approved_on", "as_of_date"), at="approved_on")
def release_is_not_before_stichtag(row: Row, _case: Case) -> Breach | None:
    """Figures of a day that had not come cannot have been released."""
    if row.day("approved_on") >= row.day("as_of_date"):
        return None
    return Breach({"datum": german_date(row.day("approved_on"))}, expected=f"ab {german_date(row.day('as_of_date'))}")


def overrun_text(value: Decimal, budget: Decimal) -> str:
    """Write by how many percent the budget is exceeded; a budget of zero is exceeded beyond measure."""
    pct = overrun_pct(value, budget)
    return "mehr als 100" if pct is None else german_percent(pct)
