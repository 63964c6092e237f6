"""The command ``die8``. Each command is a thin skin: it reads its words, calls a procedure and shows what came of it.

Exit status: 0 done · 1 done, and there are findings or gaps · 2 wrong usage or configuration · 3 failed.
Everything heavy is imported by the command that needs it, so that ``die8 --help`` answers at once.
"""

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

from cyclopts import App, Parameter, validators

from flows.usage import UsageError
from schemas.editions import ENDINGS, FACTS, Edition, edition_named
from schemas.quarter import Quarter

if TYPE_CHECKING:
    from flows.settings import Settings

DONE, FINDINGS, WRONG_USAGE, FAILED = 0, 1, 2, 3

HomeOption = Annotated[Path, Parameter(parse=False)]
Now = Annotated[str | None, Parameter(name="--now", help="Pretend it is this time (ISO; without zone: Europe/Berlin).")]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document a line.")]

app = App(
    name="die8",
    help="Collects the quarterly returns of Gütersloh's eight subsidiaries and prints the report of the Lenkungskreis.",
    version_flags=["--version"],
    help_epilogue="Exit status: 0 done, 1 done with findings or gaps, 2 wrong usage or configuration, 3 failed.",
)


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError:
        msg = f"„{text}“ is not a quarter; write it like 2026-Q3"
        raise UsageError(msg) from None


def _edition(key: str) -> Edition:
    try:
        return edition_named(key)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _endings(text: str) -> tuple[str, ...]:
    wanted = {word.strip() for word in text.split(",")}
    if unknown := sorted(wanted - {*ENDINGS}):
        msg = f"a report cannot be made as „{unknown[0]}“; choose from {', '.join(ENDINGS)}"
        raise UsageError(msg)
    return tuple(ending for ending in ENDINGS if ending in wanted or ending == FACTS)


def _default_home() -> Path:
    from flows.settings import default_home

    return default_home()


def _settings(home: Path) -> "Settings":
    from flows.settings import load_settings

    return load_settings(home)


@app.command
def demo(directory: Path = Path("demo"), *, now: Now = None, home: HomeOption) -> int:
    """Play a fictional year of the eight, from template to report, and say where everything lies.

    Parameters
    ----------
    directory
        Folder for the demonstration; it must be new or empty.
    """
    del home  # a demonstration has a home of its own
    from flows.commands.demo import run_demo

    return run_demo(directory, now)


@app.command
def init(*, home: HomeOption) -> int:
    """Write a commented die8.toml and make the folders; what is there already stays as it is."""
    from flows.commands.init import initialise

    return initialise(home)


@app.command
def template(
    *,
    quarter: str,
    org: str | None = None,
    out: Path = Path(),
    ods: Annotated[bool, Parameter(negative="")] = False,
    home: HomeOption,
) -> int:
    """Write the workbooks for a quarter, one per organisation.

    Parameters
    ----------
    quarter
        The quarter to report on, such as 2026-Q4.
    org
        Only for this organisation, such as KLI.
    out
        Folder to write to.
    ods
        As OpenDocument; without it each organisation's in the format that die8.toml names for it.
    """
    from flows.commands.template import write_templates

    return write_templates(_settings(home), _quarter(quarter), org, out, as_ods=ods)


@app.command
def calendar(
    *, year: int | None = None, ics: Path | None = None, json: AsJson = False, now: Now = None, home: HomeOption
) -> int:
    """Show the committee's calendar of a year, and what is due on the day.

    Parameters
    ----------
    year
        The year to show; without it the present one.
    ics
        Also write the year into this file, for calendar programs.
    """
    from flows.clock import instant, local_day
    from flows.commands.calendar import show_calendar

    return show_calendar(_settings(home), local_day(instant(now)), year, ics, as_json=json)


@app.command
def register(*, out: Path = Path("Beschlussbuch.xlsx"), home: HomeOption) -> int:
    """Write the Beschlussbuch with the decisions known so far, to be continued and handed in like a return.

    Parameters
    ----------
    out
        File to write.
    """
    from flows.commands.register import write_book

    return write_book(_settings(home), out)


@app.command
def check(
    *files: Path,
    json: AsJson = False,
    data: Annotated[bool, Parameter(negative="")] = False,
    annotate: Path | None = None,
    now: Now = None,
    home: HomeOption,
) -> int:
    """Tell all that intake would say about files, and store nothing.

    Parameters
    ----------
    files
        Returns in any accepted format.
    data
        With --json: print the rows as they would be stored, too.
    annotate
        Folder for the answers: each file with its problems marked, and a receipt as text, HTML and JSON.
    """
    from flows.commands.check import run_check

    return run_check(_settings(home), files, as_json=json, with_data=data, now=now, annotate=annotate)


@app.command
def submit(
    *files: Path,
    received_at: str | None = None,
    json: AsJson = False,
    now: Now = None,
    home: HomeOption,
) -> int:
    """Hand files in by hand: archive, check, load, publish, answer.

    Parameters
    ----------
    files
        Returns in any accepted format.
    received_at
        When they arrived (ISO; without zone: Europe/Berlin), if not now.
    """
    from flows.isolation import started_reader

    with started_reader() as reader:  # gets ready while the rest is imported
        from flows.commands.submit import run_submit

        return run_submit(_settings(home), files, reader, received_at=received_at or now, as_json=json)


@app.command
def collect(  # noqa: PLR0913 - one for each option
    *,
    source: str | None = None,
    parked: Annotated[bool, Parameter(negative="")] = False,
    release: str | None = None,
    json: AsJson = False,
    now: Now = None,
    home: HomeOption,
) -> int:
    """Take in all that lies at the configured sources.

    Parameters
    ----------
    source
        Only this source of die8.toml.
    parked
        Take in nothing; list what came by mail from somebody whom die8.toml does not name.
    release
        Take in only this parked file, by its id.
    """
    from flows.commands.submit import run_collect, run_release, show_parked

    if parked:
        return show_parked(_settings(home), as_json=json)
    if release is not None:
        return run_release(_settings(home), release, now=now, as_json=json)
    return run_collect(_settings(home), source, now=now, as_json=json)


@app.command
def status(*, quarter: str | None = None, json: AsJson = False, now: Now = None, home: HomeOption) -> int:
    """Show who delivered what, with verdicts and findings.

    Parameters
    ----------
    quarter
        The quarter to look at; without it the last one that has ended.
    """
    from flows.clock import instant, local_day
    from flows.commands.status import show_status

    moment = instant(now)
    chosen = _quarter(quarter) if quarter else Quarter.containing(local_day(moment)).previous
    return show_status(_settings(home), chosen, moment, as_json=json)


@app.command
def report(  # noqa: PLR0913 - the options of one command
    *,
    quarter: str,
    release: Annotated[bool, Parameter(negative="")] = False,
    again: str | None = None,
    edition: str = "lenkungskreis",
    formats: Annotated[str, Parameter(name="--format")] = ",".join(ENDINGS),
    json: AsJson = False,
    now: Now = None,
    home: HomeOption,
) -> int:
    """Build a draft of a quarter's report from what is published, or release it.

    Parameters
    ----------
    quarter
        The quarter to report on, such as 2026-Q3.
    release
        Freeze the report: figures, files and hashes stay as they are from now on.
    again
        With --release: why a quarter is released once more; the old release is kept.
    edition
        For whom: lenkungskreis shows everything, intern and oeffentlich leave out what is more confidential. A release
        holds all of them.
    formats
        What a report is made as, with commas between; the facts (json) always.
    """
    chosen, endings = _quarter(quarter), _endings(formats)
    if release:
        from flows.commands.report import print_release

        return print_release(_settings(home), chosen, again, endings, now=now, as_json=json)
    if again is not None:
        msg = "--again goes with --release"
        raise UsageError(msg)
    readers = _edition(edition)
    from flows.drawing import draughtsman

    with draughtsman() as artist:  # gets ready while the rest is imported
        from flows.commands.report import print_draft

        return print_draft(_settings(home), chosen, readers, endings, artist, now=now, as_json=json)


@app.command
def remind(
    *, dry_run: Annotated[bool, Parameter(negative="")] = False, json: AsJson = False, now: Now = None, home: HomeOption
) -> int:
    """Write the reminders that are due to those whose return is missing, and send what waits in the mailbag.

    Parameters
    ----------
    dry_run
        Only print what would go out; write and send nothing.
    """
    from flows.commands.remind import run_remind

    return run_remind(_settings(home), now, is_dry=dry_run, as_json=json)


@app.command
def invite(
    *, dry_run: Annotated[bool, Parameter(negative="")] = False, json: AsJson = False, now: Now = None, home: HomeOption
) -> int:
    """Send the pre-filled workbooks that are due: into the organisations' folders and by mail, each once.

    Parameters
    ----------
    dry_run
        Only print whose workbooks would go out; write and send nothing.
    """
    from flows.commands.remind import run_invite

    return run_invite(_settings(home), now, is_dry=dry_run, as_json=json)


@app.command
def trace(  # noqa: PLR0913 - the options of one command
    figure: str | None = None,
    *,
    cell: Annotated[tuple[str, str] | None, Parameter(negative="")] = None,
    quarter: str | None = None,
    edition: str = "lenkungskreis",
    json: AsJson = False,
    home: HomeOption,
) -> int:
    """Show where a figure of a report comes from, or which figures a cell of a return feeds.

    Parameters
    ----------
    figure
        Its id in facts.json, or its printed text or value where only one figure has that.
    cell
        Instead of a figure: a file, by name, path or SHA-256, and a cell of it, such as Projekte!S5.
    quarter
        The quarter of the report; without it the latest one, with --cell all.
    edition
        The edition of the report.
    """
    from flows.commands.trace import show_cell, show_figure

    chosen = _quarter(quarter) if quarter else None
    if cell is not None and figure is None:
        return show_cell(_settings(home), cell, chosen, _edition(edition), as_json=json)
    if figure is None or cell is not None:
        msg = "name a figure, such as lights.red.count, or --cell FILE CELL"
        raise UsageError(msg)
    return show_figure(_settings(home), figure, chosen, _edition(edition), as_json=json)


@app.command
def sql(  # noqa: PLR0913 - each is a word of the command line
    query: Annotated[str, Parameter(allow_leading_hyphen=True)],
    file: Path | None = None,
    *,
    csv: Annotated[bool, Parameter(negative="")] = False,
    json: AsJson = False,
    parquet: Annotated[bool, Parameter(negative="")] = False,
    limit: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    home: HomeOption,
) -> int:
    """Run a query on the published database: read-only, and out of reach of every other file.

    Parameters
    ----------
    query
        One SQL statement, such as "select * from report.traffic_lights"; - reads it from standard input.
    file
        Write the rows to this file, such as --csv answer.csv; without it they are printed.
    csv
        CSV for a German Excel: UTF-8, semicolons, decimal commas, no formulas; instants in Europe/Berlin.
    parquet
        Parquet, into FILE.
    limit
        At most so many rows; without it a table shows 200, the other forms give all.
    """
    from flows.commands.sql import form_wanted, run_query

    form = form_wanted(file, csv=csv, json=json, parquet=parquet)
    return run_query(_settings(home), query, file, form=form, limit=limit)


@app.command
def export(directory: Path, *, home: HomeOption) -> int:
    """Write all published tables as Parquet and CSV, with datapackage.json and the data dictionary.

    Parameters
    ----------
    directory
        Folder to write to; files of an earlier export are replaced.
    """
    from flows.commands.export import export_to

    return export_to(_settings(home), directory)


@app.command
def rebuild(*, verify: Annotated[bool, Parameter(negative="")] = False, home: HomeOption) -> int:
    """Make the warehouse anew from the archive alone.

    Parameters
    ----------
    verify
        Only compare the rebuilt tables with the present ones; change nothing.
    """
    from flows.commands.rebuild import run_rebuild

    return run_rebuild(_settings(home), verify=verify)


@app.command
def forget(*, dry_run: Annotated[bool, Parameter(negative="")] = False, now: Now = None, home: HomeOption) -> int:
    """Replace files past their time by their hash and what was read in them, without personal data.

    Parameters
    ----------
    dry_run
        Only list them; change nothing.
    """
    from flows.commands.keeping import run_forget

    return run_forget(_settings(home), is_dry=dry_run, now=now)


@app.command
def erase(
    *texts: str,
    field: tuple[str, ...] = (),
    word: Annotated[bool, Parameter(negative="")] = False,
    reason: str = "",
    yes: Annotated[bool, Parameter(negative="")] = False,
    home: HomeOption,
) -> int:
    """Remove a personal datum from archive, warehouse, published files, answers and reports.

    Without --yes it only lists the places.

    Parameters
    ----------
    texts
        The datum in each way it may be written, such as "Erika Muster" "Muster, Erika" e.muster@klinikum.example.
    field
        Only where this field of a return has it, such as project.status_reason; may be repeated.
    word
        Only where it is a word of its own.
    reason
        Why, for the record of erasures; without the datum.
    yes
        Erase it.
    """
    from flows.commands.keeping import request_of, run_erase

    return run_erase(_settings(home), request_of(texts, field, reason, is_word=word), is_confirmed=yes)


@app.command
def doctor(*, json: AsJson = False, now: Now = None, home: HomeOption) -> int:
    """Check archive, warehouse, published file, configuration, sources, disk and the last rebuild; change nothing.

    Exit status: 0 all is sound, 1 something wants a look, 3 something is broken.
    """
    from flows.commands.doctor import run_doctor

    return run_doctor(home, as_json=json, now=now)


rules_app = App(
    name="rules",
    help="List the rules that returns are judged by, or try one on what lies in the archive.",
)
app.command(rules_app)


@rules_app.default
def list_rules(*, json: AsJson = False, home: HomeOption) -> int:
    """List every rule with severity, state, waivers and an example of what senders read."""
    from flows.commands.rules import list_rules as show

    return show(_settings(home), as_json=json)


@rules_app.command
def replay(
    rule: str,
    *,
    severity: Literal["error", "warning", "info"] | None = None,
    quarter: str | None = None,
    json: AsJson = False,
    home: HomeOption,
) -> int:
    """Tell which archived returns a rule would concern if it were active, and store nothing.

    Parameters
    ----------
    rule
        Its id, such as X05.
    severity
        As if it had this severity; without it, its own.
    quarter
        Only returns of this quarter, such as 2026-Q3; without it all.
    """
    from flows.commands.rules import replay as try_out
    from schemas.findings import Severity

    return try_out(
        _settings(home),
        rule,
        severity=Severity(severity) if severity else None,
        quarter=_quarter(quarter) if quarter else None,
        as_json=json,
    )


@app.command
def up(*, health: Annotated[bool, Parameter(negative="")] = False, now: Now = None, home: HomeOption) -> int:
    """Start the Prefect server and all schedules; Ctrl-C stops both.

    Parameters
    ----------
    health
        Start nothing; say whether it runs and every planned run happened, and tell the data team when not.
    """
    from flows.up import run_up, show_health

    if health:
        from flows.clock import instant

        return show_health(_settings(home), instant(now))

    return run_up(_settings(home))


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    home: Annotated[
        Path | None, Parameter(name="--home", help="The installation's folder (DIE8_HOME; default ./data).")
    ] = None,
) -> int:
    command, bound, ignored = app.parse_args(tokens)
    if "home" in ignored:
        bound.arguments["home"] = home or _default_home()
    result = command(*bound.args, **bound.kwargs)
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Run the command line and leave with its exit status; problems are one clear sentence on standard error."""
    from cyclopts import CycloptsError

    # A command lives for a second and makes few cycles: looking for them while modules load costs a tenth of it.
    gc.set_threshold(100_000, 50, 50)
    try:
        status_code = app.meta(exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        _leave(WRONG_USAGE)  # cyclopts has said what is wrong
    except KeyboardInterrupt:
        _leave(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(DONE)
    except Exception as error:  # noqa: BLE001 - told as a sentence, or raised again
        _leave(_told(error))
    _leave(status_code if isinstance(status_code, int) else DONE)


def _leave(status_code: int) -> NoReturn:
    """End the process at once: everything is closed, and taking large libraries apart takes longer than a query.

    Prefect has threads of its own to end; where it was used, the interpreter ends in the usual way.
    """
    if "prefect" in sys.modules:
        sys.exit(status_code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status_code)


def _told(error: Exception) -> int:
    """Say what went wrong; an error that is nobody's usage keeps its traceback for the data team."""
    from flows.clock import WrongTimeError
    from flows.failures import remedy
    from schemas.configuration import ConfigurationError

    if isinstance(error, (UsageError, ConfigurationError, WrongTimeError)):
        sys.stderr.write(f"{error}\n")
        return WRONG_USAGE
    sentence = remedy(error)
    if sentence is None:
        raise error
    sys.stderr.write(f"{sentence}\n")
    return FAILED


if __name__ == "__main__":
    main()
