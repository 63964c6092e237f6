"""The fictional course of the demo projects: what each organisation would truthfully report for a quarter.

The story lies in ``flows/demo_data`` and has four steps; the last quarter asked for is step 4. Earlier quarters than
the four of the story (for benchmarks with years of history) lead up to step 1. All figures are invented.
"""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from zlib import crc32

from msgspec import Struct

from schemas.codes import indicators
from schemas.quarter import Quarter
from schemas.submission import Value
from schemas.thresholds import DEFAULT_THRESHOLDS

STEPS = 4
_DRAWING_LAG = Decimal("0.9")
"""Funding is called up after the money is spent."""
_ACTIVE_LIGHTS = ("green", "yellow", "red")


@cache
def story(name: str) -> tuple[Mapping[str, str], ...]:
    """Read one table of the story, ``flows/demo_data/<name>.csv``, columns parted by ``|``."""
    text = (files("flows") / "demo_data" / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(), delimiter="|", quoting=csv.QUOTE_NONE, strict=True))


class Moment(Struct, frozen=True):
    """One quarter of a demo history."""

    quarters: tuple[Quarter, ...]
    index: int

    @property
    def quarter(self) -> Quarter:
        """The quarter that is reported."""
        return self.quarters[self.index]

    @property
    def step(self) -> int:
        """The step of the story, 1 to 4; quarters before the story count as step 1."""
        return max(1, STEPS - (len(self.quarters) - 1 - self.index))

    @property
    def is_told(self) -> bool:
        """Whether the quarter belongs to the four of the story."""
        return len(self.quarters) - self.index <= STEPS

    @property
    def ramp(self) -> Decimal:
        """Which part of step 1 had been reached; 1 from step 1 on."""
        lead = len(self.quarters) - STEPS + 1
        return min(Decimal(1), Decimal(self.index + 1) / max(lead, 1))

    def day(self, quarters_after_last: int, day: int) -> date:
        """Give a day of the story, counted from the quarter of step 4."""
        return self.quarters[-1].shifted(quarters_after_last).first_day + timedelta(days=day)


def report_rows(org_code: str, moment: Moment, projects: int | None) -> dict[str, list[dict[str, Value]]]:
    """Give all rows of an organisation's return as stored values; ``projects`` overrides how many it has."""
    own = _projects(org_code, projects)
    return {
        "project": [_project_row(project, moment) for project in own],
        "milestone": [row for project in own for row in _milestone_rows(project, moment)],
        "kpi_value": [_indicator_row(line, moment) for line in story("indicators") if line["org_code"] == org_code],
        "risk": [_risk_row(line, moment) for line in story("risks") if _is_risk_of(line, org_code, moment)],
        "decision_request": [_request_row(r, moment) for r in story("requests") if _is_asked_by(r, org_code, moment)],
        "cooperation": [
            {
                "coop_kind": line["kind"],
                "topic": line["topic"],
                "description": line["description"],
                "with_orgs": _entries(line["with_orgs"]),
            }
            for line in story("cooperation")
            if line["org_code"] == org_code and int(line["from_step"]) <= moment.step <= int(line["to_step"])
        ],
    }


def assessment(org_code: str, moment: Moment) -> str:
    """Give the Gesamteinschätzung of a quarter, which says that it is fictional."""
    [text] = [
        line["assessment"]
        for line in story("assessments")
        if line["org_code"] == org_code and int(line["step"]) == moment.step
    ]
    return f"{text} (fiktiv)"


class _Project(Struct, frozen=True):
    """A project of the story, or a variation of it: own number, title and budget, the same course."""

    project_id: str
    story_id: str
    title: str
    budget: Decimal
    funding: Decimal | None
    line: Mapping[str, str]


def _projects(org_code: str, count: int | None) -> list[_Project]:
    lines = [line for line in story("projects") if line["project_id"].startswith(org_code)]
    wanted = len(lines) if count is None else count
    return [_variation(lines[number % len(lines)], org_code, number, number // len(lines)) for number in range(wanted)]


def _variation(line: Mapping[str, str], org_code: str, number: int, part: int) -> _Project:
    factor = 1 + 30 * _wobble(f"{org_code}{number}") if part else Decimal(1)
    return _Project(
        project_id=f"{org_code}-{number + 1:03d}",
        story_id=line["project_id"],
        title=f"{line['title']} – Teil {part + 1}" if part else line["title"],
        budget=_rounded(Decimal(line["budget"]) * factor, 1000),
        funding=_rounded(Decimal(line["funding"]) * factor, 50) if line["funding"] else None,
        line=line,
    )


def _project_row(project: _Project, moment: Moment) -> dict[str, Value]:
    line = project.line
    [course] = [c for c in story("course") if c["project_id"] == project.story_id and int(c["step"]) == moment.step]
    end_baseline = moment.quarters[-1].shifted(int(line["end"])).last_day
    delay, overrun = int(course["delay_days"]), Decimal(course["overrun_pct"])
    forecast = _rounded(project.budget * (100 + overrun) / 100, 100) if overrun else project.budget
    spent = Decimal(course["spent_pct"]) * moment.ramp * (1 + _wobble(project.project_id))
    actual = min(_rounded(project.budget * spent / 100, 50), forecast)
    progress = Decimal(course["progress"]) * moment.ramp if course["progress"] else None
    row: dict[str, Value] = {
        "project_id": project.project_id,
        "title": project.title,
        "benefit": line["benefit"],
        "action_field": line["action_field"],
        "partner_orgs": _entries(line["partners"]),
        "priority": line["priority"],
        "phase": course["phase"],
        "start_date": moment.quarters[0].shifted(int(line["start"])).first_day,
        "end_baseline": end_baseline,
        "end_forecast": end_baseline + timedelta(days=delay),
        "progress_pct": _rounded(progress, 1) if progress is not None else None,
        "cause_code": course["cause"] or None,
        "status_reason": course["reason"] or None,
        "budget_total": project.budget,
        "actual_cum": actual,
        "forecast_total": forecast,
        "operation_secured": course["operation"],
        "next_step": course["next_step"] or None,
        "confidentiality": line["confidentiality"],
    }
    return row | _lights(course["scope"], delay, forecast - project.budget, overrun) | _funding(project, actual, moment)


def _lights(scope: str, delay: int, extra_cost: Decimal, overrun: Decimal) -> dict[str, Value]:
    """Give the four Ampeln as the thresholds suggest them; the story never argues with them."""
    if scope == "grey":
        return dict.fromkeys(("status_overall", "status_schedule", "status_cost", "status_scope"), "grey")
    limits = DEFAULT_THRESHOLDS
    schedule = (delay > limits.schedule_green_days) + (delay > limits.schedule_yellow_days)
    cost = (overrun > limits.cost_green_pct) + (overrun > limits.cost_yellow_pct)
    if extra_cost < limits.cost_tolerance_eur:
        cost = 0
    worst = max(schedule, cost, _ACTIVE_LIGHTS.index(scope))
    return {
        "status_overall": _ACTIVE_LIGHTS[worst],
        "status_schedule": _ACTIVE_LIGHTS[schedule],
        "status_cost": _ACTIVE_LIGHTS[cost],
        "status_scope": scope,
    }


def _funding(project: _Project, actual: Decimal, moment: Moment) -> dict[str, Value]:
    if project.funding is None:
        return {}
    return {
        "funding_approved": project.funding,
        "funding_drawn": _rounded(project.funding * actual / project.budget * _DRAWING_LAG, 100),
        "funding_programme": project.line["programme"],
        "funding_end": moment.quarters[-1].shifted(int(project.line["funding_end"])).last_day,
    }


def _milestone_rows(project: _Project, moment: Moment) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    for line in story("milestones"):
        if line["project_id"] != project.story_id:
            continue
        baseline = moment.day(int(line["plan_quarter"]), int(line["plan_day"]))
        forecast = baseline + timedelta(days=int(line[f"slip_{moment.step}"]))
        is_reached = bool(line["reached_step"]) and moment.step >= int(line["reached_step"])
        rows.append(
            {
                "project_id": project.project_id,
                "milestone_no": int(line["no"]),
                "title": line["title"],
                "date_baseline": baseline,
                "date_forecast": forecast,
                "date_actual": forecast if is_reached else None,
                "milestone_status": "reached" if is_reached else "open",
            }
        )
    return rows


def _indicator_row(line: Mapping[str, str], moment: Moment) -> dict[str, Value]:
    indicator = indicators()[line["kpi_code"]]
    row: dict[str, Value] = {
        "kpi_code": indicator.kpi_code,
        "kpi_name": indicator.name,
        "unit": indicator.unit,
        "target_year": Decimal(line["target"]),
        "measurement": line["measurement"],
        "model_version": line["model_version"] or None,
        "note": line["note"] or None,
    }
    if line["level"]:
        quarters_ago = len(moment.quarters) - 1 - moment.index
        season = Decimal(line["season"].split()[moment.quarter.number - 1])
        trend = (1 + Decimal(line["growth_pct"]) / 100) ** -quarters_ago
        noise = Decimal(0) if indicator.is_cumulated else _wobble(f"{indicator.kpi_code} {moment.quarter}") / 2
        value = Decimal(line["level"]) * trend * season * (1 + noise)
        row["value"] = round(value, int(line["places"]))
    return row


def _is_risk_of(line: Mapping[str, str], org_code: str, moment: Moment) -> bool:
    return line["risk_id"].startswith(org_code) and moment.is_told and int(line["from_step"]) <= moment.step


def _risk_row(line: Mapping[str, str], moment: Moment) -> dict[str, Value]:
    shared: dict[str, Value] = {name: line[name] for name in ("risk_id", "project_id", "risk_text", "mitigation")}
    return shared | {
        "likelihood": int(line["likelihood"].split()[moment.step - 1]),
        "impact": int(line["impact"]),
        "risk_trend": line[f"trend_{moment.step}"],
    }


def _is_asked_by(line: Mapping[str, str], org_code: str, moment: Moment) -> bool:
    return line["decision_id"].startswith(org_code) and moment.is_told and int(line["step"]) == moment.step


def _request_row(line: Mapping[str, str], moment: Moment) -> dict[str, Value]:
    shared: dict[str, Value] = {
        name: line[name] for name in ("decision_id", "project_id", "subject", "proposal", "consequence")
    }
    return shared | {
        "decision_type": line["type"],
        "amount": Decimal(line["amount"]) if line["amount"] else None,
        "needed_by": moment.quarter.last_day + timedelta(days=int(line["needed_days"])),
        "further_bodies": _entries(line["bodies"]),
    }


def _entries(text: str) -> tuple[str, ...] | None:
    return tuple(text.split(", ")) if text else None


def _wobble(key: str) -> Decimal:
    """Give a small deviation of at most 2 % either way, always the same for the same key."""
    return Decimal(crc32(key.encode()) % 4001 - 2000) / 100_000


def _rounded(amount: Decimal, step: int) -> Decimal:
    return (amount / step).quantize(Decimal(1)) * step
