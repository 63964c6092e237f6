"""What a file's name gives away. It is only a hint (M89): names decide what is no delivery at all, and nothing else."""

import re
import unicodedata
from collections.abc import Mapping

_LOCK_FILES = re.compile(r"~\$.*|\.~lock\..*#?")
_FOLDER_FILES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})
_UNFINISHED = (".part", ".filepart", ".crdownload", ".partial", ".download", ".tmp", ".temp", ".!sync")
_NEVER_A_RETURN: Mapping[str, str] = {
    "Textdatei": ".txt .md .rst .log .nfo",
    "Verknüpfung": ".lnk .url .webloc .desktop",
    "Einstellungsdatei": ".ini .cfg .conf .toml .yaml .yml",
    "Sicherungskopie": ".bak .old .swp .orig",
    "Prüfsumme oder Signatur": ".sha256 .md5 .sig .asc .p7s",
    "Kalender- oder Kontaktdatei": ".ics .vcf",
}
"""Reason to suffixes. Anything else, a photo included, may be somebody's attempt at a return and gets its answer."""

_REASON_BY_SUFFIX = {suffix: reason for reason, suffixes in _NEVER_A_RETURN.items() for suffix in suffixes.split()}
_COPY = re.compile(
    r"(?:kopie|copy)(?: \(\d+\))? (?:von|of) .*"  # Windows, LibreOffice
    r"|.* ?\(\d+\)"  # browsers
    r"|.*[ _-]+(?:kopie|copy)(?: ?\(?\d+\)?)?"  # Windows since 7, macOS
)


def ignored_because(name: str) -> str | None:
    """Say in German why a file of this name is no delivery; None when it has to be looked at."""
    name = _normalised(name)
    if _LOCK_FILES.fullmatch(name):
        return "Sperrdatei eines geöffneten Programms"
    if name == ".ds_store" or name in _FOLDER_FILES:
        return "Verwaltungsdatei des Betriebssystems"
    if name.endswith(_UNFINISHED):
        return "unfertige Übertragung oder Zwischendatei"
    if name.startswith("."):
        return "versteckte Datei"
    return _REASON_BY_SUFFIX.get(_suffix(name))


def looks_like_a_copy(name: str) -> bool:
    """Tell whether the name is one that a program gives to a copy: „Kopie von …“, „… (1).xlsx“, „… - Kopie.xlsx“."""
    name = _normalised(name)
    suffix = _suffix(name)
    return _COPY.fullmatch(name.removesuffix(suffix)) is not None


def _normalised(name: str) -> str:
    """The bare name for comparison: macOS hands over umlauts in two pieces, and folders are of no interest."""
    return unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].strip(" ").casefold()


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix if stem else ""
