"""Editions: what lies above an edition's level is left out before anything is computed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from schemas.editions import editions, full_edition, table_levels
from schemas.facts import ReportFacts
from schemas.findings import Finding
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.stored import stored_tables
from schemas.submission import Row, Value
from tests.builders import (
    a_cooperation,
    a_decision,
    a_decision_request,
    a_funded_project,
    a_milestone,
    a_project,
    a_risk,
    an_indicator_value,
)
from tests.transforms.report.returns import NOW, Q2, Q3, Return, a_light, a_return, all_eight, report_tables
from transforms.report.facts import build_facts, facts_json

INTERN, OEFFENTLICH = editions()["intern"], editions()["oeffentlich"]
LOWER = [INTERN, OEFFENTLICH]
CANARY = "Kanarienvogel"


def of_level(level: str | None, org_code: str = "KLI", number: int = 1, **overrides: Any) -> Row:
    return a_project(project_id=f"{org_code}-{number:03d}", confidentiality=level, **overrides)


def told(edition: str, *returns: Return, decisions: Iterable[Mapping[str, Value]] = ()) -> ReportFacts:
    return build_facts(report_tables(returns, decisions), Q3, built_at=NOW, edition=editions()[edition])


def with_a_secret(*, secret: bool, quarter: Quarter = Q3, level: str = "confidential") -> list[Return]:
    """The eight; the Klinikum has, or has not, a project above the level, with something of it in every table."""
    hidden = "KLI-009"
    shown = a_light("yellow", confidentiality="public", title="Sichtbares Vorhaben")
    projects = [shown]
    rows: dict[str, list[Row]] = {
        "milestone": [a_milestone(project_id="KLI-001")],
        "risk": [a_risk(project_id="KLI-001")],
        "decision_request": [a_decision_request(project_id="KLI-001")],
        "kpi_value": [an_indicator_value()],
    }
    if secret:
        projects.append(
            a_funded_project(
                project_id=hidden,
                confidentiality=level,
                title=f"{CANARY} Titel",
                benefit=f"{CANARY} Nutzen",
                status_overall="red",
                cause_code="supplier",
                status_reason=f"{CANARY} Grund",
                next_step=f"{CANARY} Schritt",
                budget_total=Decimal("77777777.77"),
                funding_end=date(2026, 12, 31),
            )
        )
        rows["milestone"].append(a_milestone(project_id=hidden, title=f"{CANARY} Meilenstein"))
        rows["risk"].append(a_risk(risk_id="KLI-R09", project_id=hidden, risk_text=f"{CANARY} Risiko"))
        rows["decision_request"].append(
            a_decision_request(decision_id="KLI-B09", project_id=hidden, subject=f"{CANARY} Beschluss")
        )
    findings = [Finding("C06", Place("Projekte", 5, 11), value="#REF!")]
    if secret:
        findings.append(Finding("C06", Place("Projekte", 6, 11), value="#REF!"))
    cover = {"overall_assessment": None}
    own = a_return(quarter=quarter, projects=projects, findings=findings, cover=cover, **rows)
    return [*(r for r in all_eight(quarter) if r.org_code != "KLI"), own]


@pytest.mark.parametrize("level", ["confidential", None])
def test_a_lower_edition_is_the_same_as_if_the_hidden_rows_had_never_been_reported(level: str | None) -> None:
    def facts(*, secret: bool) -> bytes:
        returns = [*with_a_secret(secret=secret, quarter=Q2), *with_a_secret(secret=secret)]
        if level is None:
            returns = [_without_level(accepted) for accepted in returns]
        return facts_json(told("intern", *returns))

    assert facts(secret=True) == facts(secret=False)


def _without_level(accepted: Return) -> Return:
    projects = tuple(
        structs.replace(row, values={**row.values, "confidentiality": None})
        if row.values["project_id"] == "KLI-009"
        else row
        for row in accepted.rows["project"]
    )
    return replace(accepted, rows={**accepted.rows, "project": projects})


@pytest.mark.parametrize("edition", LOWER, ids=lambda edition: edition.key)
def test_nothing_of_a_hidden_row_is_in_the_facts(edition: Any) -> None:
    facts = facts_json(told(edition.key, *with_a_secret(secret=True, quarter=Q2), *with_a_secret(secret=True)))

    assert CANARY.encode() not in facts
    assert b"KLI-009" not in facts
    assert b"77777777" not in facts
    assert CANARY.encode() in facts_json(told("lenkungskreis", *with_a_secret(secret=True)))


def test_the_edition_says_what_it_leaves_out_whether_or_not_there_was_something() -> None:
    for secret in (True, False):
        assert told("intern", *with_a_secret(secret=secret)).edition.boundary.startswith("Diese Ausgabe enthält keine")
    assert full_edition().boundary == ""


def test_the_public_edition_has_public_projects_and_nothing_written_for_the_committee() -> None:
    accepted = a_return(
        projects=[of_level("public", number=1), of_level("internal", number=2), of_level("confidential", number=3)],
        milestone=[a_milestone(project_id="KLI-001"), a_milestone(project_id="KLI-002")],
        risk=[a_risk(project_id="KLI-001"), a_risk(risk_id="KLI-R02", project_id="ALLG")],
        decision_request=[a_decision_request(project_id="KLI-001")],
        cooperation=[a_cooperation()],
        kpi_value=[an_indicator_value()],
    )
    facts = told("oeffentlich", accepted, decisions=[a_decision(project_id="KLI-001")])

    assert [p.project_id for p in facts.projects] == ["KLI-001"]
    assert {m.project_id for m in facts.milestones} == {"KLI-001"}
    assert (facts.risks, facts.requests, facts.cooperation, facts.decisions, facts.indicators) == ((), (), (), (), ())
    assert {o.assessment for o in facts.organisations} == {None}
    assert facts.summary[2].text == "Beschlussbedarf ist nicht Teil dieser Ausgabe."


def test_confidential_indicators_are_hidden_from_the_internal_edition() -> None:
    accepted = a_return("SPK", kpi_value=[an_indicator_value(kpi_code="SPK-01"), an_indicator_value(kpi_code="ALL-01")])

    assert [i.kpi_code for i in told("intern", accepted).indicators] == ["ALL-01"]
    assert {i.kpi_code for i in told("lenkungskreis", accepted).indicators} == {"SPK-01", "ALL-01"}


def test_what_has_become_confidential_is_hidden_in_every_quarter() -> None:
    before = a_return(quarter=Q2, projects=[of_level("public", number=1), of_level("public", number=2)])
    now = a_return(projects=[of_level("public", number=1), of_level("confidential", number=2)])
    facts = told("oeffentlich", before, now)

    assert b"KLI-002" not in facts_json(facts)
    assert facts.portfolio.dropped == ()


def test_what_was_confidential_is_told_from_the_quarter_on_in_which_it_is_not() -> None:
    before = a_return(quarter=Q2, projects=[of_level("confidential", forecast_total=Decimal("12345678.00"))])
    now = a_return(projects=[of_level("public")])
    facts = told("oeffentlich", before, now)

    assert [p.project_id for p in facts.projects] == ["KLI-001"]
    assert b"12345678" not in facts_json(facts)


def test_what_a_correction_made_confidential_is_hidden_in_what_was_seen_before() -> None:
    seen = a_return(quarter=Q2, projects=[of_level("public", title="Einst öffentlich")])
    corrected = a_return(quarter=Q2, projects=[of_level("confidential", title="Einst öffentlich")], version=2)
    facts = build_facts(report_tables([corrected]), Q3, built_at=NOW, edition=OEFFENTLICH, seen=report_tables([seen]))

    assert b"KLI-001" not in facts_json(facts)
    assert b"Einst" not in facts_json(facts)


def test_a_project_that_is_gone_stays_hidden() -> None:
    before = a_return(quarter=Q2, projects=[of_level("confidential", title="Streng Geheimes")])
    facts = told("intern", before, a_return(projects=[of_level("public", number=2)]))

    assert facts.portfolio.dropped == ()
    assert b"Geheimes" not in facts_json(facts)


def test_other_texts_that_name_a_hidden_project_are_replaced() -> None:
    telling = of_level("public", next_step="Wartet auf kli-002.", title="Sichtbares Vorhaben")
    hidden = of_level("confidential", number=2, title="Geheime Sache")
    risk = a_risk(project_id="KLI-001", risk_text="Die geheime Sache verzögert sich.")
    facts = told("intern", a_return(projects=[telling, hidden], risk=[risk]))

    assert facts.projects[0].next_step == "[in dieser Ausgabe nicht gezeigt]"
    assert facts.risks[0].risk_text == "[in dieser Ausgabe nicht gezeigt]"


def test_what_an_organisation_says_as_a_whole_is_as_confidential_as_its_projects() -> None:
    cover = {"overall_assessment": "Alles im Griff."}
    open_one = a_return("VHS", projects=[of_level("internal", "VHS")], cover=cover)
    secretive = a_return(projects=[of_level("confidential")], cover=cover)
    facts = told("intern", open_one, secretive)

    assert {o.org_code: o.assessment for o in facts.organisations if o.org_code in ("VHS", "KLI")} == {
        "VHS": "Alles im Griff.",
        "KLI": None,
    }


def test_a_decision_stands_and_falls_with_its_project_or_its_request() -> None:
    requests = [
        a_decision_request(decision_id="KLI-B01", project_id="KLI-001"),
        a_decision_request(decision_id="KLI-B02", project_id="KLI-002"),
    ]
    accepted = a_return(projects=[of_level("public"), of_level("confidential", number=2)], decision_request=requests)
    decisions = [
        a_decision(decision_no="LK-2026-01", decision_id=None, project_id="KLI-002"),
        a_decision(decision_no="LK-2026-02", decision_id="KLI-B02", project_id=None),
        a_decision(decision_no="LK-2026-03", decision_id="KLI-B01", project_id=None),
        a_decision(decision_no="LK-2026-04", decision_id=None, project_id="KLI-001"),
        a_decision(decision_no="LK-2026-05", decision_id=None, project_id=None),
    ]

    shown = {decision.decision_no for decision in told("intern", accepted, decisions=decisions).decisions}

    assert shown == {"LK-2026-03", "LK-2026-04", "LK-2026-05"}


def test_the_full_edition_shows_everything() -> None:
    returns = with_a_secret(secret=True)
    everything = report_tables(returns)

    assert facts_json(build_facts(everything, Q3, built_at=NOW)) == facts_json(told("lenkungskreis", *returns))
    assert full_edition().levels == ("public", "internal", "confidential")


def test_every_returned_table_has_a_level() -> None:
    versioned = {name for name, table in stored_tables().items() if table.is_versioned}

    assert set(table_levels()) == versioned
