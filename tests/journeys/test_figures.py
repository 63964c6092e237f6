"""Every figure of the four sample quarters' reports, worked out a second time by plain SQL over the published file."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from schemas.quarter import Quarter
from tests.sample_homes import SampleHomes
from tests.samples import HANDED_IN
from warehouse.reading import query

SQL = (Path(__file__).parent / "figures" / "all_figures.sql").read_text(encoding="utf-8")
WINTER, SUMMER = 1, 2
FROM_THE_CALENDAR = frozenset({"deadline.meeting"})
"""Figures that no table of the published file holds."""


@pytest.fixture(scope="module")
def home(sample_homes: SampleHomes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the four sample quarters, and the figures of each."""
    return sample_homes.copy_with_facts(tmp_path_factory.mktemp("figures"))


def printed(home: Path, quarter: str) -> dict[str, Any]:
    """The figures as facts.json has them."""
    document = json.loads((home / "reports" / quarter / "facts.json").read_text(encoding="utf-8"))
    return {name: figure["value"] for name, figure in document["figures"].items() if name not in FROM_THE_CALENDAR}


def recomputed(home: Path, quarter: str) -> dict[str, str | None]:
    """The same figures by SQL."""
    day = Quarter.parse(quarter)
    offset = WINTER if day.number == 4 else SUMMER
    sql = SQL.format(q=day, p=day.previous, as_of=day.last_day, offset=offset)
    rows = query(home / "published" / "die8.duckdb", sql).rows
    assert len({name for name, _ in rows}) == len(rows)
    return {str(name): None if value is None else str(value) for name, value in rows}


def comparable(value: object) -> object:
    """Numbers as numbers, days as texts."""
    try:
        return None if value is None else round(Decimal(str(value)), 6).normalize()
    except InvalidOperation:
        return str(value)


@pytest.mark.parametrize("quarter", HANDED_IN)
def test_every_figure_is_what_the_tables_say(home: Path, quarter: str) -> None:
    told, again = printed(home, quarter), recomputed(home, quarter)

    assert told.keys() == again.keys()
    differing = {name: (told[name], again[name]) for name in told if comparable(told[name]) != comparable(again[name])}
    assert differing == {}
    assert len(told) > 500
