"""What a file is, by its first bytes. The suffix is what somebody hoped it would be (M85)."""

from enum import Enum

ZIP_MAGIC = b"PK\x03\x04"
COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", "leeres ZIP-Archiv"),
    (b"%PDF-", "PDF"),
    (b"\xff\xd8\xff", "Bild (JPEG)"),
    (b"\x89PNG", "Bild (PNG)"),
    (b"GIF8", "Bild (GIF)"),
    (b"II*\0", "Bild (TIFF)"),
    (b"MM\0*", "Bild (TIFF)"),
    (b"{\\rtf", "Textdokument (RTF)"),
    (b"\x1f\x8b", "gepacktes Archiv (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "gepacktes Archiv (7z)"),
    (b"Rar!", "gepacktes Archiv (rar)"),
    (b"MZ", "Programm"),
    (b"\x7fELF", "Programm"),
    (b"\x09\x08\x10\x00", "Excel-Datei ohne Behälter (vor Excel 97)"),
    (b"\x09\x08\x08\x00", "Excel-Datei ohne Behälter (vor Excel 97)"),
    (b"\x09\x04\x06\x00", "Excel-Datei ohne Behälter (vor Excel 97)"),
    (b"version https://git-lfs", "Platzhalter (Git LFS)"),
)
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 4096


class Container(Enum):
    """The ways in which an accepted file can be packed."""

    ZIP = "zip"
    COMPOUND = "compound"
    TEXT = "text"


def container_of(content: bytes) -> Container | str:
    """Tell how to open the file; for what nobody can open as a return, its German name."""
    if content.startswith(ZIP_MAGIC):
        return Container.ZIP
    if content.startswith(COMPOUND_MAGIC):
        return Container.COMPOUND
    for magic, name in _OTHER_KINDS:
        if content.startswith(magic):
            return name
    if content[4:8] == b"ftyp":
        return "Bild oder Film (HEIC, MP4)"
    return _kind_of_text(content) if _looks_like_text(content) else "unbekannt"


def _looks_like_text(content: bytes) -> bool:
    head = content[:_LOOKED_AT]
    if head.startswith(_TEXT_BOMS):
        return True
    if b"\0" in head:
        # UTF-16 without a mark: in German text every second byte is zero.
        return head[1::2].count(0) * 2 > len(head) // 2 or head[::2].count(0) * 2 > len(head) // 2
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return controls * 100 <= len(head)


def _kind_of_text(content: bytes) -> Container | str:
    head = content[:_LOOKED_AT].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table")) or b"<html" in head[:1024]:
        return "Webseite (HTML)"
    if head.startswith(b"<"):
        return "XML-Datei"
    if head.startswith((b'{"', b'[{"')):
        return "JSON-Datei"
    return Container.TEXT
