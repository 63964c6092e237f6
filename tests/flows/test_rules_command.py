"""``die8 rules``: the catalogue as it stands, and a rule tried out on the archive."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.clock import BERLIN
from flows.commands.rules import list_rules, replay
from flows.commands.status import show_status
from flows.settings import Settings, load_settings
from flows.usage import UsageError
from schemas.findings import Severity, rules
from schemas.quarter import Quarter
from tests.sample_homes import SampleHomes

Q1 = Quarter(2026, 1)
WAIVER = """
[[waivers]]
rule = "X04"
org = "KLI"
reason = "Umstellung [bold]"
until = 2026-12-31
"""


@pytest.fixture(scope="module")
def settings(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the samples of the first two quarters."""
    return load_settings(sample_homes.copy(tmp_path_factory.mktemp("home"), "2025-Q4", "2026-Q1"))


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_rule_is_listed_with_an_example_of_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list_rules(load_settings(tmp_path), as_json=True) == 0

    documents = printed(capsys)
    assert [document["rule"] for document in documents] == list(rules())
    [x01] = [document for document in documents if document["rule"] == "X01"]
    assert {name: x01[name] for name in ("family", "severity", "state", "since", "waivers")} == {
        "family": "X",
        "severity": "error",
        "state": "active",
        "since": None,
        "waivers": [],
    }
    assert x01["example"] == "KLI-001: Ende Prognose liegt vor Beginn."


def test_waivers_are_listed_with_their_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "die8.toml").write_text(WAIVER, encoding="utf-8")

    list_rules(load_settings(tmp_path), as_json=True)
    documents = printed(capsys)
    list_rules(load_settings(tmp_path), as_json=False)

    [x04] = [document for document in documents if document["waivers"]]
    assert (x04["rule"], x04["waivers"][0]["organisation"], x04["waivers"][0]["until"]) == ("X04", "KLI", "2026-12-31")
    assert "waived: X04 KLI until 2026-12-31: Umstellung [bold]" in capsys.readouterr().out


def test_a_rule_is_tried_out_on_the_archived_samples(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(settings, "b12", severity=Severity.ERROR, quarter=Q1, as_json=True) == 1

    by_file = {document["file"]: document for document in printed(capsys)}
    assert set(by_file) == {"sparkasse_2026-q1.xlsx", "Statusbericht Stadtwerke 2026-Q1 final.xlsx"}
    bank = by_file["sparkasse_2026-q1.xlsx"]
    assert (bank["organisation"], bank["quarter"], bank["told_today"], bank["changes_verdict"]) == (
        "SPK",
        "2026-Q1",
        True,
        True,
    )
    assert (bank["verdict"], bank["verdict_then"]) == ("accepted", "accepted_with_findings")
    assert {(finding["rule"], finding["severity"]) for finding in bank["findings"]} == {("B12", "error")}


def test_people_are_told_how_many_returns_are_concerned(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(settings, "X01", severity=None, quarter=None, as_json=False) == 0

    assert "X01 as error: 0 of 15 returns concerned, 0 with another verdict." in capsys.readouterr().out


@pytest.mark.parametrize(("name", "complaint"), [("X99", "unknown rule X99"), ("S01", "cannot be sharpened")])
def test_what_cannot_be_tried_out_is_wrong_usage(settings: Settings, name: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        replay(settings, name, severity=None, quarter=None, as_json=False)


def test_status_names_who_is_overdue_once_the_deadline_has_passed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    deadline = datetime(2026, 4, 16, 12, tzinfo=BERLIN)

    show_status(settings, Q1, deadline, as_json=True)
    before = printed(capsys)
    show_status(settings, Q1, deadline.replace(day=17), as_json=True)
    after = printed(capsys)

    assert not any("findings" in document for document in before)
    [late] = [document for document in after if "findings" in document]
    assert late["organisation"] == "KRG"
    assert [finding["rule"] for finding in late["findings"]] == ["F10"]
    assert "mit Stand Q4/2025" in late["findings"][0]["message"]
