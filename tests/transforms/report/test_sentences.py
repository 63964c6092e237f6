"""The three sentences of page 1, and what has changed: correct German, and the same every time."""

from datetime import date
from decimal import Decimal
from typing import Any

from schemas.facts import ReportFacts, figures_of
from schemas.quarter import Quarter
from tests.builders import a_decision, a_decision_request, a_funded_project, a_milestone
from tests.transforms.report.returns import Q2, Q3, Return, a_light, a_return, all_eight, facts_of


def lights(quarter: Quarter, *names: str) -> Return:
    return a_return(quarter=quarter, projects=[a_light(name, number=n) for n, name in enumerate(names, start=1)])


def said(facts: ReportFacts, position: int) -> str:
    return facts.summary[position].text.replace("\u00a0", " ")


def changes(facts: ReportFacts) -> list[str]:
    """What is said of the Klinikum's projects."""
    texts = [sentence.text.replace("\u00a0", " ") for sentence in facts.changes]
    return [sentence for sentence in texts if sentence.startswith("KLI-")]


def test_one_project_changed_and_several_changed() -> None:
    one = facts_of(lights(Q2, "green"), lights(Q3, "yellow"))
    several = facts_of(lights(Q2, "green", "green", "red"), lights(Q3, "yellow", "yellow", "yellow"))

    assert said(one, 0) == "Gegenüber dem 2. Quartal 2026 hat sich 1 Projekt verschlechtert (KLI-001)."
    assert said(several, 0) == (
        "Gegenüber dem 2. Quartal 2026 haben sich 2 Projekte verschlechtert (KLI-001 und KLI-002); "
        "1 Projekt hat sich verbessert (KLI-003)."
    )


def test_what_turned_red_is_said_first() -> None:
    one = facts_of(lights(Q2, "green", "green"), lights(Q3, "yellow", "red"))
    several = facts_of(lights(Q2, "green", "green", "green"), lights(Q3, "red", "red", "green"))

    assert said(one, 0) == (
        "Gegenüber dem 2. Quartal 2026 ist 1 Projekt rot geworden (KLI-002); "
        "1 weiteres Projekt hat sich verschlechtert (KLI-001)."
    )
    assert said(several, 0) == "Gegenüber dem 2. Quartal 2026 sind 2 Projekte rot geworden (KLI-001 und KLI-002)."


def test_new_projects_can_lead_the_sentence() -> None:
    facts = facts_of(lights(Q2, "green"), lights(Q3, "green", "green", "green"))

    assert said(facts, 0) == "Gegenüber dem 2. Quartal 2026 sind 2 Projekte neu (KLI-002 und KLI-003)."


def test_nothing_changed_and_nothing_to_compare_with() -> None:
    assert said(facts_of(lights(Q2, "green"), lights(Q3, "green")), 0) == (
        "Gegenüber dem 2. Quartal 2026 hat sich keine Gesamtampel geändert."
    )
    assert said(facts_of(lights(Q3, "green")), 0).startswith("Für das 2. Quartal 2026 liegt keine Meldung vor;")


def test_one_red_several_red_and_none() -> None:
    assert said(facts_of(lights(Q3, "red")), 1).startswith("Rot ist 1 von 1 laufenden Projekt (KLI-001);")
    assert said(facts_of(lights(Q3, "red", "red", "green")), 1).startswith(
        "Rot sind 2 von 3 laufenden Projekten (KLI-001 und KLI-002);"
    )
    assert said(facts_of(lights(Q3, "green", "green")), 1).startswith("Rot ist keines von 2 laufenden Projekten")


def test_expiring_grants_and_missing_returns_worry_too() -> None:
    project = a_funded_project(project_id="SWG-001", funding_end=date(2026, 12, 31))
    returns = [r for r in all_eight(without="KRG") if r.org_code != "SWG"]
    facts = facts_of(*returns, a_return("SWG", projects=[project]))

    assert said(facts, 1) == (
        "Rot ist keines von 7 laufenden Projekten; aus 1 Förderung sind 60 T€ noch nicht abgerufen und verfallen am "
        "31.12.2026; nicht geliefert hat Kultur Räume."
    )


def test_nobody_delivered() -> None:
    facts = facts_of()

    assert [said(facts, n) for n in range(3)] == [
        "Keine Gesellschaft hat geliefert; über Veränderungen lässt sich nichts sagen.",
        "Alle 8 Gesellschaften fehlen.",
        "Über Beschlussbedarf ist nichts bekannt.",
    ]


def test_one_request_and_several_with_money() -> None:
    direction = a_decision_request()
    funding = a_decision_request(decision_id="KLI-B02", decision_type="funding", amount=Decimal("67000.00"))

    assert said(facts_of(a_return(decision_request=[direction])), 2) == (
        "Der Lenkungskreis wird um 1 Entscheidung gebeten; sie wird bis zum 15.11.2026 benötigt."
    )
    assert said(facts_of(a_return(decision_request=[direction, funding])), 2) == (
        "Der Lenkungskreis wird um 2 Entscheidungen gebeten, darunter 1 Mittelfreigabe über 67 T€; "
        "die erste wird bis zum 15.11.2026 benötigt."
    )


def test_what_happened_to_a_project_is_one_sentence() -> None:
    before = a_light("yellow", end_forecast=date(2027, 6, 30), forecast_total=Decimal("200000.00"))
    now = a_light("red", end_forecast=date(2027, 9, 30), forecast_total=Decimal("220000.00"), status_reason="Neu.")
    facts = facts_of(a_return(quarter=Q2, projects=[before]), a_return(projects=[now]))

    assert changes(facts) == [
        (
            "KLI-001 „Patientenportal KLI-001“ (Klinikum): Gesamtampel von ▲ gelb auf ◆ rot; "
            "Prognose steigt um 20 T€ auf 220 T€; Ende um 92 Tage später, jetzt 30.09.2027."
        )
    ]


def test_the_weightiest_change_stands_first() -> None:
    facts = facts_of(lights(Q2, "red", "green", "green", "red"), lights(Q3, "green", "yellow", "red", "red"))

    assert [sentence[:7] for sentence in changes(facts)] == ["KLI-003", "KLI-004", "KLI-002", "KLI-001"]


def test_missing_returns_are_told_one_by_one_until_there_are_many() -> None:
    few = facts_of(*all_eight(Q2), *all_eight(Q3, without="KRG"))
    many = facts_of(*all_eight(Q2), a_return("SWG"))

    assert [s.text for s in few.changes] == [
        "Kultur Räume hat nicht geliefert; die letzte Meldung ist die für Q2/2026."
    ]
    assert [s.text for s in many.changes] == [
        (
            "Nicht geliefert haben Stadtbibliothek, Volkshochschule, Klinikum, Sparkasse, conceptGT, Kultur Räume und "
            "Gütersloh Marketing."
        )
    ]


def test_a_milestone_moved_for_the_third_time_is_told() -> None:
    days = [date(2026, 12, 15), date(2026, 11, 15), date(2026, 10, 31), date(2026, 6, 30)]
    returns = [
        a_return(quarter=Q3.shifted(-back), milestone=[a_milestone(date_forecast=day)]) for back, day in enumerate(days)
    ]

    assert changes(facts_of(*returns)) == [
        (
            "KLI-001 „Patientenportal KLI-001“ (Klinikum): „Pilotstation produktiv“ zum 3. Mal verschoben, "
            "jetzt auf den 15.12.2026."
        )
    ]


def test_a_milestone_reached_in_the_quarter_is_told_and_an_old_one_is_not() -> None:
    reached = {"milestone_status": "reached", "date_forecast": date(2026, 8, 28)}
    milestones = [
        a_milestone(title="Zuschlag", date_baseline=date(2026, 5, 31), date_actual=date(2026, 8, 28), **reached),
        a_milestone(milestone_no=2, date_baseline=date(2026, 8, 31), date_actual=date(2026, 8, 28), **reached),
        a_milestone(milestone_no=3, title="Auftakt", date_actual=date(2026, 6, 30), **reached),
    ]

    assert changes(facts_of(a_return(milestone=milestones))) == [
        (
            "KLI-001 „Patientenportal KLI-001“ (Klinikum): „Zuschlag“ erreicht, 89 Tage nach Plan; "
            "„Pilotstation produktiv“ erreicht."
        )
    ]


def test_a_light_better_than_days_and_amounts_allow_is_told_and_a_worse_one_is_not() -> None:
    late = {"end_baseline": date(2026, 12, 31), "end_forecast": date(2027, 12, 31)}

    assert changes(facts_of(a_return(projects=[a_light("green", **late)]))) == [
        "KLI-001 „Patientenportal KLI-001“ (Klinikum): gemeldet ● grün, nach Terminen und Beträgen aber ▲ gelb."
    ]
    assert changes(facts_of(a_return(projects=[a_light("yellow", **late)]))) == []
    assert changes(facts_of(a_return(projects=[a_light("red", **late)]))) == []


def test_a_plan_changed_by_a_decision_of_the_quarter_is_told_with_the_decision() -> None:
    plan = {"end_baseline": date(2027, 3, 31), "end_forecast": date(2027, 3, 31), "budget_total": Decimal("250000.00")}
    new = {"new_end_baseline": date(2027, 3, 31), "new_budget_total": Decimal("250000.00")}
    at, about = date(2026, 8, 14), {"project_id": "KLI-001", "decision_id": None}
    returns = [a_return(projects=[a_light("green", forecast_total=Decimal("250000.00"), **plan)])]

    def told(**decision: Any) -> list[str]:
        given = [a_decision(**{"decision_no": "LK-2026-02", "meeting_date": at, **about, **new, **decision})]
        return changes(facts_of(*returns, decisions=given))

    assert told() == [
        (
            "KLI-001 „Patientenportal KLI-001“ (Klinikum): neues Planende 31.03.2027 (Beschluss LK-2026-02); "
            "neues Planbudget 250 T€ (Beschluss LK-2026-02)."
        )
    ]
    assert told(outcome="rejected") == told(meeting_date=date(2026, 6, 30)) == told(project_id="KLI-002") == []
    assert told(new_end_baseline=date(2027, 4, 30), new_budget_total=None) == []


def test_what_a_sentence_is_about_can_be_set_apart() -> None:
    change = facts_of(lights(Q2, "green"), lights(Q3, "yellow")).changes[-1]

    assert change.lead.replace("\u00a0", " ") == "KLI-001 „Patientenportal KLI-001“ (Klinikum)"
    assert change.text.startswith(change.lead + ": Gesamtampel")


def test_green_beside_an_overdue_milestone_is_told() -> None:
    facts = facts_of(a_return(milestone=[a_milestone(date_baseline=date(2026, 9, 29))]))

    assert changes(facts) == [
        (
            "KLI-001 „Patientenportal KLI-001“ (Klinikum): „Pilotstation produktiv“ seit 1 Tag überfällig, "
            "Ampel Termin aber grün."
        )
    ]


def test_every_sentence_speaks_of_figures_that_exist() -> None:
    facts = facts_of(*all_eight(Q2), lights(Q3, "red", "yellow"), a_return("SWG"))
    known = {figure.id for figure in figures_of(facts)}

    for sentence in (*facts.summary, *facts.changes):
        assert set(sentence.figures) <= known
