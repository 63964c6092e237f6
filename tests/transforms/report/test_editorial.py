"""The department's own words: data with a form, never markup that runs."""

import json

import pytest

from schemas.configuration import ConfigurationError
from schemas.facts import BlockKind, Editorial, Run
from tests.transforms.report.returns import a_return, facts_of
from tests.transforms.report.test_pages import on_one_line, printed
from transforms.report.editorial import LONGEST_FOREWORD, LONGEST_SENTENCE, read_editorial
from transforms.report.facts import facts_json

FILE = """# Was Sorgen macht
Das Patientenportal braucht  die
Fristverlängerung.

# Vorwort
Ein *gutes* Quartal mit **einer** Sorge, siehe [Agenda](https://example.org/agenda).

## Dank
- an alle Gesellschaften
- an die `Arbeitsebene`

1. zuerst
2. dann

<script>alert(1)</script> #panic() [böse](javascript:alert(1))
"""


def read(content: str) -> Editorial:
    return read_editorial(content, "vorwort.md")


def test_a_heading_replaces_its_sentence() -> None:
    assert read(FILE).sentences == {"summary.worries": "Das Patientenportal braucht die Fristverlängerung."}


def test_the_foreword_has_paragraphs_headings_and_lists() -> None:
    kinds = [block.kind for block in read(FILE).foreword]

    assert kinds == [
        BlockKind.PARAGRAPH,
        BlockKind.HEADING,
        BlockKind.LIST,
        BlockKind.NUMBERED,
        BlockKind.PARAGRAPH,
    ]
    assert read(FILE).foreword[2].items[0] == (Run("an alle Gesellschaften"),)


def test_emphasis_and_links_are_marks_on_text() -> None:
    [runs] = read(FILE).foreword[0].items

    assert runs[:4] == (Run("Ein "), Run("gutes", is_emphasis=True), Run(" Quartal mit "), Run("einer", is_strong=True))
    assert Run("Agenda", link="https://example.org/agenda") in runs


def test_html_code_and_other_addresses_are_only_text() -> None:
    [runs] = read(FILE).foreword[-1].items

    assert "".join(run.text for run in runs) == "<script>alert(1)</script> #panic() [böse](javascript:alert(1))"
    assert not any(run.link for run in runs)


def test_text_before_any_heading_is_the_foreword() -> None:
    assert len(read("Guten Tag.").foreword) == 1


def test_an_empty_file_says_nothing() -> None:
    assert read("") == Editorial()


def test_an_unknown_heading_is_named_with_its_line_and_what_is_known() -> None:
    with pytest.raises(ConfigurationError, match=r"vorwort\.md:3.*„Sonstiges“.*„Was Sorgen macht“"):
        read("Text.\n\n# Sonstiges\nMehr.")


@pytest.mark.parametrize(("part", "limit"), [("Worum wir bitten", LONGEST_SENTENCE), ("Vorwort", LONGEST_FOREWORD)])
def test_what_is_too_long_is_refused_with_its_line(part: str, limit: int) -> None:
    read(f"# {part}\n{'x' * limit}")

    with pytest.raises(ConfigurationError, match=rf"vorwort\.md:2.*{limit + 1} Zeichen"):
        read(f"# {part}\n{'x' * (limit + 1)}")


def test_what_was_edited_is_marked_with_what_had_been_generated() -> None:
    facts = facts_of(a_return(), editorial=read(FILE))
    changed, worries, _ = facts.summary

    assert (changed.is_edited, changed.generated) == (False, None)
    assert (worries.is_edited, worries.text) == (True, "Das Patientenportal braucht die Fristverlängerung.")
    assert worries.generated == facts_of(a_return()).summary[1].text
    assert json.loads(facts_json(facts))["report"]["summary"][1]["is_edited"] is True


def test_both_are_printed_literally() -> None:
    whole = on_one_line(" ".join(printed(facts_of(a_return(), editorial=read(FILE)))))

    assert "Was Sorgen macht Das Patientenportal braucht die Fristverlängerung." in whole
    assert "Ein gutes Quartal mit einer Sorge, siehe Agenda." in whole
    assert "<script>alert(1)</script> #panic() [böse](javascript:alert(1))" in whole
