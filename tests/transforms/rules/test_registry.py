"""Catalogue, register, functions and tests name the same rules."""

import re
from pathlib import Path

import pytest

from schemas.contract import Required, tables
from schemas.findings import rules
from transforms.rules.conditions import conditions
from transforms.rules.engine import JUDGEMENTS
from transforms.rules.registry import Breach, ReturnJudgement, rule, rule_of_return

HERE = Path(__file__).parent
EMITTED_WHILE_READING = {
    *("F01", "F02", "F03", "F04", "F05", "F06", "F07"),
    *("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09"),
    *("C02", "C03", "C04", "C05", "C06", "C08", "C10", "C11", "C12", "C13"),
}
"""Given by reader and parser, where bytes and cells are seen."""
EMITTED_BY_INTAKE = {"F08", "F11"}
"""Given where the archive and the channel of a delivery are known."""
EMITTED_WITH_THE_VERDICT = {"F09"}
"""Given by the engine, which knows the file that counts once the verdict has been taken."""
EMITTED_WHEN_ASKED = {"F10"}
"""Belongs to no file: what did not come is worked out when somebody asks."""


def spoken_for() -> set[str]:
    names = {judgement.rule for judgement in JUDGEMENTS}
    for judgement in JUDGEMENTS:
        if isinstance(judgement, ReturnJudgement):
            names |= set(judgement.speaks_for)
    return names


def test_every_rule_of_the_catalogue_is_judged_or_told_elsewhere() -> None:
    elsewhere = EMITTED_WHILE_READING | EMITTED_BY_INTAKE | EMITTED_WITH_THE_VERDICT | EMITTED_WHEN_ASKED

    assert spoken_for() | elsewhere == set(rules())
    assert not spoken_for() & elsewhere


@pytest.mark.parametrize("name", sorted(spoken_for() | EMITTED_WITH_THE_VERDICT))
def test_every_judgement_has_its_test_file(name: str) -> None:
    tests = (HERE / f"test_{name.lower()}.py").read_text(encoding="utf-8")

    assert f'found("{name}"' in tests


def test_every_test_file_of_a_rule_has_a_judgement() -> None:
    tested = {path.stem[5:].upper() for path in HERE.glob("test_*.py") if re.fullmatch(r"test_[a-z]\d\d", path.stem)}

    assert tested == spoken_for() | EMITTED_WITH_THE_VERDICT | EMITTED_WHEN_ASKED


@pytest.mark.parametrize("name", ["F10", "S01"])
def test_a_rule_about_a_file_cannot_be_registered(name: str) -> None:
    with pytest.raises(ValueError, match="about a file or its structure"):
        rule(name, "project", at="project_id")


def test_a_rule_that_the_catalogue_does_not_know_cannot_be_registered() -> None:
    with pytest.raises(ValueError, match="not in the rule catalogue"):
        rule_of_return("X99")
    with pytest.raises(ValueError, match="not in the rule catalogue"):
        rule_of_return("C01", speaks_for=("X99",))


def test_a_field_that_the_contract_does_not_know_cannot_be_needed() -> None:
    with pytest.raises(ValueError, match="project has no field colour"):
        rule("X01", "project", needs=("colour",), at="end_forecast")
    with pytest.raises(ValueError, match="project has no field colour"):
        rule("X01", "project", at="colour")


def test_every_condition_of_the_contract_has_its_predicate() -> None:
    named = {
        field.condition
        for table in tables().values()
        for field in table.fields.values()
        if field.required is Required.CONDITIONAL
    }

    assert named == set(conditions())


def test_every_rule_that_speaks_for_a_missing_value_is_announced() -> None:
    speaking = {field.missing_rule for table in tables().values() for field in table.fields.values()} - {""}
    [required] = [judgement for judgement in JUDGEMENTS if judgement.rule == "C01"]

    assert isinstance(required, ReturnJudgement)
    assert speaking == {"C01", *required.speaks_for}


def test_cells_are_judged_before_tables_and_tables_before_time() -> None:
    families = "".join(judgement.rule[0] for judgement in JUDGEMENTS)

    assert re.fullmatch(r"C+X+B+Q+", families)


def test_a_breach_says_nothing_by_default() -> None:
    assert Breach() == Breach(details={}, at="", row=None, more=(), place=None)
