"""What handbook and deployment say to type exists, and the configuration that they show is accepted."""

import re
from pathlib import Path

import pytest

from flows.cli import app
from schemas.configuration import parse_configuration
from schemas.reasons import reason_texts

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*(ROOT / "docs" / "handbuch").glob("*.md"), *(ROOT / "deploy").iterdir()]
_COMMAND = re.compile(
    r"(?:^|[`\s]|bin/)die8 ([a-z]+)((?: --[a-z-]+)?)|\"die8\", \"([a-z]+)\"(?:, \"(--[a-z-]+)\")?", re.MULTILINE
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    for match in _COMMAND.finditer(page.read_text(encoding="utf-8")):
        name, option = match[1] or match[3], (match[2] or match[4] or "").strip()
        known = {flag for argument in app[name].assemble_argument_collection() for flag in argument.names}

        assert not option or option in known


@pytest.mark.parametrize("page", [page for page in PAGES if page.suffix == ".md"], ids=lambda page: page.name)
def test_every_configuration_that_is_shown_is_accepted(page: Path) -> None:
    for shown in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        assert parse_configuration(shown, page.name)


def test_what_the_handbook_quotes_of_failing_sources_is_what_is_told() -> None:
    page = (ROOT / "docs" / "handbuch" / "quellen.md").read_text(encoding="utf-8")
    table = page[page.index("| Meldung |") :]
    quoted = [words for line in table.splitlines() for words in re.findall("„(.+?)“", line.split("|")[1])]
    told = "\n".join(re.sub(r"\{\w+\}", "…", text) for text in reason_texts().values())

    assert len(quoted) > 10
    assert [words for words in quoted if not re.search(_in_any_words(words), told)] == []


def _in_any_words(quoted: str) -> str:
    """A pattern for a sentence in which „…“ stands for whatever is named there."""
    return ".+".join(re.escape(part) for part in quoted.split("…"))


def test_the_service_runs_the_commands_that_its_pages_name() -> None:
    units = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "deploy").glob("*.service")}

    assert "ExecStart=/opt/die8/.venv/bin/die8 up\n" in units["die8.service"]
    assert "ExecStart=/opt/die8/.venv/bin/die8 up --health\n" in units["die8-watch.service"]
