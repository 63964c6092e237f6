"""Run by the Python of an old DuckDB: ask published files, print what they answer as JSON. Imports nothing of ours.

Usage: ask.py PUBLISHED… < queries.json; all are opened, the last one is asked.
"""

import json
import sys

import duckdb


def main() -> None:
    """Give for each query its rows, or what DuckDB says against it."""
    answers: dict[str, object] = {}
    unreadable: dict[str, str] = {}
    for path in sys.argv[1:]:
        try:
            duckdb.connect(path, read_only=True).close()
        except duckdb.Error as error:
            unreadable[path] = str(error).splitlines()[0]
    if unreadable:
        json.dump({"version": duckdb.__version__, "unreadable": unreadable}, sys.stdout)
        return
    with duckdb.connect(sys.argv[-1], read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, sql in json.load(sys.stdin).items():
            try:
                answers[name] = connection.execute(sql).fetchall()
            except duckdb.Error as error:
                answers[name] = str(error)
    json.dump({"version": duckdb.__version__, "unreadable": {}, "answers": answers}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
