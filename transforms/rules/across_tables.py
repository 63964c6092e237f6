"""B: the sheets of one return beside each other."""

from collections.abc import Iterator
from datetime import date

from schemas.codes import indicators, organisations
from schemas.contract import GENERAL_PROJECT, tables
from schemas.submission import Row, Value
from transforms.rules.case import Case, is_closed, project_name
from transforms.rules.registry import Breach, rule, rule_of_return
from transforms.rules.required import milestone_name, request_name
from transforms.wording import german_date

_ACTIVE_PHASES = frozenset({"implementation", "pilot"})
"""Phases in which something must come within sight (B04)."""


@rule("B01", ("milestone", "risk", "decision_request"), needs=("project_id",), at="project_id")
def project_is_reported(row: Row, case: Case) -> Breach | None:
    """What refers to a project refers to one of this return.

    When a number in „Projekte“ itself is missing or wrong, it may be the very one: then that is to be put right first.
    """
    project_id = row.text("project_id")
    if project_id in case.projects or not case.is_known("project", "project_id"):
        return None
    if project_id == GENERAL_PROJECT and row.table != "milestone":
        return None
    return Breach({"wert": row.raw.get("project_id", project_id)})


@rule_of_return("B02")
def keys_are_unique(case: Case) -> Iterator[Breach]:
    """A key names one row; which of two rows is meant cannot be told, so all of them are marked."""
    for table in tables().values():
        if not table.key:
            continue
        keys = [tuple([row.values[name] for name in table.key]) for row in case.rows(table.name)]
        if len(set(keys)) == len(keys):
            continue
        rows_by_key: dict[tuple[Value, ...], list[Row]] = {}
        for key, row in zip(keys, case.rows(table.name), strict=True):
            if None not in key:
                rows_by_key.setdefault(key, []).append(row)
        for key, rows in rows_by_key.items():
            if len(rows) > 1:
                at = table.key[-1]
                yield Breach(
                    {"wert": "/".join(str(part) for part in key), "blatt": rows[0].sheet},
                    at=at,
                    row=rows[1],
                    more=((rows[0], at), *((row, at) for row in rows[2:])),
                )


@rule_of_return("B02")
def titles_are_unique(case: Case) -> Iterator[Breach]:
    """A title is used once; the row that came first keeps it."""
    seen: set[str] = set()
    for row in case.rows("project"):
        if not row.has("title"):
            continue
        title = " ".join(row.text("title").casefold().split())
        if title in seen:
            yield Breach({"wert": row.text("title"), "blatt": row.sheet}, at="title", row=row)
        seen.add(title)


@rule("B03", "project", needs=("project_id", "status_overall"), at="status_overall")
def red_project_says_what_threatens_it(row: Row, case: Case) -> Breach | None:
    """Red means that the Lenkungskreis has to help: with a risk to weigh or a decision to take."""
    if row.text("status_overall") != "red" or is_closed(row):
        return None
    if not case.is_known("risk", "project_id") or not case.is_known("decision_request", "project_id"):
        return None
    project_id = row.text("project_id")
    threats = [risk for risk in case.of_project("risk", project_id) if risk.values["risk_trend"] != "closed"]
    if threats or case.of_project("decision_request", project_id):
        return None
    return Breach({"projekt": project_id})


@rule("B04", "project", needs=("project_id", "phase"), at="phase", is_dated=True)
def active_project_has_a_milestone_in_sight(row: Row, case: Case) -> Breach | None:
    """A project at work has an open milestone after the Stichtag and within the horizon."""
    if row.text("phase") not in _ACTIVE_PHASES:
        return None
    project_id = row.text("project_id")
    milestones = case.of_project("milestone", project_id)
    is_unsure = any(not milestone.has("milestone_status", "date_forecast") for milestone in milestones)
    if is_unsure or not case.is_known("milestone", "project_id"):
        return None
    for milestone in milestones:
        if _is_open(milestone) and case.stichtag < milestone.day("date_forecast") <= case.horizon:
            return None
    return Breach({"projekt": project_id}, expected=f"ein offener Meilenstein bis {german_date(case.horizon)}")


@rule("B05", "milestone", needs=("milestone_status", "date_actual"), at="date_actual")
def reached_means_that_the_day_has_come(row: Row, case: Case) -> Breach | None:
    """A milestone cannot have been reached on a day after the return came in."""
    if row.text("milestone_status") != "reached" or row.day("date_actual") <= case.today:
        return None
    return Breach({"projekt": project_name(row), "nr": milestone_name(row)}, expected=f"bis {german_date(case.today)}")


@rule(
    "B06",
    "milestone",
    needs=("project_id", "milestone_status", "date_forecast"),
    at="date_forecast",
    is_dated=True,
)
def overdue_milestone_shows_in_the_light(row: Row, case: Case) -> Breach | None:
    """An open milestone whose own forecast has passed does not go with a green schedule."""
    project = case.projects.get(row.text("project_id"))
    days = (case.stichtag - row.day("date_forecast")).days
    if project is None or project.values["status_schedule"] != "green" or not _is_open(row) or days <= 0:
        return None
    return Breach({"projekt": project_name(row), "nr": milestone_name(row), "tage": str(days)})


@rule("B07", "project", needs=("project_id", "end_forecast"), at="end_forecast")
def last_milestone_lies_within_the_project(row: Row, case: Case) -> Breach | None:
    """A project that ends before its last milestone has a forecast too early, or a milestone too late."""
    project_id = row.text("project_id")
    dated = [(_comes_on(milestone), milestone) for milestone in case.of_project("milestone", project_id)]
    last = max(((day, milestone) for day, milestone in dated if day), key=lambda pair: pair[0], default=None)
    if last is None or last[0] <= row.day("end_forecast"):
        return None
    field = "date_actual" if last[1].has("date_actual") else "date_forecast"
    return Breach(
        {"projekt": project_id}, at=field, row=last[1], expected=f"bis {german_date(row.day('end_forecast'))}"
    )


@rule("B08", "decision_request", needs=("needed_by",), at="needed_by", is_dated=True)
def decision_is_still_to_come(row: Row, case: Case) -> Breach | None:
    """What was needed by the Stichtag cannot be decided in a meeting after it."""
    if row.day("needed_by") > case.stichtag:
        return None
    return Breach({"nr": request_name(row)}, expected=f"nach dem {german_date(case.stichtag)}")


@rule("B09", "kpi_value", needs=("kpi_code",), at="kpi_code")
def indicator_belongs_to_the_organisation(row: Row, case: Case) -> Breach | None:
    """Each organisation reports its own indicators and the common ones."""
    code = row.text("kpi_code")
    indicator = indicators().get(code)
    if indicator is None or case.org_code is None or indicator.org_code in ("ALL", case.org_code):
        return None
    return Breach({"code": code, "org": organisations()[case.org_code].name})


@rule_of_return("B10")
def required_indicators_are_reported(case: Case) -> Iterator[Breach]:
    """The organisation's required indicators stand in the sheet, be it as „nicht erhoben“."""
    if case.is_nil_return or case.org_code is None or not case.is_known("kpi_value", "kpi_code"):
        return
    reported = {row.text("kpi_code") for row in case.rows("kpi_value")}
    for indicator in indicators().values():
        if indicator.is_required and indicator.org_code == case.org_code and indicator.kpi_code not in reported:
            yield Breach({"code": indicator.kpi_code}, place=case.sheet("kpi_value"), expected=indicator.name)


def _is_open(milestone: Row) -> bool:
    return milestone.values["milestone_status"] == "open"


def _comes_on(milestone: Row) -> date | None:
    """When a milestone was or will be reached; None for a dropped one."""
    if milestone.values["milestone_status"] == "dropped":
        return None
    day = milestone.values["date_actual"] or milestone.values["date_forecast"]
    return day if isinstance(day, date) else None
