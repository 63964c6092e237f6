"""F10 belongs to no file; what is asked for here is `overdue_returns`."""

from collections.abc import Mapping
from datetime import date

import pytest

from schemas.findings import Finding, Severity
from schemas.quarter import Quarter
from transforms.rules.punctuality import overdue_returns

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
DEADLINE = date(2026, 10, 14)
THE_DAY_AFTER = date(2026, 10, 15)


def overdue(last_delivered: Mapping[str, Quarter], today: date = THE_DAY_AFTER) -> Mapping[str, Finding]:
    return overdue_returns(("KLI", "KRG"), last_delivered, Q3, DEADLINE, today)


def test_who_has_not_delivered_is_named_with_the_last_state_known() -> None:
    [(code, finding)] = overdue({"KLI": Q3, "KRG": Quarter(2026, 1)}).items()

    assert (code, finding.rule, finding.severity, finding.place) == ("KRG", "F10", Severity.ERROR, None)
    assert finding.message == (
        "Für Kultur Räume liegt zum 14.10.2026 keine Meldung vor. "
        "Im Bericht erscheint „nicht geliefert“ mit Stand Q1/2026."
    )


def test_who_has_never_delivered_has_no_state() -> None:
    finding = overdue({"KLI": Q3})["KRG"]

    assert "mit Stand „keine frühere Meldung“" in finding.message


@pytest.mark.parametrize("today", [date(2026, 10, 1), DEADLINE])
def test_up_to_the_deadline_nobody_is_overdue(today: date) -> None:
    assert overdue({}, today) == {}


def test_who_is_not_expected_is_not_missed() -> None:
    assert "STA" not in overdue({})
    assert list(overdue({})) == ["KLI", "KRG"]
