"""Drop-downs and input checks in OpenDocument, from the words that XlsxWriter takes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from transforms.workbook.ods_book import Check, OdsBook, OdsSheet
from transforms.workbook.ods_xml import element, paragraphs, quoted

_TYPES: Mapping[str, str] = {
    "date": "cell-content-is-date()",
    "decimal": "cell-content-is-decimal-number()",
    "integer": "cell-content-is-whole-number()",
}


class Checks:
    """The checks of a workbook; what is checked alike has one entry."""

    def __init__(self, book: OdsBook) -> None:
        self._names: dict[str, str] = {}
        self._definitions: list[str] = []
        self._of: dict[tuple[str, int], list[tuple[range, str]]] = {}
        for sheet in book.sheets:
            for check in sheet.checks:
                name = self._name(check, sheet)
                for column in range(check.columns[0], check.columns[1] + 1):
                    rows = range(check.rows[0], check.rows[1] + 1)
                    self._of.setdefault((sheet.name, column), []).append((rows, name))

    def of(self, sheet: OdsSheet, row: int, column: int) -> str | None:
        """The name of the check by which a cell is watched."""
        return next((name for rows, name in self._of.get((sheet.name, column), ()) if row in rows), None)

    def definitions(self) -> str:
        """All checks, as they stand before the first sheet."""
        return element("table:content-validations", None, *self._definitions)

    def _name(self, check: Check, sheet: OdsSheet) -> str:
        words = check.words
        condition = _condition(words)
        attributes: dict[str, object] = {
            "table:condition": f"of:{condition}" if condition else None,
            "table:allow-empty-cell": True,
            "table:display-list": "unsorted" if words["validate"] == "list" else None,
            "table:base-cell-address": f"${quoted(sheet.name)}.$A$1",  # no condition looks at the cells around it
        }
        inside = (_prompt(words), _refusal(words))
        told = element("check", attributes, *inside)
        if told not in self._names:
            self._names[told] = f"check{len(self._names) + 1}"
            name = {"table:name": self._names[told]}
            self._definitions.append(element("table:content-validation", {**name, **attributes}, *inside))
        return self._names[told]


def _prompt(words: Mapping[str, Any]) -> str:
    if "input_message" not in words:
        return ""
    title = words.get("input_title")
    return element(
        "table:help-message", {"table:title": title, "table:display": True}, paragraphs(words["input_message"])
    )


def _refusal(words: Mapping[str, Any]) -> str:
    if "error_message" not in words:
        return ""
    kind = words.get("error_type", "stop")
    attributes = {"table:message-type": kind, "table:title": words.get("error_title"), "table:display": True}
    return element("table:error-message", attributes, paragraphs(words["error_message"]))


def _condition(words: Mapping[str, Any]) -> str:
    match words["validate"]:
        case "list":
            sheet, _, area = str(words["source"]).removeprefix("=").partition("!")
            first, _, last = area.partition(":")
            return f"cell-content-is-in-list([${sheet}.{first}:.{last}])"
        case "length":
            return f"cell-content-text-length(){words['criteria']}{words['value']}"
        case "date" | "decimal" | "integer" as kind:
            return f"{_TYPES[kind]} and {_range(words)}"
        case _:
            return ""


def _range(words: Mapping[str, Any]) -> str:
    if words["criteria"] == "between":
        return f"cell-content-is-between({_number(words['minimum'])};{_number(words['maximum'])})"
    return f"cell-content(){words['criteria']}{_number(words['value'])}"


def _number(value: float | date) -> str:
    if isinstance(value, date):
        return f"DATE({value.year};{value.month};{value.day})"
    return f"{value:.10g}"
