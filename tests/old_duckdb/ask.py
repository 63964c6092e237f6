"""Run by the Python of an old DuckDB: ask the published file, print what it answers as JSON. Imports nothing of ours.

Usage: ask.py PUBLISHED < queries.json
"""

import json
import sys

import duckdb


def main() -> None:
    """Give for each query its rows, or what DuckDB says against it."""
    answers: dict[str, object] = {}
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, sql in json.load(sys.stdin).items():
            try:
                answers[name] = connection.execute(sql).fetchall()
            except duckdb.Error as error:
                answers[name] = str(error)
    json.dump({"version": duckdb.__version__, "answers": answers}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
