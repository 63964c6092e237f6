"""The cookbook for analysts: every recipe is a file of SQL, its answer what the samples give.

``make cookbook`` writes docs/cookbook.md from docs/cookbook/*.sql; a test keeps both true.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.sample_homes import publish_samples
from warehouse.durable import replace
from warehouse.reading import query

DOCS = Path(__file__).resolve().parents[1] / "docs"
RECIPES = DOCS / "cookbook"
PAGE = DOCS / "cookbook.md"

_HEAD = """# Cookbook

Questions that come up again and again, each with its query and what it gives on the sample returns (all figures are
invented). Run one as it stands with `die8 sql - < docs/cookbook/01-deliveries.sql`, or open the published file
read-only with any DuckDB from 1.2 on:

```python
import duckdb

connection = duckdb.connect("data/published/die8.duckdb", read_only=True)
```

(With `ATTACH … (READ_ONLY)` say `USE` as well: functions look for their tables in the database that is in use.)

What each view and column means: [data dictionary](data-dictionary.md). A notebook to start from:
[notebooks/quarter.py](notebooks/quarter.py). Written by `make cookbook` from the files in `docs/cookbook`; do not edit.
"""

Answer = tuple[tuple[str, ...], list[tuple[str | None, ...]]]
"""The columns, and the rows as text."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One question with its query. ``remark`` says what to know about it."""

    name: str
    question: str
    remark: str
    sql: str


def recipes() -> list[Recipe]:
    """All recipes in the order of their numbers."""
    return [_recipe(path) for path in sorted(RECIPES.glob("*.sql"))]


def as_text(sql: str) -> str:
    """The same query with every column as text, so that no client's way to show a value comes in between."""
    return f"select columns(*)::varchar from ({sql})"


def answers(published: Path) -> Iterator[tuple[Recipe, Answer]]:
    """Ask every recipe."""
    for recipe in recipes():
        result = query(published, as_text(recipe.sql))
        rows = [tuple(None if cell is None else str(cell) for cell in row) for row in result.rows]
        yield recipe, (result.columns, rows)


def page(published: Path) -> str:
    """The whole cookbook as Markdown."""
    sections = [_section(number, recipe, answer) for number, (recipe, answer) in enumerate(answers(published), start=1)]
    return "\n".join((_HEAD, *sections))


def _recipe(path: Path) -> Recipe:
    lines = path.read_text(encoding="utf-8").splitlines()
    comment = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    return Recipe(path.stem, comment[0], " ".join(filter(None, comment[1:])), sql)


def _section(number: int, recipe: Recipe, answer: Answer) -> str:
    remark = [recipe.remark, ""] if recipe.remark else []
    return "\n".join(
        (f"## {number}. {recipe.question}", "", *remark, "```sql", recipe.sql, "```", "", *_table(answer), "")
    )


def _table(answer: Answer) -> Sequence[str]:
    columns, rows = answer
    lines = [columns, ["---"] * len(columns), *rows] if rows else []
    shown = ["| " + " | ".join((cell or "").replace("|", "\\|") for cell in line) + " |" for line in lines]
    return shown or ["*No rows.*"]


def main() -> None:
    """Write the page anew."""
    with tempfile.TemporaryDirectory() as home:
        replace(PAGE, page(publish_samples(Path(home))).encode())


if __name__ == "__main__":
    main()
