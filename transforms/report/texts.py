"""The German texts of the report, from ``report_texts.toml`` and ``output_texts.toml`` in ``schemas/data``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.codes import code_lists


@cache
def texts(section: str) -> Mapping[str, str]:
    """Give the texts of a section, in file order; KeyError when there is no such section."""
    return _sections()[section]


def text(section: str, key: str, **values: object) -> str:
    """Give one text with its placeholders filled; what is filled in is never read as a placeholder again."""
    return texts(section)[key].format_map(values)


def counted(key: str, number: int, **values: object) -> str:
    """Give the text that fits the number: ``<key>.one`` for 1, ``.zero`` for 0 where there is one, ``.other`` else.

    ``{n}`` is the number; no line breaks between it and the word it counts.
    """
    forms = texts(f"counted.{key}")
    form = "one" if number == 1 else "zero" if number == 0 and "zero" in forms else "other"
    return forms[form].replace("{n} ", "{n}\u00a0").format_map({"n": number, **values})


def label(code_list: str, code: str | None) -> str:
    """Give the German label of a stored code; an unknown code is shown as it is, nothing as an empty text."""
    if code is None:
        return ""
    entry = code_lists()[code_list].entries.get(code)
    return entry.label if entry else code


@cache
def _sections() -> Mapping[str, Mapping[str, str]]:
    sections: dict[str, Mapping[str, str]] = {}
    for file in ("report_texts.toml", "output_texts.toml"):
        content = (files("schemas") / "data" / file).read_text(encoding="utf-8")
        for name, section in tomllib.loads(content).items():
            if all(isinstance(value, str) for value in section.values()):
                sections[name] = section
            else:
                sections.update({f"{name}.{key}": value for key, value in section.items()})
    return sections
