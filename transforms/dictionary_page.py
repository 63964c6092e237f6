"""The data dictionary as one HTML file that needs nothing else: searchable, for keyboard and screen reader, dark mode.

It is made from the Markdown of `transforms.dictionary`, so that both say the same.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from itertools import takewhile

from schemas.views import View
from transforms.dictionary import data_dictionary

_HEADING = re.compile(r"(#{1,3}) (.*)")
_CELLS = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`([^`]*)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def dictionary_page(views: Iterable[View]) -> str:
    """Write the whole page; no script or style is fetched, and no text of the definitions can become markup."""
    template = (files("transforms") / "dictionary_page.html").read_text(encoding="utf-8")
    lines = data_dictionary(views).splitlines()
    sections = [match[2] for line in lines if (match := _HEADING.fullmatch(line)) and len(match[1]) == 2]
    contents = "\n".join(f'<li><a href="#{_anchor(name)}">{_inline(name)}</a></li>' for name in sections)
    body = "\n".join(_blocks(lines))
    return template.replace("{{contents}}", contents).replace("{{body}}", body)


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    """Write headings, tables and paragraphs; a section is everything up to the next heading."""
    is_open = False
    number = 0
    while number < len(lines):
        line = lines[number]
        if heading := _HEADING.fullmatch(line):
            level, text = len(heading[1]), heading[2]
            if level == 1:
                yield f"<h1>{_inline(text)}</h1>"
            else:
                yield "</section>" if is_open else ""
                yield f'<section><h{level} id="{_anchor(text)}">{_inline(text)}</h{level}>'
                is_open = True
            title = text
        elif line.startswith("| "):
            rows = []
            while number < len(lines) and lines[number].startswith("|"):
                rows.append(lines[number])
                number += 1
            yield _table(title, rows)
            continue
        elif line:
            paragraph = list(takewhile(bool, lines[number:]))
            yield f"<p>{_inline(' '.join(paragraph))}</p>"
            number += len(paragraph) - 1
        number += 1
    if is_open:
        yield "</section>"


def _table(title: str, lines: Sequence[str]) -> str:
    head, _, *rows = [_cells(line) for line in lines]
    heads = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    body = "\n".join(
        f'<tr><th scope="row">{_inline(row[0])}</th>{"".join(f"<td>{_inline(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    label = html.escape(title.replace("`", ""))
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table>'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip()[1:-1])]


def _inline(text: str) -> str:
    escaped = html.escape(text, quote=False)
    linked = _LINK.sub(lambda link: f"<em>{link[1]}</em>", escaped)  # the pages linked to do not come along
    return _CODE.sub(r"<code>\1</code>", linked)


def _anchor(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
