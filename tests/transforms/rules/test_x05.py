import pytest

from tests.builders import a_project, a_submission
from tests.transforms.rules.judging import found, the_cell

EXPLAINED = {"cause_code": "staff", "status_reason": "Stelle ist ausgeschrieben."}


def test_green_with_a_yellow_part_holds() -> None:
    assert found("X05", a_submission([a_project(status_cost="yellow", **EXPLAINED)])) == []


def test_yellow_with_a_red_part_holds() -> None:
    assert found("X05", a_submission([a_project(status_overall="yellow", status_cost="red", **EXPLAINED)])) == []


@pytest.mark.parametrize(
    ("light", "part"), [("status_schedule", "Termin"), ("status_cost", "Kosten"), ("status_scope", "Inhalt")]
)
def test_green_with_a_red_part_is_told_at_the_overall_light(light: str, part: str) -> None:
    [finding] = found("X05", a_submission([a_project(**{light: "red"}, **EXPLAINED)]))

    assert finding.place == the_cell("project", "status_overall")
    assert finding.message == f"KLI-001: Gesamtampel grün, aber Ampel {part} ist rot."


def test_several_red_parts_are_told_in_one_sentence() -> None:
    [finding] = found("X05", a_submission([a_project(status_cost="red", status_scope="red", **EXPLAINED)]))

    assert finding.message == "KLI-001: Gesamtampel grün, aber Ampel Kosten/Inhalt ist rot."
