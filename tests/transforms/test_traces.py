"""A personal datum is found however it is written down."""

import base64
import html
import io
import json
import unicodedata
import zipfile
import zlib

import pytest

from transforms.traces import ERASED, Datum

NAME = "Erika Müßtermann"
DATUM = Datum((NAME,))


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        NAME.upper().replace("SS", "ß"),
        "erika\n  müßtermann",
        "Erika\u00a0Müßtermann",
        unicodedata.normalize("NFD", NAME),
        json.dumps(NAME),
        NAME.encode("ascii", "xmlcharrefreplace").decode(),
    ],
)
def test_every_way_of_writing_is_found_and_replaced(text: str) -> None:
    assert DATUM.count(f"Frau {text}, bitte") == 1
    assert DATUM.without(f"Frau {text}, bitte").count(ERASED) == 1


def test_what_is_escaped_for_a_page_is_found() -> None:
    datum = Datum(("M & N <Muster>",))

    assert datum.count(html.escape("M & N <Muster>")) == 1


def packed(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        NAME.encode(),
        NAME.encode("cp1252"),
        NAME.encode("utf-16-le"),
        b"\x01" + NAME.encode("utf-16-le"),
        packed(f"<t>{NAME}</t>".encode()),
        packed(b"<r><t>Erika </t></r><r><t>" + "Müßtermann</t></r>".encode()),
        packed(packed(NAME.encode())),
        b"%PDF-1.7\n1 0 obj <<>> stream\n" + zlib.compress(NAME.encode()) + b"\nendstream",
        b"MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(NAME.encode()),
    ],
    ids=["utf-8", "cp1252", "utf-16", "utf-16 at an odd place", "a workbook", "in pieces", "a package in a package",
         "a PDF stream", "a mail"],
)  # fmt: skip
def test_it_is_found_in_files_of_every_kind(content: bytes) -> None:
    assert DATUM.is_in(b"before " + content if content.startswith(b"E") else content)
    assert not Datum(("Somebody Else",)).is_in(content)


def test_damaged_packages_are_searched_as_bytes_and_stop_nobody() -> None:
    assert not DATUM.is_in(b"PK\x03\x04" + bytes(range(256)) * 4)
    assert DATUM.is_in(b"PK\x03\x04 " + NAME.encode())


def test_as_a_word_it_is_not_found_within_others() -> None:
    assert Datum(("Ute",), is_word=True).count("Ute braucht zehn Minuten und Utensilien") == 1


def test_a_text_file_is_written_without_it_and_no_other_file_is() -> None:
    assert DATUM.replaced_in(f"Frau {NAME}".encode()) == f"Frau {ERASED}".encode()
    assert DATUM.replaced_in(packed(NAME.encode())) is None
    assert DATUM.replaced_in(NAME.encode("cp1252")) is None


@pytest.mark.parametrize("text", ["", "ab", "  a ", "entfernt"])
def test_what_would_be_found_everywhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"too short|takes its place"):
        Datum((text,))
