"""A report compares with what the committee saw; what has become of that since stands in annex B."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from schemas.editions import editions
from schemas.facts import Basis, Comparison, Light, ReportFacts, Restatement, RestatementKind, Trend
from schemas.quarter import Quarter
from tests.builders import a_cooperation, an_indicator_value
from tests.transforms.report.returns import NOW, Q2, Q3, Return, a_light, a_return, facts_of, report_tables, the_project
from transforms.report.facts import build_facts, facts_json
from transforms.report.page_annex import restated as restated_data
from transforms.report.page_parts import Lookup

RELEASED = Comparison(Basis.RELEASED, date(2026, 7, 28), 1)


def compared(seen: Sequence[Return], now: Sequence[Return], quarter: Quarter = Q3, **options: object) -> ReportFacts:
    """The facts when the committee saw some returns, and others hold now."""
    return facts_of(*now, quarter=quarter, seen=report_tables(seen), comparison=RELEASED, **options)


def a_correction(*projects: object, **rows: object) -> Return:
    reason = {"correction_reason": "Ampel nachgetragen"}
    return a_return(quarter=Q2, projects=projects, version=2, cover=reason, **rows)  # type: ignore[arg-type]  # rows


def only(facts: ReportFacts) -> Restatement:
    [value] = facts.restated.values
    return value


def test_the_change_is_the_one_since_the_committee_saw_it() -> None:
    seen = [a_return(quarter=Q2, projects=[a_light("green")])]
    now = [a_correction(a_light("red")), a_return(projects=[a_light("red")])]

    facts = compared(seen, now)

    assert the_project(facts).trend is Trend.WORSE
    assert the_project(facts).before is Light.GREEN
    assert the_project(facts_of(*now)).trend is Trend.SAME


def test_a_corrected_value_is_told_with_what_was_printed_what_holds_when_and_why() -> None:
    seen = [a_return(quarter=Q2, projects=[a_light("green", budget_total=Decimal("200000.00"))])]
    now = [a_correction(a_light("green", budget_total=Decimal("200400.50"))), a_return()]

    value = only(compared(seen, now))

    assert (value.quarter, value.org_code, value.key, value.label) == (
        "Q2/2026",
        "KLI",
        "KLI-001",
        "Budget gesamt Plan",
    )
    assert (value.printed.text, value.now.text) == ("200.000,00 EUR", "200.400,50 EUR")
    assert (value.corrected_on, value.version, value.reason) == (date(2026, 10, 9), 2, "Ampel nachgetragen")
    assert [source.submission_id for figure in (value.printed, value.now) for source in figure.sources] == [
        "KLI-2026-Q2-1",
        "KLI-2026-Q2-2",
    ]


def test_codes_and_dates_are_told_in_words() -> None:
    seen = [a_return(quarter=Q2, projects=[a_light("green", end_forecast=date(2027, 6, 30))])]
    now = [a_correction(a_light("red", end_forecast=None)), a_return()]

    told = {value.label: (value.printed.text, value.now.text) for value in compared(seen, now).restated.values}

    assert told["Ampel gesamt"] == ("grün", "rot")
    assert told["Ende Prognose"] == ("30.06.2027", "–")


def test_rows_that_came_or_went_are_told_as_a_whole() -> None:
    seen = [a_return(quarter=Q2, projects=[a_light("green"), a_light("green", number=2)])]
    now = [a_correction(a_light("green"), a_light("green", number=3)), a_return()]

    told = {value.key: value for value in compared(seen, now).restated.values}

    assert {key: value.kind for key, value in told.items()} == {
        "KLI-002": RestatementKind.GONE,
        "KLI-003": RestatementKind.NEW,
    }
    assert (told["KLI-003"].printed.text, told["KLI-003"].now.text) == ("–", "gemeldet")


def test_offers_have_no_key_and_are_not_compared() -> None:
    seen = [a_return(quarter=Q2, cooperation=[a_cooperation()])]
    now = [a_return(quarter=Q2, version=2), a_return()]

    assert compared(seen, now).restated.values == ()


def test_a_return_that_came_after_the_report_is_late_and_was_not_delivered_then() -> None:
    facts = compared([a_return("SWG", Q2)], [a_return("SWG", Q2), a_return("KRG", Q2), a_return("KRG")])

    [late] = facts.restated.late
    assert (late.org_code, late.quarter, late.received_on.text, late.projects.value) == (
        "KRG",
        "Q2/2026",
        "09.10.2026",
        1,
    )
    assert "Kultur Räume" in facts.portfolio.missing_before
    [line] = restated_data(Lookup(facts))["late"]
    assert line == (
        "Kultur Räume hat für Q2/2026 nachgemeldet (eingegangen am 09.10.2026, 1\u00a0Projekt). "
        "Im Bericht galt sie als nicht geliefert."
    )


def test_nobody_delivered_for_the_released_report_is_seen_as_just_that() -> None:
    facts = compared([], [a_return(quarter=Q2), a_return()])

    assert not facts.portfolio.has_previous
    assert [late.org_code for late in facts.restated.late] == ["KLI"]


def test_courses_over_quarters_show_what_holds_now() -> None:
    def value(number: str, version: int = 1) -> Return:
        return a_return(quarter=Q2, version=version, kpi_value=[an_indicator_value(value=Decimal(number))])

    now = [value("12", 2), a_return(kpi_value=[an_indicator_value(value=Decimal(13))])]

    facts = compared([value("10")], now)

    [indicator] = facts.indicators
    assert [figure.text for figure in indicator.course] == ["12", "13"]
    assert only(facts).printed.text == "10"


def test_corrections_of_older_quarters_are_told_the_latest_quarter_first() -> None:
    def lights(quarter: Quarter, light: str, version: int = 1) -> Return:
        return a_return(quarter=quarter, version=version, projects=[a_light("green", status_scope=light)])

    seen = [lights(Q2, "green"), lights(Q2.previous, "green")]
    now = [lights(Q2, "yellow", 2), lights(Q2.previous, "yellow", 2), a_return()]

    assert [value.quarter for value in compared(seen, now).restated.values] == ["Q2/2026", "Q1/2026"]


def test_what_an_edition_may_not_show_is_not_told_as_corrected_either() -> None:
    secret = {"confidentiality": "confidential", "title": "Geheimes Vorhaben"}
    seen = [a_return(quarter=Q2, projects=[a_light("green", title="Geheimes Vorhaben"), a_light("green", number=2)])]
    now = [
        a_correction(a_light("red", **secret), a_light("green", number=2)),
        a_return(projects=[a_light("red", **secret), a_light("green", number=2)]),
    ]

    facts = compared(seen, now, edition=editions()["intern"])

    assert b"Geheimes" not in facts_json(facts)
    assert b"KLI-001" not in facts_json(facts)
    assert [count.before.value for count in facts.portfolio.lights if count.light is Light.GREEN] == [1]
    assert b"Geheimes" in facts_json(compared(seen, now))


def test_without_anything_seen_the_report_says_with_what_it_compares() -> None:
    facts = build_facts(report_tables([a_return(quarter=Q2), a_return()]), Q3, built_at=NOW)

    assert restated_data(Lookup(facts)) == {
        "basis": "„Vorher“ ist in diesem Bericht, was jetzt für das 2. Quartal 2026 gilt; ein damaliger Stand ist "
        "nicht bekannt. Seither wurde nichts berichtigt und nichts nachgemeldet.",
        "late": [],
        "rows": [],
        "more": "",
    }
    released = restated_data(Lookup(compared([a_return(quarter=Q2)], [a_return(quarter=Q2), a_return()])))
    assert "freigegeben am 28.07.2026" in released["basis"]
