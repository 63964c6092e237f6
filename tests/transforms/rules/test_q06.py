import pytest

from schemas.findings import Severity
from tests.builders import a_history, a_project, a_red_project, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell


@pytest.mark.parametrize("before", ["yellow", "red", "grey"])
def test_red_after_another_light_than_green_holds(before: str) -> None:
    history = a_history(a_version(projects=[a_project(status_overall=before)]))

    assert found("Q06", a_submission([a_red_project()]), history) == []


def test_a_jump_from_green_to_red_is_remarked() -> None:
    [finding] = found("Q06", a_submission([a_red_project()]), a_history())

    assert finding.severity is Severity.INFO
    assert finding.place == the_cell("project", "status_overall")
    assert finding.message == "KLI-001: Sprung von grün auf rot ohne Zwischenstufe."


def test_a_project_that_begins_red_did_not_jump() -> None:
    newcomer = a_red_project(project_id="KLI-002")

    assert found("Q06", a_submission([a_project(), newcomer]), a_history()) == []
