"""``die8 report``: the pages for the Lenkungskreis."""

from flows.clock import instant
from flows.display import console, print_document
from flows.reporting import run_report
from flows.settings import Settings
from schemas.codes import organisations
from schemas.editions import Edition
from schemas.quarter import Quarter


def run_print(settings: Settings, quarter: Quarter, edition: Edition, *, now: str | None, as_json: bool) -> int:
    """Build the report and say where it lies; exit status 1 when an organisation is missing in it."""
    result = run_report(settings, quarter, instant(now), edition=edition)
    if as_json:
        print_document(
            {
                "quarter": str(quarter),
                "edition": edition.key,
                "files": {name: str(path) for name, path in result.files.items()},
                "missing": list(result.missing),
            }
        )
    else:
        out = console()
        for path in result.files.values():
            out.print(str(path), soft_wrap=True)
        if result.missing:
            names = ", ".join(organisations()[code].name for code in result.missing)
            out.print(f"Not delivered: [red]{names}[/]")
    return 1 if result.missing else 0
