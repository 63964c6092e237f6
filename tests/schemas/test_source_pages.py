"""The examples of the handbook can be copied into die8.toml as they stand."""

import re
from pathlib import Path

from schemas.configuration import parse_configuration
from schemas.sources import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "handbuch" / "quellen.md"


def test_every_kind_of_source_has_an_example_that_is_right() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

    sources = parse_configuration("\n".join(examples), "quellen.md").sources

    assert {source.kind for source in sources} == set(KINDS)
