"""The Ampelbilanz with its change, and the matrix of moves."""

from schemas.facts import Light, LightCount, ReportFacts
from tests.transforms.report.returns import Q2, Q3, a_light, a_return, all_eight, facts_of


def the_count(facts: ReportFacts, light: Light) -> LightCount:
    return next(count for count in facts.portfolio.lights if count.light is light)


def the_moves(facts: ReportFacts) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(cell.before, cell.now): cell.project_ids for cell in facts.portfolio.migration}


def test_lights_are_counted_with_their_change() -> None:
    before = [a_light("green", number=1), a_light("green", number=2), a_light("yellow", number=3)]
    now = [a_light("green", number=1), a_light("red", number=2), a_light("red", number=3)]
    facts = facts_of(a_return(quarter=Q2, projects=before), a_return(projects=now))
    red, green, grey = (the_count(facts, light) for light in (Light.RED, Light.GREEN, Light.GREY))

    assert (red.count.value, red.change.text) == (2, "+2")
    assert (green.count.value, green.change.text) == (1, "−1")
    assert (grey.count.value, grey.change.text) == (0, "±0")
    assert facts.portfolio.running.value == 3


def test_a_count_names_the_cells_that_it_counts() -> None:
    red = the_count(facts_of(a_return(projects=[a_light("red")])), Light.RED).count

    assert red.id == "lights.red.count"
    assert [(source.key, source.field) for source in red.sources] == [("KLI-001", "status_overall")]


def test_without_a_quarter_before_there_is_no_change() -> None:
    facts = facts_of(a_return())

    assert not facts.portfolio.has_previous
    assert {count.change.value for count in facts.portfolio.lights} == {None}
    assert facts.portfolio.migration == ()


def test_an_organisation_that_did_not_deliver_is_counted_neither_green_nor_with_its_old_light() -> None:
    facts = facts_of(*all_eight(Q2), *all_eight(Q3, without="KRG"))

    assert the_count(facts, Light.GREEN).count.value == 7
    assert the_count(facts, Light.NOT_DELIVERED).count.value == 1
    assert facts.portfolio.running.value == 7
    assert the_moves(facts)["green", "not_delivered"] == ("KRG-001",)


def test_who_had_not_delivered_before_was_not_green_then() -> None:
    facts = facts_of(*all_eight(Q2.previous), *all_eight(Q2, without="KRG"), *all_eight(Q3))

    assert the_count(facts, Light.NOT_DELIVERED).before.value == 1
    assert the_count(facts, Light.GREEN).change.text == "+1"
    assert facts.portfolio.missing_before == ("Kultur Räume",)
    assert the_moves(facts)["not_delivered", "green"] == ("KRG-001",)


def test_every_running_project_stands_once_in_the_matrix() -> None:
    before = [a_light("green", number=n) for n in (1, 2, 3)]
    now = [a_light("red", number=1), a_light("green", number=2, phase="completed"), a_light("grey", number=4)]
    facts = facts_of(a_return(quarter=Q2, projects=before), a_return(projects=now))

    assert the_moves(facts) == {
        ("green", "red"): ("KLI-001",),
        ("green", "completed"): ("KLI-002",),
        ("green", "dropped"): ("KLI-003",),
        ("new", "grey"): ("KLI-004",),
    }


def test_a_project_that_is_gone_without_being_closed_is_named() -> None:
    facts = facts_of(a_return(quarter=Q2, projects=[a_light("green"), a_light("green", number=2)]), a_return())

    assert facts.portfolio.dropped == ("KLI-002 Patientenportal KLI-002",)


def test_the_city_may_report_without_being_counted_among_the_eight() -> None:
    facts = facts_of(*all_eight(), a_return("STA"))

    assert (facts.delivery.delivered.value, facts.delivery.expected.value) == (8, 8)
    assert facts.portfolio.running.value == 9


def test_the_city_is_not_missed() -> None:
    facts = facts_of(*all_eight())

    assert [o.org_code for o in facts.delivery.organisations if not o.is_counted] == []
