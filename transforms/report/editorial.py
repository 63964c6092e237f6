"""The department's own words: a Markdown file per quarter, read as data. Nothing of it is ever run or interpreted.

The form: a first-level heading names what follows. „Was sich geändert hat“, „Was Sorgen macht“ and „Worum wir bitten“
replace the generated sentence of page 1, „Vorwort“ is the foreword; text before any heading belongs to it, too. In the
foreword paragraphs, second-level headings, lists, **bold**, *italic* and links to https or mailto mean what they mean
in Markdown; everything else is text, HTML as well.
"""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from schemas.configuration import ConfigurationError
from schemas.facts import BlockKind, Editorial, Run, TextBlock
from transforms.report.texts import text, texts
from transforms.report.writing import for_display

LONGEST_SENTENCE = 320
"""A sentence of page 1 has three lines."""
LONGEST_FOREWORD = 4000
"""The foreword has a page."""

_SENTENCES = ("changed", "worries", "asks")
_MARKS = {"bullet_list_open": BlockKind.LIST, "ordered_list_open": BlockKind.NUMBERED}
_ADDRESSES = ("https://", "mailto:")


def read_editorial(content: str, file_name: str) -> Editorial:
    """Read the department's file.

    Raises:
        ConfigurationError: a heading that names nothing, or a text that is too long; with file, line and remedy.
    """
    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "reference", "html_block", "html_inline"])
    parts: dict[str, list[TextBlock]] = {}
    part, line = "foreword", 1
    tokens = parser.parse(content)
    for at, token in enumerate(tokens):
        if token.level or token.type.endswith("_close"):
            continue
        line = token.map[0] + 1 if token.map else line
        if token.type == "heading_open" and token.tag == "h1":
            part = _part(tokens[at + 1].content, f"{file_name}:{line}")
            parts.setdefault(part, [])
        else:
            parts.setdefault(part, []).append(_block(tokens[at:]))
        _assert_short(part, parts[part], f"{file_name}:{line}")
    foreword = tuple(block for block in parts.pop("foreword", ()) if block.items)
    sentences = {f"summary.{name}": _plain(blocks) for name, blocks in parts.items()}
    return Editorial({name: words for name, words in sentences.items() if words}, foreword)


def _part(heading: str, place: str) -> str:
    named = {texts("pages")[name].casefold(): name for name in (*_SENTENCES, "foreword")}
    found = named.get(" ".join(heading.split()).casefold())
    if found is None:
        known = ", ".join(f"„{texts('pages')[name]}“" for name in (*_SENTENCES, "foreword"))
        raise ConfigurationError(text("editorial", "unknown_heading", place=place, heading=heading, known=known))
    return found


def _assert_short(part: str, blocks: Sequence[TextBlock], place: str) -> None:
    limit = LONGEST_FOREWORD if part == "foreword" else LONGEST_SENTENCE
    length = len(_plain(blocks))
    if length > limit:
        raise ConfigurationError(text("editorial", "too_long", place=place, length=length, limit=limit))


def _plain(blocks: Sequence[TextBlock]) -> str:
    return " ".join("".join(run.text for run in item) for block in blocks for item in block.items)


def _block(tokens: Sequence[Token]) -> TextBlock:
    """Take the block that begins the tokens; what is no list and no heading is a paragraph."""
    first = tokens[0]
    if first.type in _MARKS:
        return TextBlock(_MARKS[first.type], tuple(_items(tokens, first.type.replace("_open", "_close"))))
    kind = BlockKind.HEADING if first.type == "heading_open" else BlockKind.PARAGRAPH
    if first.type in ("heading_open", "paragraph_open"):
        return TextBlock(kind, (tuple(_runs(tokens[1])),))
    words = for_display(first.content)
    return TextBlock(kind, ((Run(words),),) if words else ())


def _items(tokens: Sequence[Token], end: str) -> Iterator[tuple[Run, ...]]:
    for token in tokens:
        if token.type == end and not token.level:
            return
        if token.type == "inline":
            yield tuple(_runs(token))


def _runs(inline: Token) -> Iterator[Run]:
    strong = emphasis = 0
    link = ""
    for token in inline.children or ():
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                address = str(token.attrGet("href") or "")
                link = address if address.startswith(_ADDRESSES) else ""
            case "link_close":
                link = ""
            case "softbreak" | "hardbreak":
                yield Run(" ", bool(strong), bool(emphasis), link)
            case _ if token.content:
                yield Run(_kept(token.content), bool(strong), bool(emphasis), link)


def _kept(content: str) -> str:
    """Make a stretch fit for print and keep the blanks at its ends, which part it from its neighbours."""
    words = for_display(content)
    before = " " if content[:1].isspace() else ""
    return f"{before}{words}{' ' if words and content[-1:].isspace() else ''}"
