"""`die8 report`: all files of an edition, by one command, from returns as offices write them."""

import html
import json
import re
import shlex
from pathlib import Path

import pytest

from schemas.editions import ENDINGS, editions
from tests.journeys.die8 import die8, documents
from tests.sample_homes import SampleHomes

QUARTER = "2026-Q3"
NOW = ("--now", "2026-10-09T12:00")


@pytest.fixture(scope="module")
def home(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples of the third quarter."""
    return sample_homes.copy(tmp_path_factory.mktemp("outputs"), QUARTER)


def test_the_report_is_given_out_in_every_form(home: Path) -> None:
    [told] = documents(die8(home, "report", "--quarter", QUARTER, *NOW, "--json"))

    assert list(told["files"]) == [
        "Lenkungskreis_2026-Q3.pdf",
        "Lenkungskreis_2026-Q3.html",
        "Lenkungskreis_2026-Q3.xlsx",
        "Lenkungskreis_2026-Q3.docx",
        "facts.json",
    ]
    begins = {".pdf": b"%PDF-1.7", ".html": b"<!doctype html>", ".xlsx": b"PK", ".docx": b"PK", ".json": b'{"figures"'}
    for path in map(Path, told["files"].values()):
        assert path.read_bytes().startswith(begins[path.suffix])


def test_the_editions_lie_side_by_side_and_the_lower_ones_know_less(home: Path) -> None:
    shown = {}
    for key in editions():
        [told] = documents(die8(home, "report", "--quarter", QUARTER, "--edition", key, *NOW, "--json"))
        assert len(told["files"]) == len(ENDINGS)
        facts = next(path for name, path in told["files"].items() if name.endswith(".json"))
        shown[key] = {p["project_id"] for p in json.loads(Path(facts).read_bytes())["report"]["projects"]}
        if key != "lenkungskreis":
            for name, path in told["files"].items():
                assert b"KLI-003" not in Path(path).read_bytes(), name

    assert shown["lenkungskreis"] - shown["intern"] == {"KLI-003", "SPK-001"}
    assert shown["oeffentlich"] < shown["intern"]


def test_only_what_is_asked_for_is_made(home: Path) -> None:
    [told] = documents(
        die8(home, "report", "--quarter", QUARTER, "--edition", "intern", "--format", "xlsx", *NOW, "--json")
    )

    assert list(told["files"]) == ["Intern_2026-Q3.xlsx", "facts_intern.json"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--edition", "geheim"), "there is no edition „geheim“; choose one of lenkungskreis, intern, oeffentlich"),
        (("--format", "pdf,ppt"), "a report cannot be made as „ppt“; choose from pdf, html, xlsx, docx, json"),
    ],
)
def test_what_there_is_not_is_refused_with_the_choices(home: Path, words: tuple[str, str], said: str) -> None:
    assert said in die8(home, "report", "--quarter", QUARTER, *words, expect=2).stderr


@pytest.mark.parametrize("edition", ["lenkungskreis", "oeffentlich"])
def test_the_command_that_a_figure_of_the_page_names_tells_the_same_figure(home: Path, edition: str) -> None:
    [told] = documents(
        die8(home, "report", "--quarter", QUARTER, "--edition", edition, "--format", "html", *NOW, "--json")
    )
    [page] = [Path(path).read_text(encoding="utf-8") for path in told["files"].values() if path.endswith(".html")]
    named = [html.unescape(words) for words in re.findall(r"<code>(die8 trace .*?)</code>", page)]
    milestone = next(words for words in named if "milestone." in words)

    for words in (named[0], milestone):
        _, *command = shlex.split(words)
        [traced] = documents(die8(home, *command, "--json"))
        assert traced["figure"] == command[1]
        assert traced["sources"]
