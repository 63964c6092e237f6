"""The tables of an edition: what lies above its level is taken out before anything is computed from them.

In doubt a row is left out: one without a valid confidentiality counts as confidential, and what belongs to a project
is shown only where the project is.
"""

from collections.abc import Iterable, Mapping

import polars as pl

from schemas.contract import GENERAL_PROJECT
from schemas.editions import Edition, table_levels
from schemas.place import Place
from schemas.quarter import Quarter
from transforms.report.texts import text

_FREE_TEXTS_OF_COVER = ("overall_assessment", "contact_mailbox", "correction_reason", "approved_by_role", "file_name")
_TEXTS_OF_FINDING = ("message", "value", "expected")
_ABOUT_THE_WHOLE = ("overall_assessment", "correction_reason")
_SHORTEST_NAME = 8
"""Titles shorter than this are not searched for in other texts: they would be words of their own."""

Tables = Mapping[str, pl.DataFrame]


def tables_for(
    tables: Tables, edition: Edition, quarter: Quarter, latest: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """Give the tables as the edition may know them; the full edition knows all of them.

    A project is shown when its row allows it, and its latest one does, too: what has become confidential is so in
    every quarter. Texts of other rows that name a hidden project by its number or title are replaced.
    For tables as they once were, ``latest`` are the projects as they are now: what is confidential now is hidden in
    the past, too. ``tables`` are those of the published database's schema ``main`` up to the quarter.
    """
    if edition.is_full:
        return dict(tables)
    known = tables["project"] if latest is None else pl.concat([tables["project"], latest])
    hidden = _hidden_projects(known, edition, quarter)
    shown: dict[str, pl.DataFrame] = {
        **tables,
        "project": tables["project"].filter(
            _is_allowed(edition) & ~pl.col("project_id").is_in(hidden["project_id"].implode())
        ),
        "kpi": tables["kpi"].filter(_is_allowed(edition)),
    }
    for name, level in table_levels().items():
        if name not in ("project", "submission", "finding"):
            shown[name] = _rows(tables[name], level.level_from, shown) if edition.shows(name) else tables[name].clear()
    shown["submission"] = _covers(tables["submission"], edition, hidden)
    names = _names(known, hidden)
    shown = {name: _masked(name, frame, names) for name, frame in shown.items()}
    shown["finding"] = (
        _findings(tables["finding"], shown, names) if edition.shows("finding") else tables["finding"].clear()
    )
    return shown


def _is_allowed(edition: Edition) -> pl.Expr:
    return pl.col("confidentiality").is_in(edition.levels).fill_null(value=False)


def _hidden_projects(projects: pl.DataFrame, edition: Edition, quarter: Quarter) -> pl.DataFrame:
    """Give the latest row of each project that the edition may not show; of two states of it, either."""
    known = projects.filter(pl.col("report_quarter") <= str(quarter))
    latest = known.filter(pl.col("report_quarter") == pl.col("report_quarter").max().over("project_id"))
    return latest.filter(~_is_allowed(edition)).unique("project_id", maintain_order=True)


def _rows(frame: pl.DataFrame, level_from: str, shown: Tables) -> pl.DataFrame:
    match level_from:
        case "kpi":
            return frame.join(shown["kpi"].select("kpi_code"), on="kpi_code", how="semi", maintain_order="left")
        case "project":
            return _of_projects(frame, shown)
        case _:
            return frame


def _of_projects(frame: pl.DataFrame, shown: Tables) -> pl.DataFrame:
    """Keep what belongs to a shown project, and what belongs to none because it is about the organisation."""
    is_from_book = "decision_no" in frame.columns  # the Beschlussbuch is of no quarter
    on = ["project_id"] if is_from_book else ["project_id", "report_quarter"]
    of_shown = frame.join(shown["project"].select(on), on=on, how="semi", maintain_order="left")
    general = frame.filter(pl.col("project_id").fill_null(GENERAL_PROJECT) == GENERAL_PROJECT)
    if is_from_book:
        # An entry that answers a request stands and falls with the request's project.
        requests = shown["decision_request"]["decision_id"].implode()
        general = general.filter(pl.col("decision_id").is_null() | pl.col("decision_id").is_in(requests))
    return pl.concat([of_shown, general])


def _covers(submissions: pl.DataFrame, edition: Edition, hidden: pl.DataFrame) -> pl.DataFrame:
    """Take the free texts out of the Deckblatt where they may speak about what is hidden.

    A text about a whole organisation is as confidential as its most confidential project.
    """
    names = [name for name in _FREE_TEXTS_OF_COVER if name in submissions.columns]
    if not edition.shows("submission"):
        return submissions.with_columns(pl.lit(None, submissions.schema[name]).alias(name) for name in names)
    has_hidden = pl.col("org_code").is_in(hidden["org_code"].implode())
    texts = (name for name in _ABOUT_THE_WHOLE if name in submissions.columns)
    return submissions.with_columns(pl.when(~has_hidden).then(pl.col(name)).alias(name) for name in texts)


def _findings(findings: pl.DataFrame, shown: Tables, names: list[str]) -> pl.DataFrame:
    """Keep the findings all of whose cells lie in rows that are shown, and that name nothing hidden."""
    rows = {
        place
        for name in table_levels()
        if name in shown and {"source_sheet", "source_row", "submission_id"} <= set(shown[name].columns)
        for place in shown[name].select("submission_id", "source_sheet", "source_row").iter_rows()
    }
    kept = [
        _lies_within(str(submission_id), str(sheet), cells, rows)
        for submission_id, sheet, cells in findings.select("submission_id", "sheet", "cells").iter_rows()
    ]
    return _naming_nothing(findings.filter(pl.Series(kept, dtype=pl.Boolean)), names)


def _lies_within(submission_id: str, sheet: str, cells: Iterable[str] | None, rows: set[tuple[object, ...]]) -> bool:
    places = [Place.of(cell if "!" in cell else f"{sheet}!{cell}") for cell in cells or ()]
    return bool(places) and all((submission_id, place.sheet, place.row) in rows for place in places)


def _names(projects: pl.DataFrame, hidden: pl.DataFrame) -> list[str]:
    """Give the numbers of the hidden projects and all titles that they ever had."""
    of_hidden = projects.filter(pl.col("project_id").is_in(hidden["project_id"].implode()))
    titles = of_hidden["title"].drop_nulls().unique(maintain_order=True)
    return [*hidden["project_id"], *(title for title in titles if len(title) >= _SHORTEST_NAME)]


def _masked(table: str, frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Replace the texts that name a hidden project; a project's own title may well contain another one's."""
    if not names or frame.is_empty():
        return frame
    instead = text("editions", "masked")
    own_titles = ("project_id", "title") if table == "project" else ("project_id",)
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in own_titles]
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    return frame.with_columns(
        *(
            pl.when(_names_hidden(pl.col(name), names)).then(pl.lit(instead)).otherwise(pl.col(name)).alias(name)
            for name in texts
        ),
        *(pl.when(~_names_hidden(pl.col(name).list.join(" "), names)).then(pl.col(name)).alias(name) for name in lists),
    )


def _naming_nothing(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    if not names or frame.is_empty():
        return frame
    return frame.filter(~pl.any_horizontal(_names_hidden(pl.col(name), names) for name in _TEXTS_OF_FINDING))


def _names_hidden(told: pl.Expr, names: list[str]) -> pl.Expr:
    return told.str.contains_any(names, ascii_case_insensitive=True).fill_null(value=False)
