from tests.builders import a_history, a_project, a_red_project, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell

BEFORE = a_history(a_version(projects=[a_red_project(status_reason="Lieferverzug;  Ersatz bestellt.")]))


def test_a_new_reason_holds() -> None:
    assert found("Q10", a_submission([a_red_project(status_reason="Ersatz ist da.")]), BEFORE) == []


def test_the_same_words_are_remarked_whatever_their_spacing() -> None:
    [finding] = found("Q10", a_submission([a_red_project(status_reason="Lieferverzug; Ersatz bestellt.")]), BEFORE)

    assert finding.place == the_cell("project", "status_reason")
    assert finding.message == "KLI-001: Begründung ist wortgleich mit dem Vorquartal."


def test_no_reason_is_no_repetition() -> None:
    green = a_history(a_version(projects=[a_project(status_reason=None)]))

    assert found("Q10", a_submission([a_project(status_reason=None)]), green) == []
