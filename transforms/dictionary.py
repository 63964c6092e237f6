"""Two documents that are generated from the contract: the data dictionary for analysts, the Ausfüllhilfe for offices.

Both are Markdown and pure functions of ``schemas/data``; the files in docs/ are their output, and a test compares.
"""

from collections.abc import Iterable, Iterator, Sequence

from schemas.codes import Indicator, code_lists, indicators, organisations
from schemas.contract import TEMPLATE_VERSION, TEMPLATE_VERSIONS, Field, FieldType, Required, Table, TableKind, tables
from schemas.stored import Column, row_tables, stored_tables
from schemas.views import View
from transforms.contract_texts import choices, form, requirement, texts

_STORED_AS = {
    FieldType.TEXT: "text",
    FieldType.EMAIL: "text",
    FieldType.CODE: "code",
    FieldType.DATE: "date",
    FieldType.QUARTER: "text `JJJJ-Qn`",
    FieldType.INTEGER: "integer",
    FieldType.PERCENT: "number, percentage points",
    FieldType.MONEY: "money",
    FieldType.NUMBER: "number, four decimals",
    FieldType.ORG_LIST: "list of codes",
    FieldType.TEXT_LIST: "list of codes",
}
_OWN_SECTIONS = ("org", "kpi")
"""Lists that are catalogues of their own."""


_ABOUT_THE_DATABASE = (
    "In the published database schema `main` holds what counts now for each organisation and quarter, `history`",
    "every version with `recorded_at` and `superseded_at`, `report` views for questions. `project_as_of(moment)`",
    "and its like give a table as it was known at a moment: a text, a day or a time; without a zone it is one of",
    "Europe/Berlin, a day alone its start. Instants are stored in UTC, days are those of Europe/Berlin:",
    "`berlin_day(instant)` tells on which an instant falls.",
)


def data_dictionary(views: Iterable[View]) -> str:
    """Write the data dictionary as Markdown: every table and field with its German label, views, and code lists.

    ``views`` are those of the published database; their sentences are the warehouse's.
    """
    return "\n".join(
        (
            "# Data dictionary",
            "",
            f"What a return holds (template {TEMPLATE_VERSION}) and how it is stored.",
            "Generated from the contract in `schemas/data`; do not edit.",
            "",
            "Money is stored in EUR with two decimals, percentages in percentage points (35 % is 35),",
            "codes in English.",
            "Labels, descriptions and examples are those that people see in the workbook.",
            "",
            *_ABOUT_THE_DATABASE,
            "",
            *(line for table in tables().values() for line in _table_section(table)),
            "## What became of a delivery",
            "",
            "Table `submission` holds besides what stands on the Deckblatt how a file came and what was said to it.",
            "",
            *_columns_table(_besides("submission")),
            "## Whose a row is",
            "",
            "Every row of a sheet says besides its fields whose it is and where it stands.",
            "",
            *_columns_table(_besides(row_tables()[0])),
            "## Other tables",
            "",
            *(
                line
                for name in stored_tables()
                if name not in tables() and name != "calendar" and not name.startswith("report")
                for line in (f"### `{name}`", "", *_stored_section(name))
            ),
            "## Calendar",
            "",
            *_stored_section("calendar"),
            "## Released reports",
            "",
            "What the committee was given, frozen, and the cells behind every figure.",
            "",
            *(
                line
                for name in stored_tables()
                if name.startswith("report")
                for line in (f"### `{name}`", "", *_stored_section(name))
            ),
            "## Views",
            "",
            "Schema `report` of the published database answers questions that come up again and again;",
            "examples are in the [cookbook](cookbook.md).",
            "",
            *(line for view in views for line in _view_section(view)),
            "## Code lists",
            "",
            *(line for name in code_lists() if name not in _OWN_SECTIONS for line in _code_list_section(name)),
            "## Organisations",
            "",
            *_markdown_table(
                ("Code", "Name", "Counted among the eight", "Also read as"),
                (
                    (f"`{o.org_code}`", o.name, "yes" if o.is_counted else "no", ", ".join(o.aliases))
                    for o in organisations().values()
                ),
            ),
            "## Indicators",
            "",
            *_markdown_table(
                ("Code", "Organisation", "Name", "Unit", "Better", "Kind", "Required", "Confidentiality"),
                (
                    (
                        f"`{kpi.kpi_code}`",
                        kpi.org_code,
                        kpi.name,
                        kpi.unit,
                        kpi.direction,
                        _kind(kpi),
                        "yes" if kpi.is_required else "no",
                        kpi.confidentiality,
                    )
                    for kpi in indicators().values()
                ),
            ),
        )
    )


def filling_guide() -> str:
    """Write the Ausfüllhilfe: German, for the people who fill in the workbook, as Markdown."""
    words = texts("guide")
    return "\n".join(
        (
            f"# {words['title']}",
            "",
            words["version"].format(version=TEMPLATE_VERSION),
            "",
            f"## {words['first']}",
            "",
            *(f"{number}. {line.format(file_name=words['file_name'])}" for number, line in texts("intro").items()),
            "",
            words["master_note"],
            "",
            *(
                line
                for table in tables().values()
                if table.kind is not TableKind.REGISTER
                for line in _guide_section(table)
            ),
            f"## {words['indicators']}",
            "",
            *_indicator_guide(),
        )
    )


def _table_section(table: Table) -> list[str]:
    key = ", ".join(f"`{name}`" for name in table.key)
    about = f"Sheet „{table.sheet}“" + (f", key {key}" if key else "") + f". {table.description}"
    headings = ("Field", "Label", "Type", "Unit", "Required", "Codes, pattern or range", "Description", "Example")
    rows = (
        (
            f"`{field.name}`",
            field.label,
            _STORED_AS[field.type] + (f", at most {field.max_length} characters" if field.max_length else ""),
            field.unit,
            _required(field),
            _constraint(field),
            field.description,
            field.example,
        )
        for field in table.fields.values()
    )
    return [f"## `{table.name}`", "", about, "", *_markdown_table(headings, rows)]


def _besides(name: str) -> Iterator[Column]:
    """The columns of a stored table that are no fields of the contract."""
    return (column for column in stored_tables()[name].columns.values() if column.field is None)


def _stored_section(name: str) -> list[str]:
    table = stored_tables()[name]
    schema = "main" if table.public_columns else "history"
    return [f"`{schema}.{name}`: {table.comment}", "", *_columns_table(table.columns.values())]


def _columns_table(columns: Iterable[Column]) -> list[str]:
    rows = (
        (f"`{column.name}`", column.type, column.comment + ("" if column.is_public else " In schema `history` alone."))
        for column in columns
    )
    return _markdown_table(("Column", "Type", "What it holds"), rows)


def _view_section(view: View) -> list[str]:
    columns = ((f"`{name}`", comment) for name, comment in view.columns.items())
    return [f"### `report.{view.name}`", "", view.comment, "", *_markdown_table(("Column", "What it holds"), columns)]


def _required(field: Field) -> str:
    said = f"if `{field.condition}`" if field.required is Required.CONDITIONAL else field.required.value
    return said if field.since == TEMPLATE_VERSIONS[0] else f"{said}; since {field.since}"


def _constraint(field: Field) -> str:
    if field.code_list:
        return f"list `{field.code_list}`"
    if field.pattern:
        return f"`{field.pattern}`"
    if field.lowest is not None:
        return f"{field.lowest} to {field.highest}" if field.highest is not None else f"≥ {field.lowest}"
    return ""


def _kind(indicator: Indicator) -> str:
    kinds = {
        "cumulated over the year": indicator.is_cumulated,
        "counted anew each quarter": indicator.is_flow,
        "maturity score": indicator.is_maturity,
    }
    return ", ".join(kind for kind, applies in kinds.items() if applies) or "level"


def _code_list_section(name: str) -> list[str]:
    rows = (
        (f"`{entry.code}`", entry.label, entry.meaning, ", ".join(entry.aliases))
        for entry in code_lists()[name].entries.values()
    )
    return [f"### `{name}`", "", *_markdown_table(("Code", "Label", "Meaning", "Also read as"), rows)]


def _guide_section(table: Table) -> list[str]:
    rows = (
        (
            f"{field.label} ▪" if field.is_master_data else field.label,
            field.description,
            requirement(field),
            f"{form(field)}: {allowed}" if (allowed := choices(field)) else form(field),
            field.example,
        )
        for field in table.fields.values()
    )
    headings = texts("guide")["columns"].split("|")
    return [f"## {table.sheet}", "", table.description, "", *_markdown_table(headings, rows)]


def _indicator_guide() -> list[str]:
    words = texts("guide")
    rows = (
        (
            kpi.kpi_code,
            kpi.name,
            kpi.unit,
            words[kpi.direction],
            words["required_yes"] if kpi.is_required else words["required_no"],
        )
        for kpi in indicators().values()
    )
    return _markdown_table(words["indicator_columns"].split("|"), rows)


def _markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table; ``|`` within a cell is escaped, as Markdown wants it even inside code."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines] + [""]
