"""Whether an old DuckDB opens the published file of the samples and answers all as the present one does.

Run by ``make old-duckdb``, with the Python of the old one as its word.
Opened is the file after each quarter, for each checkpoint lays it out anew. Asked are the cookbook, every table, view
and as-of macro; exit status 1 names what differs.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cookbook import as_text, recipes
from tests.sample_homes import publish_quarter_by_quarter
from warehouse.reading import query

ASK = Path(__file__).with_name("ask.py")
_RELATIONS = (
    "select concat_ws('.', schema_name, table_name) from duckdb_tables() where database_name = 'die8' and not internal "
    "union all select concat_ws('.', schema_name, view_name) from duckdb_views() "
    "where database_name = 'die8' and not internal "
    "union all select function_name || '(''2026-07-09 12:00'')' from duckdb_functions() "
    "where database_name = 'die8' and function_type = 'table_macro' and not internal"
)


def questions(published: Path) -> dict[str, str]:
    """Everything that is asked, by name, each in an order that does not depend on the version."""
    relations = sorted(str(name) for (name,) in query(published, _RELATIONS).rows)
    return {recipe.name: as_text(recipe.sql) for recipe in recipes()} | {
        name: f"from {name} order by all" for name in relations
    }


def differences(python: str, states: Sequence[Path], asked: Mapping[str, str]) -> tuple[str, list[str]]:
    """The version of the old DuckDB, and a line for all that it cannot open, or does not answer as the present one."""
    *_, published = states
    done = subprocess.run(
        [python, str(ASK), *map(str, states)], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    found = [f"{Path(path).name}: {reason}" for path, reason in told["unreadable"].items()]
    if found:
        return told["version"], found
    for name, sql in asked.items():
        mine, theirs = json.loads(json.dumps(query(published, sql).rows, default=str)), told["answers"][name]
        if mine != theirs:
            found.append(f"{name}: {theirs if isinstance(theirs, str) else 'other rows'}")
    return told["version"], found


def main() -> int:
    """Compare on the samples; gives the exit status."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        states = [
            Path(shutil.copy(published, folder / f"after-quarter-{number}.duckdb"))
            for number, published in enumerate(publish_quarter_by_quarter(folder / "home"), start=1)
        ]
        asked = questions(states[-1])
        version, found = differences(sys.argv[1], states, asked)
    for line in found:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"DuckDB {version} answers {len(asked) - len(found)} of {len(asked)} questions as it should.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
