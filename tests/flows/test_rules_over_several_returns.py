"""Rules that look beyond one return: judged when it arrives, by what was known then, and the same in every rebuild."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from flows.clock import BERLIN
from flows.intake import run_intake
from flows.rebuilding import rebuild
from flows.replaying import replay_rule
from flows.settings import Home, Settings, load_settings
from schemas.configuration import Configuration
from schemas.delivery import Delivery
from schemas.findings import Severity, Verdict
from schemas.quarter import Quarter
from schemas.standards import Waiver
from schemas.submission import Row
from tests.builders import a_cover, a_project, an_indicator_value
from transforms.workbook.template import write_template
from warehouse.reading import query

Q3 = Quarter(2026, 3)
IN_TIME, NEXT_DAY, TOO_LATE = (datetime(2026, 10, day, 12, tzinfo=BERLIN) for day in (9, 12, 22))
Told = list[tuple[Any, ...]]


def a_delivery(
    org: str, *projects: Row, at: datetime = IN_TIME, version: int = 1, cover: dict[str, Any] | None = None
) -> Delivery:
    """A return written with the template and handed in."""
    front = dict(a_cover(org_code=org, **(cover or {})).values)
    rows = {
        "project": [dict(project.values) for project in projects],
        "kpi_value": [dict(an_indicator_value().values)] if org == "KLI" else [],
    }
    return Delivery(write_template(org, Q3, rows, front), f"D8_{org}_2026-Q3_v{version:02d}.xlsx", "inbox", at)


JOINT = a_project(project_id="SWG-002", partner_orgs=("SWG",), title="LoRaWAN-Netz")
KLI = a_delivery("KLI", a_project(partner_orgs=("GTM",)), JOINT)
YELLOW: dict[str, Any] = {"status_scope": "yellow", "cause_code": "scope", "status_reason": "Mehr Standorte"}
SWG = a_delivery("SWG", a_project(project_id="SWG-002", partner_orgs=("KLI",), title="LoRaWAN-Netz", **YELLOW))
SWG_CORRECTED = a_delivery(
    "SWG",
    a_project(project_id="SWG-002", partner_orgs=("KLI",), title="LoRaWAN-Netz"),
    at=NEXT_DAY,
    version=2,
    cover={"correction_reason": "Ampel abgestimmt"},
)
GTM_LATE = a_delivery("GTM", a_project(project_id="GTM-001", title="Gutschein"), at=TOO_LATE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path / "home")


def taken_in(settings: Settings, *batches: Sequence[Delivery]) -> Home:
    for batch in batches:
        run_intake(settings, batch)
    return settings.home


def told(home: Home) -> Told:
    """The findings of B11, B12 and Q12 of all versions: who was told what, and where."""
    return query(
        home.published,
        "select file_name, rule, f.severity, coalesce(cell, sheet) "
        "from history.finding as f join history.submission using (submission_id) "
        "where rule in ('B11', 'B12', 'Q12') order by received_at, position",
    ).rows


EXPECTED = [
    ("D8_SWG_2026-Q3_v01.xlsx", "B11", "warning", "Projekte!O5"),
    ("D8_GTM_2026-Q3_v01.xlsx", "Q12", "error", None),
    ("D8_GTM_2026-Q3_v01.xlsx", "B12", "info", "Projekte"),
]


@pytest.mark.parametrize(
    "batches",
    [
        [[KLI, SWG], [SWG_CORRECTED], [GTM_LATE]],
        [[KLI], [SWG], [SWG_CORRECTED], [GTM_LATE]],
        [[KLI, SWG, SWG_CORRECTED, GTM_LATE]],
    ],
    ids=["as they came", "one by one", "all at once"],
)
def test_each_return_is_judged_against_what_the_others_had_handed_in_however_they_came(
    settings: Settings, batches: list[list[Delivery]]
) -> None:
    home = taken_in(settings, *batches)

    assert told(home) == EXPECTED


def test_a_rebuild_reaches_the_same_findings(settings: Settings) -> None:
    home = taken_in(settings, [KLI, SWG], [SWG_CORRECTED], [GTM_LATE])

    compared = rebuild(settings, only_compare=True)
    home.warehouse.unlink()
    rebuilt = rebuild(settings, only_compare=False)

    assert (compared.is_equal, compared.replayed) == (True, 4)
    assert rebuilt.is_equal
    assert told(home) == EXPECTED


def test_a_late_return_counts_all_the_same(settings: Settings) -> None:
    home = taken_in(settings, [GTM_LATE])

    assert query(home.published, "select org_code, verdict, version from submission").rows == [
        ("GTM", Verdict.ACCEPTED_WITH_FINDINGS, 1)
    ]
    assert query(home.published, "select count(*) from project where not is_incomplete").rows == [(1,)]


def waiving(settings: Settings, *waivers: Waiver) -> Settings:
    return Settings(settings.home, replace(Configuration(), waivers=waivers))


def test_a_waiver_is_judged_by_the_day_of_receipt_also_years_later(settings: Settings) -> None:
    waiver = Waiver("Q12", "GTM", "Umzug der Geschäftsstelle", TOO_LATE.date(), since=TOO_LATE.date())
    waived = waiving(settings, waiver)
    home = taken_in(waived, [KLI, SWG], [GTM_LATE])

    assert ("D8_GTM_2026-Q3_v01.xlsx", "Q12", "info", None) in told(home)
    assert rebuild(waived, only_compare=True).is_equal
    assert not rebuild(settings, only_compare=True).is_equal


def test_a_replay_tells_whose_verdict_would_change_and_stores_nothing(settings: Settings) -> None:
    home = taken_in(settings, [KLI, SWG], [SWG_CORRECTED], [GTM_LATE])
    before = home.warehouse.read_bytes()

    result = replay_rule(settings, "B11", Severity.ERROR, None)

    [item] = result.concerned
    assert (item.delivery.name, item.is_told_today, item.changes_verdict) == ("D8_SWG_2026-Q3_v01.xlsx", True, True)
    assert (item.checked.verdict, item.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS)
    assert result.judged == 4
    assert home.warehouse.read_bytes() == before


def test_a_replay_of_one_quarter_judges_only_its_returns(settings: Settings) -> None:
    taken_in(settings, [KLI, SWG])

    result = replay_rule(settings, "B11", Severity.ERROR, Quarter(2026, 2))

    assert (result.judged, result.concerned) == (0, [])


def test_a_replay_respects_waivers(settings: Settings) -> None:
    taken_in(settings, [KLI, SWG])
    waived = waiving(settings, Waiver("B11", "SWG", "Abstimmung läuft", date(2026, 12, 31)))

    assert replay_rule(waived, "B11", Severity.ERROR, None).concerned == []
