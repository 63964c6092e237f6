"""Names of persons in a document's properties and comments (M96): told, and never taken over."""

import re
from collections.abc import Iterator, Sequence

from schemas.codes import organisations
from schemas.findings import Finding
from schemas.tabular import alternatives
from transforms.parsing.text import match_key

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME_PART = rf"{_CAPITAL}[\w'’]+(?:-[\w'’]+)*"
_INITIAL = rf"{_CAPITAL}\."
_PREFIX = r"(?:von|van|vom|zu|zum|zur|de|der|den|la|le|Dr\.|Prof\.|Dipl\.-\w+\.?) "
_PERSON = re.compile(
    rf"(?:Herrn?|Frau) .+|{_NAME_PART}, ?(?:{_PREFIX})*{_NAME_PART}(?: \(.*\))?"
    rf"|(?:{_PREFIX})*(?:{_NAME_PART}|{_INITIAL})(?: (?:{_NAME_PART}|{_INITIAL}))?(?: {_PREFIX}*)? {_NAME_PART}"
)
_NO_PERSON = frozenset(
    alternatives(
        "gmbh|ag|kg|ev|stadt|kreis|amt|abteilung|abt|fachbereich|team|it|edv|digital|digitalisierung|verwaltung|büro|"
        "controlling|sekretariat|leitung|geschäftsführung|microsoft|office|excel|user|benutzer|windows|apache|poi|"
        "libreoffice|openoffice|administrator|admin|autor|author|unknown|unbekannter|unbekannt|projekt|service|gast"
    )
)


def author_findings(authors: Sequence[str]) -> Iterator[Finding]:
    """Give C11 once when an author is named who seems to be a person; the name itself is not repeated."""
    if any(is_person(author) for author in authors):
        details = {"zelle": "Dateieigenschaften oder Kommentare", "art": "Name im Feld Autor"}
        yield Finding("C11", None, None, "die Funktion oder ein leeres Feld Autor", details)


def is_person(author: str) -> bool:
    """Whether a name is one of a person, by its build: „Muster, Erika“, „E. Muster“, but no office and no program."""
    name = " ".join(author.split())
    if not _PERSON.fullmatch(name):
        return False
    words = {match_key(word) for word in re.split(r"[\s,]+", name)}
    return words.isdisjoint(_NO_PERSON | _organisation_words()) and not any(sign.isdigit() for sign in name)


def _organisation_words() -> frozenset[str]:
    names = (name for one in organisations().values() for name in (one.org_code, one.name, *one.aliases))
    return frozenset(match_key(word) for name in names for word in name.split())
