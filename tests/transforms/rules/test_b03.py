from tests.builders import a_decision_request, a_project, a_red_project, a_risk, a_submission
from tests.transforms.rules.judging import found, the_cell


def test_a_red_project_with_a_risk_holds() -> None:
    assert found("B03", a_submission([a_red_project()], risks=[a_risk()])) == []


def test_a_red_project_with_a_request_holds() -> None:
    assert found("B03", a_submission([a_red_project()], decision_requests=[a_decision_request()])) == []


def test_a_red_project_with_neither_is_told_at_its_light() -> None:
    general = a_risk(project_id="ALLG")

    [finding] = found("B03", a_submission([a_red_project()], risks=[general]))

    assert finding.place == the_cell("project", "status_overall")
    assert finding.message == "KLI-001 ist rot, hat aber weder Risiko noch Beschlussbedarf."


def test_a_closed_risk_threatens_nothing_any_more() -> None:
    assert len(found("B03", a_submission([a_red_project()], risks=[a_risk(risk_trend="closed")]))) == 1


def test_a_green_or_cancelled_project_needs_none() -> None:
    cancelled = a_red_project(project_id="KLI-002", phase="cancelled", next_step=None)

    assert found("B03", a_submission([a_project(), cancelled])) == []


def test_a_risk_whose_project_is_unreadable_may_be_the_one() -> None:
    assert found("B03", a_submission([a_red_project()], risks=[a_risk(failed=["project_id"])])) == []
