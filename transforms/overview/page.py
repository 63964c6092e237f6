"""The board as one HTML file: needs nothing else, runs nothing, is readable by everyone, by day and by night."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache

from schemas.codes import code_lists, organisations
from schemas.overview import Overview, Punctuality, RunStanding, SourceStanding, Standing
from schemas.tabular import read_definitions
from transforms.answer.page import Markup, element
from transforms.answer.wording import in_berlin, shortened
from transforms.wording import german_date, german_day

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #767676; --head: #1f4e79; --soft: #f3f5f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eee; --paper: #1b1b1b; --line: #8a8a8a; --head: #2b5f8f; --soft: #262a2e; }
}
body { font: 1rem/1.5 "Source Sans 3", "Segoe UI", Arial, sans-serif; max-width: 78rem; margin: 1.5rem auto;
  padding: 0 1rem; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.lead { font-size: 1.15rem; border-left: .4rem solid var(--head); padding: .2rem 1rem; background: var(--soft); }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: .2rem solid var(--head); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .55rem; text-align: left; vertical-align: top; }
thead th { background: var(--head); color: #fff; }
tbody th { font-weight: 600; }
td span { display: block; } td .day { white-space: nowrap; }
.mark { font-weight: 600; }
.alert { border: .15rem solid currentColor; padding: .4rem .8rem; }
@media print { body { margin: 0; max-width: none; } thead { display: table-header-group; } }
"""
_LONGEST_REASON = 400
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SIGNS: Mapping[Punctuality, str] = {
    Punctuality.IN_TIME: "●",
    Punctuality.LATE: "▲",
    Punctuality.AFTER_CLOSE: "▲",
    Punctuality.NOT_DELIVERED: "◆",
    Punctuality.EXPECTED: "○",
    Punctuality.NOT_DUE: "○",
}
"""Shape beside the word: the state is never told by colour alone."""


@cache
def words() -> Mapping[str, str]:
    """The German words of the board by their key."""
    return {row["key"]: row["text"] for row in read_definitions("overview_texts")}


def overview_page(overview: Overview) -> str:
    """Write the board; the same overview gives the same page."""
    made = in_berlin(overview.made_at)
    main = element(
        "main",
        element("h1", words()["title"]),
        element("p", words()["made"].format(tag=german_date(made.date()), uhrzeit=made.strftime("%H:%M"))),
        element("p", *_between(headline(overview)), class_="lead"),
        *(element("p", text, class_="alert") for text in _alerts(overview)),
        element("h2", words()["matrix"]),
        _matrix(overview),
        element("h2", words()["next_letters"]),
        _planned(overview),
        element("h2", words()["sources"]),
        _table("sources", words()["source_columns"], map(_source_row, overview.sources)),
        element("h2", words()["runs"]),
        _table("runs", words()["run_columns"], map(_run_row, overview.runs)),
        element("h2", words()["letters"]),
        _letters(overview),
    )
    head = "".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", words()["title"]),
            f"<style>{_STYLE}</style>",
        )
    )
    return f'<!DOCTYPE html>\n<html lang="de"><head>{head}</head><body>{main}</body></html>\n'


def headline(overview: Overview) -> tuple[str, ...]:
    """The sentences that say most: how many have delivered, who is missing, what is due."""
    missing = [organisations()[code].name for code in overview.missing]
    expected = len(overview.organisations)
    key = "nothing_missing" if not missing else "missing" if len(missing) == 1 else "missing_many"
    sentences = [
        words()["headline"].format(
            quartal=overview.quarter.in_text, geliefert=expected - len(missing), erwartet=expected
        ),
        words()[key].format(namen=", ".join(missing)),
    ]
    if overview.due:
        due = ", ".join(f"{entry.title} {entry.quarter.in_tables}" for entry in overview.due)
        sentences.append(words()["today"].format(was=due))
    if overview.following is not None:
        following = f"{overview.following.title} {overview.following.quarter.in_tables}"
        sentences.append(words()["next"].format(was=following, tag=german_day(overview.following.day)))
    return tuple(sentences)


def planned_lines(overview: Overview) -> tuple[tuple[str, str, str], ...]:
    """What will be sent next: day, what, to whom."""
    return tuple(
        (german_day(item.day), item.title, ", ".join(item.org_codes) or words()["to_data_team"])
        for item in overview.planned
    )


def source_state(source: SourceStanding) -> str:
    """How a source does, in words."""
    if source.failing_since is not None:
        return words()["source_failing"].format(zeit=_moment(source.failing_since), problem=_reason(source.problem))
    return words()["source_never" if source.visited_at is None else "source_fine"]


def _reason(text: str) -> str:
    """A reason on one line; its remedy stands at the end and is not to be cut off."""
    return shortened(text, _LONGEST_REASON)


def _between(sentences: Iterable[str]) -> Iterator[str]:
    for number, sentence in enumerate(sentences):
        yield f" {sentence}" if number else sentence


def _alerts(overview: Overview) -> Iterator[str]:
    if overview.letters_folder and overview.has_mail:
        yield words()["doubt"].format(ordner=overview.letters_folder)
    elif overview.letters_folder:
        yield words()["no_mail"].format(ordner=overview.letters_folder)
    for source in overview.sources:
        if source.failing_since is not None:
            yield f"{words()['source_columns'].split('|')[0]} {source.name}: {source_state(source)}"
    for run in overview.runs:
        if run.outcome == "failed":
            yield f"{words()['run_columns'].split('|')[0]} {_run_name(run)}: {_run_state(run)}"


def _matrix(overview: Overview) -> Markup:
    columns = "|".join((words()["organisation"], *(quarter.in_tables for quarter in overview.quarters)))
    rows = (
        element(
            "tr",
            element("th", organisations()[code].name, scope="row"),
            *(_cell(of[quarter]) for quarter in overview.quarters),
        )
        for code, of in overview.organisations.items()
    )
    return _table("matrix", columns, rows)


def _cell(standing: Standing) -> Markup:
    punctuality = words()[standing.punctuality].format(tag=german_date(standing.delivery))
    lines = [element("span", f"{_SIGNS[standing.punctuality]} {punctuality}", class_="mark")]
    if standing.verdict is not None:
        lines.append(element("span", code_lists()["verdict"].label(standing.verdict)))
    if standing.received_at is not None:
        came = german_date(in_berlin(standing.received_at).date())
        lines.append(element("span", words()["received"].format(tag=came), class_="day"))
        lines.append(element("span", _findings(standing)))
    return element("td", *lines)


def _findings(standing: Standing) -> str:
    told = []
    if standing.errors:
        told.append(f"{standing.errors} Fehler")
    if standing.warnings:
        told.append("1 Warnung" if standing.warnings == 1 else f"{standing.warnings} Warnungen")
    return ", ".join(told) or words()["no_findings"]


def _planned(overview: Overview) -> Markup:
    lines = planned_lines(overview)
    if not lines:
        return element("p", words()["nothing_planned"])
    rows = (
        element("tr", element("th", day, scope="row"), element("td", what), element("td", to))
        for day, what, to in lines
    )
    return _table("next_letters", words()["letter_columns"], rows)


def _source_row(source: SourceStanding) -> Markup:
    return element(
        "tr",
        element("th", source.name, scope="row"),
        element("td", _moment(source.visited_at)),
        element("td", _moment(source.succeeded_at)),
        element("td", source_state(source)),
    )


def _run_row(run: RunStanding) -> Markup:
    return element(
        "tr",
        element("th", _run_name(run), scope="row"),
        element("td", _moment(run.begun_at)),
        element("td", _run_state(run)),
        element("td", _moment(run.next_at)),
    )


def _run_name(run: RunStanding) -> str:
    return words()[f"run_of_{run.name}"]


def _run_state(run: RunStanding) -> str:
    """How it ended, and why when it failed; what came of it is what the rest of the board shows."""
    state = words()[f"run_{run.outcome or 'never'}"]
    return f"{state}: {_reason(run.message)}" if run.message and run.outcome == "failed" else state


def _letters(overview: Overview) -> Markup:
    if not overview.letters:
        return element("p", words()["letters_none"])
    rows = (
        element("tr", element("th", stand, scope="row"), element("td", str(count)))
        for stand, count in overview.letters.items()
    )
    return _table("letters", words()["letters_columns"], rows)


def _moment(moment: datetime | None) -> str:
    return in_berlin(moment).strftime("%d.%m.%Y %H:%M") if moment else "–"


def _table(key: str, columns: str, rows: Iterable[Markup]) -> Markup:
    head = element("tr", *(element("th", column, scope="col") for column in columns.split("|")))
    table = element("table", element("thead", head), element("tbody", *rows))
    # Wide tables scroll in a box of their own, which the keyboard must be able to reach.
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=words()[key])
