"""Cells of the text types: free text, identifiers with a pattern, e-mail addresses (M54, M96, M98)."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from schemas.contract import FieldType
from schemas.tabular import alternatives
from schemas.workbook import Content
from transforms.parsing.readings import NOTHING, Context, Parser, Reading, Remark, refused, told
from transforms.parsing.text import clean_text, is_not_given, is_repaired, is_unreadable, single_line

_PERSON = re.compile(
    r"(?P<name>\b(?:Herrn?|Frau|Hr\.|Fr\.|Dr\.|Prof\.)\s+(?:(?:Dr|Prof)\.\s+)*[A-ZÄÖÜ](?:[a-zäöüß]|\.))"
    r"|(?P<phone>\b(?:[Tt]el|[Tt]elefon|Fon|Mobil|Handy|Durchwahl|DW)\b[.:\s]*[+(]?\d{2}"
    r"|(?<![\d.,])(?:\+49|0049|\(0\d{2,5}\)|0\d{2,5}\s?[/\-–]|0\d{3,5}\s)[\s/()\-]*\d{2,}[\d\s/\-]{2,})"
    r"|(?P<mail>[\w.+\-]+@[\w\-]+\.[\w.\-]+)"
)
_REST = {
    "name": re.compile(r"[\w'’\-]*(?:\.?\s+[A-ZÄÖÜ][\w'’\-]+)?"),
    "phone": re.compile(r"[\d\s/()\-]*\d"),
    "mail": re.compile(""),
}
"""What still belongs to a name, a number or a mailbox behind the part that gives it away."""
_SUSPICIOUS = re.compile(r"[@0]|\+4|Herr|Frau|[HFD]r\.|Prof\.|[Tt]el|Fon|Mobil|Handy|Durchwahl|DW")
_KINDS = {"name": "Name", "phone": "Telefonnummer", "mail": "persönliche E-Mail-Adresse"}
_MAIL = re.compile(r"[\w.+\-äöüß]+@[\w\-äöüß]+(?:\.[\w\-äöüß]+)+")
_PERSONAL_MAILBOX = re.compile(r"[a-zäöüß]{1,}[._][a-zäöüß\-]{2,}", re.IGNORECASE)
_FUNCTION_WORDS = frozenset(
    alternatives(
        "info|service|it|edv|digital|digitales|digitalisierung|buero|büro|team|projekt|projekte|portfolio|leitung|gf|"
        "geschaeftsfuehrung|geschäftsführung|sekretariat|verwaltung|controlling|kontakt|mail|post|smart|city|stadt|"
        "office|support|datenschutz|zentrale|kommunikation|presse|no|reply"
    )
)
_NAME_BEFORE = re.compile(r"[^<>]*<([^<>]+)>")
"""As mail programs copy an address: „Digitalisierung <digital@klinikum.example>“."""
_AT = re.compile(r"\s?[(\[](?:at|ät)[)\]]\s?", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_SEPARATORS = re.compile(r"[ _-]+")
_PATTERN_PART = re.compile(r"(\[A-Z\]|\\d)\{(\d)\}|(-)|([A-Z]+)")
_COUNTS = ("null", "eine", "zwei", "drei", "vier", "fünf", "sechs")


def text_parser(field_type: FieldType, pattern: str) -> Parser:
    """Give the parser for a field of a text type; fields with a pattern hold identifiers."""
    if field_type is FieldType.EMAIL:
        return parse_email
    return parse_identifier if pattern else parse_text


def parse_text(cell: Content, context: Context) -> Reading:
    """Read free text, cleaned; personal data (C11) and excess length (C12) are remarked, the text is kept whole.

    Characters that are lost are C06: nobody can say what stood there (M60).
    """
    return _free_text(cell.value if isinstance(cell.value, str) else cell.text, context.field.max_length)


def parse_identifier(cell: Content, context: Context) -> Reading:
    """Read an identifier such as ``KLI-001``; small letters and an odd dash, or a space for it, are put right and told.

    What does not fit the pattern even so is C07. Nothing is filled up: ``KLI-1`` could be a new number or KLI-001.
    """
    return _identifier(cell.text, context.field.pattern, context.field.label)


def parse_email(cell: Content, context: Context) -> Reading:
    """Read a mailbox; no address is C07, one that bears a person's name C11."""
    text = single_line(cell.text)
    if is_not_given(text):
        return NOTHING
    written = text.removeprefix("mailto:")
    address = _AT.sub("@", _NAME_BEFORE.sub(r"\1", written)).rstrip(".;,")
    if not _MAIL.fullmatch(address):
        return refused("C07", "ein Postfach wie digital@klinikum.example", {"liste": context.field.label})
    remarks = told(address, address).remarks if address != written else ()
    personal = (Remark("C11", None, {"art": _KINDS["mail"]}),) if _is_personal(address) else ()
    return Reading(address, (*remarks, *personal))


def pattern_in_words(pattern: str) -> str:
    """Say what an identifier looks like: „drei Buchstaben, Bindestrich, drei Ziffern“."""
    alternatives = pattern.strip("^$").removeprefix("(").removesuffix(")").split("|")
    return " oder ".join(", ".join(_part_in_words(part) for part in _PATTERN_PART.finditer(a)) for a in alternatives)


@lru_cache(maxsize=8192)
def _free_text(text: str, max_length: int | None) -> Reading:
    cleaned = clean_text(text)
    if not cleaned or is_not_given(cleaned):
        return NOTHING
    if is_unreadable(cleaned):
        return refused("C06", "lesbare Zeichen; die Datei wurde mit falscher Zeichenkodierung gespeichert")
    remarks = []
    if is_repaired(text, cleaned):
        remarks.append(Remark("C13", None, {"neu": cleaned}))
    kinds = _personal_data(cleaned)
    if kinds:
        remarks.append(Remark("C11", "Funktion statt Name", {"art": ", ".join(kinds)}))
    if max_length is not None and len(cleaned) > max_length:
        remarks.append(
            Remark("C12", f"höchstens {max_length} Zeichen", {"n": str(len(cleaned)), "max": str(max_length)})
        )
    return Reading(cleaned, tuple(remarks))


def _personal_data(text: str) -> list[str]:
    if not _SUSPICIOUS.search(text):
        return []
    found = {
        match.lastgroup: None
        for match in _PERSON.finditer(text)
        if match.lastgroup != "mail" or _is_personal(match["mail"])
    }
    return [_KINDS[kind] for kind in found if kind]


def personal_passages(text: str) -> Iterator[tuple[int, int]]:
    """Where in a text what C11 remarks begins and ends: names, telephone numbers, mailboxes, each whole.

    After a form of address up to two words in capitals are taken for the name: rather a word too many than a name left.
    """
    if not _SUSPICIOUS.search(text):
        return
    end = 0
    for match in _PERSON.finditer(text):
        if match.start() < end or (match.lastgroup == "mail" and not _is_personal(match["mail"])):
            continue
        rest = _REST[match.lastgroup or ""].match(text, match.end())
        end = len(text[: rest.end() if rest else match.end()].rstrip())
        yield match.start(), end


def without_personal_data(text: str, replacement: str) -> str:
    """Put the replacement in the place of every personal passage of a text."""
    parts: list[str] = []
    done = 0
    for start, end in personal_passages(text):
        parts += [text[done:start], replacement]
        done = end
    return "".join((*parts, text[done:]))


def _is_personal(address: str) -> bool:
    mailbox = address.partition("@")[0]
    words = re.split(r"[._-]", mailbox.casefold())
    return _PERSONAL_MAILBOX.fullmatch(mailbox) is not None and not _FUNCTION_WORDS.intersection(words)


@lru_cache(maxsize=4096)
def _identifier(text: str, pattern: str, label: str) -> Reading:
    cleaned = single_line(text)
    if _compiled(pattern).fullmatch(cleaned):
        return Reading(cleaned)
    if is_not_given(cleaned):
        return NOTHING
    tidy = _SEPARATORS.sub("-", cleaned.translate(_DASHES).upper())
    if _compiled(pattern).fullmatch(tidy):
        return told(tidy, tidy)
    return refused("C07", pattern_in_words(pattern), {"liste": label})


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _part_in_words(part: re.Match[str]) -> str:
    if part[1]:
        noun = "Buchstaben" if part[1] == "[A-Z]" else "Ziffern"
        return f"{_COUNTS[int(part[2])]} {noun}"
    return "Bindestrich" if part[3] else part[4]
