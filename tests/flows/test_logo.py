"""The city's logo on page 1: optional, and an error in its name is told before a report is made."""

from pathlib import Path

import pytest

from flows.reporting import logo_of
from flows.settings import Settings, load_settings
from schemas.configuration import ConfigurationError
from tests.transforms.report.returns import a_return, facts_of
from transforms.report.outputs.making import make_outputs

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#0a0"/></svg>'


def with_logo(home: Path, name: str) -> Settings:
    home.mkdir(exist_ok=True)
    (home / "die8.toml").write_text(f'[report]\nlogo = "{name}"\n', encoding="utf-8")
    return load_settings(home)


def test_without_a_word_there_is_none(tmp_path: Path) -> None:
    assert logo_of(load_settings(tmp_path)) is None


def test_a_logo_is_printed_with_what_it_is_in_words(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    logo = logo_of(with_logo(tmp_path, "logo.svg"))
    facts = facts_of(a_return())

    plain, marked = (make_outputs(facts, ["pdf"], logo=given)["pdf"] for given in (None, logo))

    assert logo == SVG
    assert len(marked) > len(plain)


@pytest.mark.parametrize("content", [None, "\x89PNG"])
def test_what_is_no_svg_is_refused_by_name(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "logo.svg").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"report\.logo: .*logo\.svg is no SVG file"):
        logo_of(with_logo(tmp_path, "logo.svg"))
