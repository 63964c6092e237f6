"""The German words around the contract: how a field's requirement, form and choices are told to people.

Template and filling-in guide say the same because both ask here. The words themselves lie in ``contract_texts.toml``.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.codes import Code, code_lists
from schemas.contract import Field, FieldType, Required

_SHOWN_AS_CODE = ("org", "kpi")
"""Lists whose codes are themselves what people write; their labels are long names."""


@cache
def texts(section: str) -> Mapping[str, str]:
    """Give the texts of one section of ``contract_texts.toml``, in file order."""
    content = (files("transforms") / "contract_texts.toml").read_text(encoding="utf-8")
    section_texts: Mapping[str, str] = tomllib.loads(content)[section]
    return section_texts


def requirement(field: Field) -> str:
    """Say whether a value must stand there: „Pflicht“, „freiwillig“ or „Pflicht, wenn …“."""
    condition = texts("condition")[field.condition] if field.required is Required.CONDITIONAL else ""
    return texts("requirement")[field.required].format(condition=condition)


def form(field: Field) -> str:
    """Say in which form a value is written, with its range or the length that the report prints."""
    if field.type is FieldType.TEXT and field.max_length:
        return texts("kind")["text_limited"].format(length=field.max_length)
    kind = texts("kind")[field.type]
    if field.lowest is None:
        return kind
    if field.highest is None:
        return texts("kind")["range_from"].format(kind=kind, lowest=field.lowest)
    return texts("kind")["range"].format(kind=kind, lowest=field.lowest, highest=field.highest)


def shown(code_list: str, code: str) -> str:
    """Give what people write and read for a stored code: its label, or the code itself for Kürzel and indicators."""
    return code if code_list in _SHOWN_AS_CODE else code_lists()[code_list].label(code)


def choices(field: Field) -> str:
    """Name the allowed values with their meanings, „grün = im Plan; …“; empty for fields without a list.

    Indicators are left out: they stand on their sheet and in the catalogue.
    """
    if not field.code_list or field.code_list == "kpi":
        return ""
    return "; ".join(_with_meaning(field.code_list, entry) for entry in code_lists()[field.code_list].entries.values())


def _with_meaning(code_list: str, entry: Code) -> str:
    word = shown(code_list, entry.code)
    meaning = entry.label if code_list in _SHOWN_AS_CODE else entry.meaning
    return f"{word} = {meaning}" if meaning else word
