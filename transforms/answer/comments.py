"""Comments at cells: the kind that every program shows, beside those that the sender's file has already."""

import re
from collections.abc import Mapping
from itertools import pairwise

from msgspec import Struct

from schemas.place import column_letters, column_number
from transforms.answer.book import Dialect
from transforms.answer.marks import Mark
from transforms.answer.package import Package
from transforms.answer.shapes import SHAPES_TYPE, new_drawing, with_shapes, without_shapes
from transforms.answer.sheet_marking import MarkedSheet
from transforms.answer.wording import texts
from transforms.answer.xml_edit import (
    Edits,
    MalformedPartError,
    Tag,
    all_at,
    as_bytes,
    find_tags,
    first,
    prefixed,
    start_tag_end,
    string_text,
)
from transforms.workbook.xml_parts import unescape

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_CONVERSATION = "tc="
"""Begins the author of a comment that only stands for a conversation, which is kept elsewhere."""
_MOST_CHARACTERS = 2_000
_RUN = re.compile(rb"<(?:\w+:)?r[\s>]")
_MARKUP = re.compile(rb"<[^>]*>")
_PLAIN = re.compile(rb"\s*<(?:(\w+):)?t[\s/>]")


def comment(package: Package, part: str, sheet: MarkedSheet, dialect: Dialect) -> None:
    """Give the marked cells of a sheet their comments, and take back those of an earlier answer.

    A comment that the sender wrote at such a cell is kept, ours follows in it. A conversation at a cell stays as it
    is: nothing from outside can be put into it.
    """
    known = next((link.target for link in package.relations(part) if link.kind == "comments"), None)
    there = package.read(known) if known else None
    if there is None and not sheet.cells:
        return
    notes = {at: _note(mark) for at, mark in sheet.cells.items()}
    comments = _Comments(there or f'<comments xmlns="{dialect.main}"><authors/><commentList/></comments>'.encode())
    withdrawn = comments.withdraw()
    fresh = comments.add(notes)
    if there is None or known is None:
        name = package.free_name("xl/die8Comments{}.xml")
        package.write(name, comments.result())
        package.declare(name, _COMMENTS_TYPE)
        package.relate(part, f"{dialect.relations}/comments", name)
    elif comments.has_changed:
        package.write(known, comments.result())
    boxes = _Boxes(withdrawn - fresh, {at: notes[at] for at in fresh - withdrawn})
    _draw(package, part, sheet, dialect, boxes)


class _Boxes(Struct, frozen=True):
    """Comments that are shown no more, and those that are new, by row and column of their cells."""

    gone: set[tuple[int, int]]
    added: Mapping[tuple[int, int], str]


def _draw(package: Package, part: str, sheet: MarkedSheet, dialect: Dialect, boxes: _Boxes) -> None:
    """Let the sheet's drawing have a box for each comment and no other."""
    drawing = sheet.scan.child("legacyDrawing")
    if drawing is None:
        if boxes.added:
            name = package.free_name("xl/drawings/die8Comments{}.vml")
            count = sum(other.endswith(".vml") for other in package.names)
            package.write(name, with_shapes(new_drawing(count), boxes.added))
            package.declare_suffix("vml", SHAPES_TYPE)
            sheet.refer_to_shapes(package.relate(part, f"{dialect.relations}/vmlDrawing", name), dialect.relations)
        return
    target = next((link.target for link in package.relations(part) if link.id == drawing.value("id")), "")
    shapes = package.read(target)
    if shapes is None:
        msg = "the sheet refers to a drawing that is not there"
        raise MalformedPartError(msg)
    changed = with_shapes(without_shapes(shapes, boxes.gone), boxes.added)
    if changed != shapes:
        package.write(target, changed)


def _note(mark: Mark) -> str:
    text = "\n".join((texts()["note_heading"], *mark.texts))
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1].rstrip() + "…"


class _Comments:
    """The comments of one sheet."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._edits = Edits(xml)
        tags = find_tags(
            xml,
            "comments/authors",
            "comments/authors/author",
            "comments/commentList",
            "comments/commentList/comment",
            "comments/commentList/comment/text",
        )
        authors, comments = first(tags, "comments/authors"), first(tags, "comments/commentList")
        if authors is None or comments is None:
            msg = "no list of comments"
            raise MalformedPartError(msg)
        self._authors, self._list = authors, comments
        self._names = [unescape(xml[t.content : t.close]) for t in all_at(tags, "comments/authors/author")]
        self._there = {_cell_of(tag): tag for tag in all_at(tags, "comments/commentList/comment")}
        self._texts: dict[int, Tag] = {}
        for tag, following in pairwise(tags):
            if following.path == f"{tag.path}/text":
                self._texts[tag.start] = following
        self.has_changed = False

    def withdraw(self) -> set[tuple[int, int]]:
        """Take out what an earlier answer said; gives the cells that have no comment any more."""
        empty = set()
        for at, tag in list(self._there.items()):
            if self._author_of(tag) == texts()["note_author"] or self._is_ours(tag):
                self._edits.replace(tag.start, tag.end, b"")
                del self._there[at]
                empty.add(at)
                self.has_changed = True
            else:
                self._cut_off(tag)
        return empty

    def add(self, notes: Mapping[tuple[int, int], str]) -> set[tuple[int, int]]:
        """Put the notes in; gives the cells that had no comment."""
        fresh = set()
        for at, note in notes.items():
            tag = self._there.get(at)
            if tag is None:
                self._append(at, note)
                fresh.add(at)
            elif not self._author_of(tag).startswith(_CONVERSATION):
                self._extend(tag, note)
        return fresh

    def result(self) -> bytes:
        """The part with all changes."""
        return self._edits.result()

    def _author_of(self, tag: Tag) -> str:
        number = tag.number("authorId")
        return self._names[number] if number < len(self._names) else ""

    def _heading_in(self, text: Tag) -> int:
        """Where our heading stands in a comment, however the program writes it; -1 when it is not there."""
        heading = string_text(texts()["note_heading"])
        return max(self._xml.find(way, text.content, text.close) for way in (as_bytes(heading), heading.encode()))

    def _is_ours(self, tag: Tag) -> bool:
        """Whether a comment begins with our heading: some programs forget the authors."""
        text = self._texts.get(tag.start)
        found = self._heading_in(text) if text is not None else -1
        return text is not None and found >= 0 and not _MARKUP.sub(b"", self._xml[text.content : found]).strip()

    def _cut_off(self, tag: Tag) -> None:
        """Cut off a comment of the sender's where ours begins."""
        text = self._texts.get(tag.start)
        found = self._heading_in(text) if text is not None else -1
        if text is None or found < 0:
            return
        self.has_changed = True
        begin = self._xml.rindex(b">", text.content, found) + 1
        before = self._xml[begin:found].rstrip()
        runs = [match.start() for match in _RUN.finditer(self._xml, text.content, found)]
        if before or not runs:
            # Some programs write all runs as one text.
            self._edits.replace(begin + len(before), self._xml.index(b"</", found), b"")
        else:
            self._edits.replace(runs[-1], text.close, b"")

    def _append(self, at: tuple[int, int], note: str) -> None:
        author = texts()["note_author"]
        if author not in self._names:
            self._edits.append(self._authors, f"<author>{string_text(author)}</author>")
            self._names.append(author)
        ref = f"{column_letters(at[1])}{at[0]}"
        content = f'<text><r><t xml:space="preserve">{string_text(note)}</t></r></text>'
        self._edits.append(
            self._list, f'<comment ref="{ref}" authorId="{self._names.index(author)}">{content}</comment>'
        )
        self.has_changed = True

    def _extend(self, tag: Tag, note: str) -> None:
        text = self._texts.get(tag.start)
        if text is None:
            return
        self._make_a_run(text)
        run = f'<r><t xml:space="preserve">\n{string_text(note)}</t></r>'
        self._edits.append(text, run)
        self.has_changed = True

    def _make_a_run(self, text: Tag) -> None:
        """Write a plain text as a run, so that another one may follow."""
        plain = _PLAIN.match(self._xml, text.content, text.close)
        if plain is None:
            return
        start = self._xml.index(b"<", text.content)
        end = start_tag_end(self._xml, start)
        if not self._xml.endswith(b"/>", start, end):
            end = self._xml.index(b">", self._xml.index(b"</", end)) + 1
        self._edits.insert(start, as_bytes(prefixed("<r>", text.prefix)))
        self._edits.insert(end, as_bytes(prefixed("</r>", text.prefix)))


def _cell_of(tag: Tag) -> tuple[int, int]:
    match = _CELL.fullmatch(tag.value("ref"))
    return (int(match[2]), column_number(match[1])) if match else (0, 0)
