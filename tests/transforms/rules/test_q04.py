from decimal import Decimal

import pytest

from tests.builders import a_history, a_project, a_submission, a_version
from tests.transforms.rules.judging import found, the_cell


def test_progress_that_stands_still_holds() -> None:
    history = a_history(a_version(projects=[a_project(progress_pct=Decimal(50))]))

    assert found("Q04", a_submission([a_project(progress_pct=Decimal(50))]), history) == []


def test_fallen_progress_is_a_warning() -> None:
    history = a_history(a_version(projects=[a_project(progress_pct=Decimal(55))]))

    [finding] = found("Q04", a_submission(), history)

    assert finding.place == the_cell("project", "progress_pct")
    assert finding.message == "KLI-001: Fortschritt oder Phase ist zurückgegangen."


@pytest.mark.parametrize(
    ("before", "now"),
    [("implementation", "pilot"), ("paused", "idea"), ("operation", "paused"), ("pilot", "cancelled")],
)
def test_forward_pausing_and_cancelling_hold(before: str, now: str) -> None:
    history = a_history(a_version(projects=[a_project(phase=before)]))

    assert found("Q04", a_submission([a_project(phase=now)]), history) == []


@pytest.mark.parametrize(("before", "now"), [("pilot", "implementation"), ("completed", "operation")])
def test_a_phase_that_went_back_is_a_warning(before: str, now: str) -> None:
    history = a_history(a_version(projects=[a_project(phase=before)]))

    [finding] = found("Q04", a_submission([a_project(phase=now)]), history)

    assert finding.place == the_cell("project", "phase")
