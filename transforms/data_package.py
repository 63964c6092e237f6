"""The description of exported tables for programs: ``datapackage.json`` of the Frictionless Data Package standard.

The CSV files are those of `transforms.excel_csv`; the description says how to read them without a spreadsheet.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from schemas.codes import code_lists
from schemas.stored import Column, stored_tables
from transforms.excel_csv import ENCODING

_DELIMITER = ";"
_OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "submission": ("submission_id",),
    "organisation": ("org_code",),
    "kpi": ("kpi_code",),
    "finding": ("submission_id", "position"),
    "report": ("report_id",),
    "report_file": ("report_id", "file_name"),
    "report_submission": ("report_id", "submission_id"),
    "report_figure": ("report_id", "figure_id"),
    "report_figure_source": ("report_id", "figure_id", "position"),
}
_LISTS_THAT_ARE_TABLES = {"org": ("organisation", "org_code"), "kpi": ("kpi", "kpi_code")}
_DESCRIPTION = (
    "All tables and views of the published database. The CSV files open in a German Excel with a double click: UTF-8 "
    "with byte order mark, semicolons, decimal commas, instants in Europe/Berlin. A text that a spreadsheet would take "
    "for a formula has an apostrophe in front; the Parquet files beside them hold every text as it is, and all types. "
    "Rows of every confidentiality are in them: see the column confidentiality before passing anything on."
)


class Exported(Struct, frozen=True):
    """One exported table or view: its columns with DuckDB's types and their comments, and its CSV file."""

    name: str
    """Of a view with its schema: ``report.traffic_lights``."""
    comment: str
    columns: tuple[tuple[str, str, str], ...]
    """Name, type and comment."""
    path: str
    parquet_path: str
    size: int
    sha256: str


def data_package(exported: Iterable[Exported], documents: Iterable[str]) -> bytes:
    """Write datapackage.json for the exported tables; ``documents`` are the files that explain them."""
    package = {
        "profile": "tabular-data-package",
        "name": "die8",
        "title": "Die 8: Statusmeldungen der städtischen Gesellschaften",
        "description": _DESCRIPTION,
        "documentation": list(documents),
        "resources": [_resource(table) for table in exported],
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n"


def resource_name(table: str) -> str:
    """Name a table as the standard allows: small letters, digits, ``-``, ``_`` and dots."""
    return re.sub(r"[^a-z0-9._-]", "-", table.lower())


def _resource(table: Exported) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": resource_name(table.name),
        "path": table.path,
        "parquet": table.parquet_path,
        "description": table.comment,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": ENCODING,
        "bytes": table.size,
        "hash": f"sha256:{table.sha256}",
        "dialect": {"delimiter": _DELIMITER, "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": _schema(table),
    }


def _schema(table: Exported) -> dict[str, Any]:
    stored = stored_tables().get(table.name)
    columns = stored.columns if stored else {}
    contract_key = tuple(column.name for column in columns.values() if column.field and column.is_required)
    key = _OWN_KEYS.get(table.name) or (("submission_id", *contract_key) if contract_key else ())
    fields = [_field(name, kind, comment, columns.get(name), key) for name, kind, comment in table.columns]
    schema: dict[str, Any] = {"missingValues": [""], "fields": fields}
    if key:
        schema["primaryKey"] = list(key)
    if stored:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": resource, "fields": [field]}}
            for name, resource, field in _references(table.name, contract_key)
            if name in columns
        ]
    return schema


def _references(table: str, contract_key: tuple[str, ...]) -> Iterable[tuple[str, str, str]]:
    """Name the columns that lead to another table."""
    if table not in ("organisation", "kpi"):  # what is common to all has no organisation
        yield "org_code", "organisation", "org_code"
    if table not in ("submission", "finding", "report_submission", "report_figure_source") and contract_key:
        yield "submission_id", "submission", "submission_id"
    if table != "report" and table.startswith("report_"):
        yield "report_id", "report", "report_id"
    if table == "kpi_value":
        yield "kpi_code", "kpi", "kpi_code"


def _field(name: str, kind: str, comment: str, column: Column | None, key: tuple[str, ...]) -> dict[str, Any]:
    # A text or list that must be given may be empty, and in CSV empty is nothing.
    is_required = column is not None and column.is_required and (name in key or not kind.startswith("VARCHAR"))
    constraints: dict[str, Any] = {"required": True} if is_required else {}
    contract = column.field if column else None
    if contract and not contract.type.is_list:
        if contract.code_list and contract.code_list not in _LISTS_THAT_ARE_TABLES:
            constraints["enum"] = list(code_lists()[contract.code_list].codes)
        if contract.pattern:
            constraints["pattern"] = contract.pattern
    described = {"name": name, **_type(kind), "description": comment}
    if contract:
        described["title"] = contract.label
    return {**described, "constraints": constraints} if constraints else described


def _type(kind: str) -> dict[str, Any]:
    """The type of the standard for one of DuckDB's, and how it is written."""
    match kind:
        case "BOOLEAN":
            return {"type": "boolean", "trueValues": ["wahr"], "falseValues": ["falsch"]}
        case "DATE":
            return {"type": "date"}
        case "TIMESTAMP WITH TIME ZONE" | "TIMESTAMP":
            return {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"}
        case "FLOAT" | "DOUBLE":
            return {"type": "number", "decimalChar": ","}
        case _ if kind.startswith("DECIMAL"):
            return {"type": "number", "decimalChar": ","}
        case _ if kind.endswith("INT") or kind == "INTEGER":
            return {"type": "integer"}
        case _:
            return {"type": "string"}
