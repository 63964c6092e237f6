"""The cookbook: every query runs, and gives what the page shows."""

import re
from pathlib import Path

import pytest

from tests.cookbook import PAGE, Recipe, as_text, page, recipes
from warehouse.reading import query
from warehouse.views import VIEWS

WITHOUT_ROWS = {"14-restated"}
"""The samples were all handed in in time."""


def test_the_page_shows_what_the_queries_give(published: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(published), "make cookbook renews it"


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_each_query_answers_its_question(published: Path, recipe: Recipe) -> None:
    rows = query(published, as_text(recipe.sql)).rows

    assert recipe.question.endswith("?")
    assert bool(rows) == (recipe.name not in WITHOUT_ROWS)
    assert "order by" in recipe.sql or len(rows) == 1
    assert "limit" in recipe.sql or len(rows) <= 12


def test_there_are_fifteen_questions_or_more_and_they_use_the_views() -> None:
    used = {name for recipe in recipes() for name in re.findall(r"report\.(\w+)", recipe.sql)}

    assert len(recipes()) >= 15
    assert set(VIEWS) - used <= {"contradictions"}
