"""X10 to X14: funds from programmes, which are lost or reclaimed when amounts or periods do not agree."""

from schemas.months import months_until
from schemas.submission import Row
from transforms.rules.case import Case, label, project_name
from transforms.rules.conditions import ends_soon, is_funded
from transforms.rules.registry import Breach, rule
from transforms.wording import german_amount, german_date, german_percent


@rule("X10", "project", needs=("funding_drawn", "funding_approved"), at="funding_drawn")
def drawn_is_within_approved(row: Row, _case: Case) -> Breach | None:
    """No more can be drawn than was granted."""
    approved = row.amount("funding_approved")
    if row.amount("funding_drawn") <= approved:
        return None
    return Breach({"projekt": project_name(row)}, expected=f"höchstens {german_amount(approved)}")


@rule("X11", "project", needs=("funding_approved", "budget_total"), at="funding_approved")
def funding_is_within_budget(row: Row, _case: Case) -> Breach | None:
    """Funding covers a part of the budget, never more than it."""
    budget = row.amount("budget_total")
    if row.amount("funding_approved") <= budget:
        return None
    return Breach({"projekt": project_name(row)}, expected=f"höchstens {german_amount(budget)}")


@rule("X11", "project", needs=("funding_approved", "funding_programme"), at="funding_programme")
def funding_comes_from_a_programme(row: Row, _case: Case) -> Breach | None:
    """„keine“ beside granted funds leaves open where they come from (an empty cell is `required`'s business)."""
    if row.text("funding_programme") != "none" or not is_funded(row):
        return None
    return Breach({"projekt": project_name(row)})


@rule("X12", "project", needs=("end_forecast", "funding_end"), at="end_forecast")
def project_ends_within_the_funding_period(row: Row, _case: Case) -> Breach | None:
    """What is done after the funding period is not paid for, and may have to be paid back."""
    if row.day("end_forecast") <= row.day("funding_end"):
        return None
    return Breach(
        {
            "projekt": project_name(row),
            "ende": german_date(row.day("end_forecast")),
            "frist": german_date(row.day("funding_end")),
        }
    )


@rule("X13", "project", needs=("funding_end", "operation_secured"), at="operation_secured", is_dated=True)
def operation_is_settled_before_funding_ends(row: Row, case: Case) -> Breach | None:
    """Within the warning time someone must have said who pays for the operation; a cancelled project has none."""
    funding_end, secured = row.day("funding_end"), row.text("operation_secured")
    if secured not in ("no", "open") or row.values["phase"] == "cancelled" or not ends_soon(funding_end, case):
        return None
    return Breach(
        {
            "projekt": project_name(row),
            "monate": str(max(0, months_until(case.stichtag, funding_end))),
            "wert": label("operation_secured", secured),
        }
    )


@rule("X14", "project", needs=("funding_approved", "budget_total"), at="funding_approved")
def funding_rate_is_usual(row: Row, case: Case) -> Breach | None:
    """Programmes leave a share to the organisation; a rate beyond the usual limit is mostly a slip."""
    budget, limit = row.amount("budget_total"), case.thresholds.funding_rate_max_pct
    if not budget:
        return None
    rate = row.amount("funding_approved") / budget * 100
    if rate <= limit:
        return None
    return Breach({"projekt": project_name(row), "pct": german_percent(rate), "max": german_percent(limit, 0)})
