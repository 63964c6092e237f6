"""Drop-downs, input checks and prompts of the template, one per field, as XlsxWriter's data validations.

They help while typing; pasted values pass them, so the reader relies on none of it.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from schemas.contract import Field, FieldType
from transforms.contract_texts import requirement, texts

Validation: TypeAlias = dict[str, object]

_TITLE_LENGTH = 32
_MESSAGE_LENGTH = 255
"""Excel's limits for the title and the text of a prompt."""
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def validation(field: Field, list_ranges: Mapping[str, str]) -> Validation:
    """Give the drop-down or input check of a field, with its description as prompt.

    ``list_ranges`` names for each code list the range of sheet Listen that holds its values. Cells with several
    values get a prompt only: Excel's drop-downs choose one.
    """
    words = texts("template")
    check: Validation = {"validate": "any"}
    match field.type:
        case FieldType.CODE:
            check = {"validate": "list", "source": f"={list_ranges[field.code_list]}"}
            check["error_message"] = words["error_list"]
        case FieldType.DATE:
            check = {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
            check["error_message"] = words["error_date"]
        case FieldType.PERCENT | FieldType.MONEY | FieldType.INTEGER if field.lowest is not None:
            check = _range(field, field.lowest)
        case FieldType.TEXT | FieldType.EMAIL if field.max_length:
            check = {"validate": "length", "criteria": "<=", "value": field.max_length, "error_type": "warning"}
            check["error_message"] = words["error_length"].format(length=field.max_length)
    if check["validate"] != "any":
        check["error_title"] = words["error_title"]
    return {**check, **_prompt(field)}


def _range(field: Field, lowest: Decimal) -> Validation:
    """Check the range that the contract sets; a percentage is 0.35 in its cell and 35 in the contract."""
    scale = Decimal(100) if field.type is FieldType.PERCENT else Decimal(1)
    words = texts("template")
    check: Validation = {"validate": "integer" if field.type is FieldType.INTEGER else "decimal"}
    if field.highest is None:
        message = words["error_from"].format(lowest=lowest)
        return {**check, "criteria": ">=", "value": float(lowest / scale), "error_message": message}
    unit = " %" if field.type is FieldType.PERCENT else ""
    message = words["error_between"].format(lowest=f"{lowest}{unit}", highest=f"{field.highest}{unit}")
    ends = {"minimum": float(lowest / scale), "maximum": float(field.highest / scale)}
    return {**check, "criteria": "between", **ends, "error_message": message}


def _prompt(field: Field) -> Validation:
    words = texts("template")
    details = {"description": field.description, "requirement": requirement(field), "example": field.example}
    message = words["prompt"].format(**details)
    if len(message) > _MESSAGE_LENGTH:
        message = words["prompt_short"].format(**details)
    prompt: Validation = {"input_message": message}
    if len(field.label) <= _TITLE_LENGTH:
        prompt["input_title"] = field.label
    return prompt
