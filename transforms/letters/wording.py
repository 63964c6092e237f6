"""The words of a letter: filled in from ``letters.toml``, as text and as a page that says the same."""

import html
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.letter import Wording
from transforms.answer.wording import one_line, shortened

_LONGEST = 600
_STYLE = 'font:1rem/1.5 "Segoe UI",Arial,sans-serif;max-width:45rem'


@cache
def letters() -> Mapping[str, Mapping[str, str]]:
    """All letters by their kind, as they lie in the file."""
    content = (files("transforms.letters") / "letters.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


def write(kind: str, *, below: str = "", **details: object) -> Wording:
    """Fill a letter in; every detail becomes one line, so that none can add a line or a header of its own.

    ``below`` is put under the letter as it is, for what was written elsewhere already.

    Raises:
        KeyError: a word in braces was not given, our own mistake.
    """
    words = letters()[kind]
    filled = {name: shortened(str(value), _LONGEST) for name, value in details.items()}
    paragraphs = [
        one_line(paragraph.format(**filled)) for paragraph in words["text"].split("\n\n") if paragraph.strip()
    ]
    signature = letters()["signature"]["text"]
    text = "\n\n".join([*paragraphs, signature, *([below] if below else [])]) + "\n"
    return Wording(one_line(words["subject"].format(**filled)), text, _page(kind, paragraphs, signature, below))


def phrase(kind: str, key: str, **details: object) -> str:
    """Fill in one phrase of a letter."""
    return letters()[kind][key].format(**{name: shortened(str(value), _LONGEST) for name, value in details.items()})


def _page(kind: str, paragraphs: list[str], signature: str, below: str) -> str:
    closing = "<br>".join(html.escape(line) for line in signature.split("\n"))
    under = f"<pre>{html.escape(below)}</pre>" if below else ""
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>{html.escape(kind)}</title></head>'
        f"<body style='{_STYLE}'>{body}<p>{closing}</p>{under}</body></html>\n"
    )
