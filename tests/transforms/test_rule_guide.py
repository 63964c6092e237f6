"""„Die Regeln“: every rule is explained to those who are judged by it."""

import string
from pathlib import Path

import pytest

from schemas.findings import Finding, rules
from schemas.tabular import read_definitions
from transforms.rule_guide import explanations, rule_guide

DOCS = Path(__file__).parents[2] / "docs"


def test_every_rule_is_explained_in_the_order_of_the_catalogue() -> None:
    assert list(explanations()) == list(rules())
    for told in explanations().values():
        assert told.meaning.endswith(".")
        assert told.remedy.endswith(".")


@pytest.mark.parametrize("row", read_definitions("rule_guide"), ids=lambda row: row["rule"])
def test_an_example_fills_each_placeholder_of_its_rule_and_no_other(row: dict[str, str]) -> None:
    wanted = {name for _, name, _, _ in string.Formatter().parse(rules()[row["rule"]].message) if name}

    assert {pair.partition("=")[0] for pair in row["example"].split("|") if pair} == wanted


def test_the_page_has_a_section_for_each_rule_with_its_severity_and_example() -> None:
    page = rule_guide()

    for name, rule in rules().items():
        section = page.partition(f"\n### {name} · {rule.latest.severity.label}\n")[2].partition("\n### ")[0]
        assert explanations()[name].example in section
        assert explanations()[name].remedy in section


def test_an_example_is_the_sentence_that_a_finding_would_say() -> None:
    finding = Finding("X04", details={"projekt": "KLI-001", "farbe": "rot"})

    assert explanations()["X04"].example == finding.message


def test_the_page_in_docs_is_current() -> None:
    assert (DOCS / "regeln.md").read_text(encoding="utf-8") == rule_guide().rstrip("\n") + "\n"
