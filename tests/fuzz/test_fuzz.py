"""A small run of ``make fuzz``, and that the run itself would notice what it looks for."""

import pytest

from flows import answering
from flows.isolation import IsolatedReader
from schemas.findings import Finding
from schemas.workbook import RawWorkbook
from tests.fuzz import trial
from tests.fuzz.campaign import Bounds, Campaign
from tests.fuzz.mutants import Mutant, a_mutant
from tests.fuzz.two_ways import DIFFERENT
from tests.samples import SAMPLES

HONEST = (SAMPLES / "2026-Q3" / "D8_KLI_2026-Q3_v01.xlsx").read_bytes()
GENEROUS = Bounds(seconds=60.0)
"""On a machine with other work a mutant may wait for its turn; `make fuzz` is stricter."""


def test_a_hundred_and_fifty_mutants_are_answered() -> None:
    campaign = Campaign(seed=8, first=0, count=150, bounds=GENEROUS)

    campaign.run(jobs=1)

    assert campaign.failed == []
    assert campaign.done == 150
    assert {"accepted", "accepted_with_findings", "rejected"} <= set(campaign.verdicts)
    assert 0 < campaign.children < 500_000_000


def test_the_short_way_to_plain_sheets_never_sees_another_file() -> None:
    with IsolatedReader(reader="tests.fuzz.two_ways:read_both_ways") as reader:
        compared = [
            reader.read(mutant.content, mutant.name)
            for mutant in (a_mutant(8, number) for number in range(150))
            if mutant.name.endswith((".xlsx", ".xlsm"))
        ]

    assert sum(isinstance(read, RawWorkbook) for read in compared) > 10
    assert [read.value for read in compared if isinstance(read, Finding) and read.expected == DIFFERENT] == []


def test_the_same_seed_makes_the_same_mutants() -> None:
    assert [a_mutant(3, number) for number in range(20)] == [a_mutant(3, number) for number in range(20)]
    assert a_mutant(3, 1) != a_mutant(4, 1)


def test_what_cannot_be_marked_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr("transforms.answer.annotate.annotate", fail)
    with IsolatedReader() as reader:
        outcome = trial.try_mutant(Mutant(0, "D8_KLI_2026-Q3_v01.xlsx", HONEST, ""), reader)

    assert any("could not be marked" in problem for problem in outcome.problems)


def test_an_exception_is_a_problem_and_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(answering, "due_day", fail)
    with IsolatedReader() as reader:
        outcome = trial.try_mutant(Mutant(0, "D8_KLI_2026-Q3_v01.xlsx", HONEST, ""), reader)

    assert [problem.partition(":")[0] for problem in outcome.problems] == ["ZeroDivisionError"]


def test_memory_and_time_beyond_the_bounds_are_problems() -> None:
    campaign = Campaign(seed=8, first=0, count=1, bounds=Bounds(seconds=0.0, memory=1))

    campaign.run(jobs=1)

    problems = [problem for outcome in campaign.failed for problem in outcome.problems]
    assert [problem.partition(" took ")[0].partition("took ")[0] for problem in problems] == [
        "",
        "",
        "its reading process",
    ]
