"""Every figure leads to its cells or says why it has none, and every cell leads back to its figures."""

import hashlib
import shutil
from pathlib import Path

import pytest

from flows.settings import Settings, load_settings
from flows.tracing import Printed, find_figure, trace_cell, trace_figure
from flows.usage import UsageError
from schemas.editions import full_edition
from schemas.facts import Source
from schemas.figure_rules import rule_of
from schemas.quarter import Quarter
from tests.journeys.die8 import die8, documents
from tests.sample_homes import SampleHomes
from tests.samples import HANDED_IN, sample_files
from warehouse.lineage import Location, locate

Q3 = Quarter(2026, 3)


@pytest.fixture(scope="module")
def settings(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample year, taken in on its days, with the facts of every quarter's report."""
    return load_settings(sample_homes.copy_with_facts(tmp_path_factory.mktemp("year")))


def located(settings: Settings, report: Printed) -> dict[Source, Location]:
    """All sources of a report, asked for in one go."""
    sources = dict.fromkeys(source for name in report.figures for source in report.sources(name))
    return {location.source: location for location in locate(settings.home.published, list(sources))}


def the_report(settings: Settings, quarter: str) -> Printed:
    return Printed.read(settings.home.reports / quarter / "facts.json", Quarter.parse(quarter))


@pytest.mark.parametrize("quarter", HANDED_IN)
def test_every_figure_leads_to_a_value_or_says_why_there_is_none(settings: Settings, quarter: str) -> None:
    report = the_report(settings, quarter)
    known = located(settings, report)

    for name, figure in report.figures.items():
        sources, rule = report.sources(name), rule_of(name)
        if sources:
            assert known.keys() >= set(sources), name
            assert figure["rule"] == rule.sentence
        else:
            reason = rule.unknown if figure["value"] is None else rule.nothing
            assert reason, f"{name} has no source, and no line of figure_rules.csv says why"
            assert figure["rule"].endswith(reason)


@pytest.mark.parametrize("quarter", HANDED_IN)
def test_a_value_that_was_reported_has_its_cell(settings: Settings, quarter: str) -> None:
    """What stands in no cell of its own is what the delivery itself says, and what is counted about rows."""
    for source, location in located(settings, the_report(settings, quarter)).items():
        if source.table != "finding" and source.field not in ("received_at", "version", "is_incomplete"):
            assert location.cell or location.value is None, source


@pytest.mark.parametrize("quarter", ["2025-Q4", "2026-Q3"])
def test_every_cell_of_a_figure_leads_back_to_it(settings: Settings, quarter: str) -> None:
    report = the_report(settings, quarter)
    known = located(settings, report)
    feeding: dict[tuple[str, str], set[str]] = {}
    for name in report.figures:
        for location in map(known.__getitem__, report.sources(name)):
            if location.cell and location.source.table != "finding":
                feeding.setdefault((location.sha256, location.cell), set()).add(name)
    some = sorted(feeding)[:: max(1, len(feeding) // 4)]

    for sha256, cell in some:
        trace = trace_cell(settings, sha256, cell, Quarter.parse(quarter), full_edition())
        assert {name for _, name in trace.fed} >= feeding[sha256, cell]


def test_a_sum_leads_to_the_text_of_each_cell(settings: Settings) -> None:
    trace = trace_figure(settings, "finance.VHS.budget", Q3, full_edition())

    assert [origin.location.source.key for origin in trace.origins] == ["VHS-001", "VHS-002", "VHS-003"][
        : len(trace.origins)
    ]
    for origin in trace.origins:
        assert origin.location.value is not None
        assert origin.raw, origin
        assert (origin.location.cell or "").startswith("Projekte!")


def test_a_figure_is_found_by_what_is_printed_where_only_one_prints_that(settings: Settings) -> None:
    report = the_report(settings, "2026-Q3")
    total = report.figures["finance.total.budget"]

    assert find_figure(report, str(total["value"])) == "finance.total.budget"
    assert find_figure(report, "finance.total.budget") == "finance.total.budget"
    with pytest.raises(UsageError, match="name one of"):
        find_figure(report, "1")
    with pytest.raises(UsageError, match=r"do you mean lights\.red\.count"):
        find_figure(report, "lights.red.cuont")


def test_a_file_is_named_by_name_path_or_hash(settings: Settings, tmp_path: Path) -> None:
    [sample] = [file for file in sample_files("2026-Q3") if "KLI" in file.name][:1]
    copy = tmp_path / "anders.xlsx"
    shutil.copyfile(sample, copy)
    digest = hashlib.sha256(sample.read_bytes()).hexdigest()

    found = {trace_cell(settings, name, "Projekte!A1", Q3, full_edition()).file.sha256
             for name in (sample.name, str(copy), digest, digest[:12])}  # fmt: skip

    assert found == {digest}
    with pytest.raises(UsageError, match="no submission is called"):
        trace_cell(settings, "keine.xlsx", "Projekte!A1", Q3, full_edition())
    with pytest.raises(UsageError, match="is not a cell"):
        trace_cell(settings, digest, "A1", Q3, full_edition())


def test_without_a_report_the_command_to_make_one_is_named(settings: Settings) -> None:
    with pytest.raises(UsageError, match="die8 report --quarter 2024-Q1"):
        trace_figure(settings, "lights.red.count", Quarter(2024, 1), full_edition())


def test_a_file_that_is_not_kept_any_more_still_has_its_stored_values(settings: Settings) -> None:
    before = trace_figure(settings, "finance.BIB.actual", Q3, full_edition())
    content = settings.home.archive / "content" / before.origins[0].location.sha256
    kept = content.read_bytes()
    content.unlink()

    try:
        after = trace_figure(settings, "finance.BIB.actual", Q3, full_edition())
    finally:
        content.write_bytes(kept)

    assert [origin.location for origin in after.origins] == [origin.location for origin in before.origins]
    assert {origin.raw for origin in after.origins} == {None}


def test_the_command_goes_both_ways(settings: Settings) -> None:
    home = settings.home.path
    [told] = documents(die8(home, "trace", "finance.total.actual", "--json"))
    source = told["sources"][0]

    [back] = documents(
        die8(home, "trace", "--cell", source["sha256"], source["cell"], "--quarter", "2026-Q3", "--json")
    )

    assert (told["figure"], told["quarter"], told["release"]) == ("finance.total.actual", "2026-Q3", None)
    assert {"submission", "file", "sheet", "cell", "raw", "value"} <= source.keys()
    assert "finance.total.actual" in {figure["figure"] for figure in back["figures"]}
    assert back["raw"] == source["raw"]
    shown = die8(home, "trace", "finance.total.actual", "--edition", "intern").stdout
    assert "Rule: Summe Ist kumuliert" in shown
    assert "Projekte!" in shown
    assert "name a figure" in die8(home, "trace", expect=2).stderr
