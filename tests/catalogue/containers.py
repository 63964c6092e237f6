"""M83–M90 and the file-wide part of M96: the file itself, its kind, its name and who is named in it."""

import csv
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

from schemas.findings import Verdict
from tests import builders
from tests.catalogue.book import ORG, Book, Cell, a_book
from tests.catalogue.variants import OFFICE, Variant, cell, layout
from tests.catalogue.writing import write, write_csv
from tests.transforms.workbook.files import a_compound_file, a_zip, an_xls, the_parts

REJECTED = Verdict.REJECTED
TITLE = {"watched": "project.title", "reads": "Patientenportal"}
STEM = f"D8_{ORG}_2026-Q3_v01"


def _file(number: str, shown: str, column: str, make: Callable[[], tuple[bytes, str]], *told: str) -> Variant:
    """A file that is refused as a whole."""
    return Variant(number, shown, told=told, verdict=REJECTED, formats=(column,), make=make)


def _good(number: str, shown: str, column: str, make: Callable[[], tuple[bytes, str]], *told: str) -> Variant:
    """A file in an unusual form that is read all the same."""
    return Variant(
        number, shown, watched="project.title", reads="Patientenportal", told=told, formats=(column,), make=make
    )


def _bytes(content: bytes, suffix: str) -> Callable[[], tuple[bytes, str]]:
    return lambda: (content, f"{STEM}.{suffix}")


def _encrypted_ods() -> tuple[bytes, str]:
    parts = the_parts(write(a_book(), "ods")[0])
    manifest = parts["META-INF/manifest.xml"]
    parts["META-INF/manifest.xml"] = manifest.replace(
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
    )
    return a_zip(parts), f"{STEM}.ods"


def _encrypted_zip() -> tuple[bytes, str]:
    content = bytearray(write_csv(a_book()))
    at = 0
    # The bit that says „encrypted“ stands in the directory and before each part.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := content.find(mark, at)) >= 0:
            content[at + offset] |= 1
            at += 4
    return bytes(content), f"{STEM}.zip"


def _with_macros(name: str) -> Callable[[], tuple[bytes, str]]:
    def make() -> tuple[bytes, str]:
        parts = the_parts(write(a_book(), "xlsx")[0])
        types = parts["[Content_Types].xml"].replace(
            b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
        )
        macros = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"} if name == "macros" else {}
        return a_zip({**parts, "[Content_Types].xml": types, **macros}), f"{STEM}.xlsm"

    return make


def _csv(encoding: str, delimiter: str = ";", first_line: str = "") -> Callable[[], tuple[bytes, str]]:
    """The return as CSV files in another encoding or with another delimiter."""

    def recoded(content: bytes) -> bytes:
        rows = csv.reader(io.StringIO(content.decode("cp1252"), newline=""), delimiter=";")
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        return (first_line + text.getvalue()).encode(encoding)

    def make() -> tuple[bytes, str]:
        parts = the_parts(write_csv(a_book()))
        return a_zip({name: recoded(content) for name, content in parts.items()}), f"{STEM}.zip"

    return make


def _recompressed() -> tuple[bytes, str]:
    return a_zip(the_parts(write(a_book(), "xlsx")[0]), zipfile.ZIP_STORED), f"{STEM}.xlsx"


def _renamed(file_format: str, name: str) -> Callable[[], tuple[bytes, str]]:
    return lambda: (write(a_book(), file_format)[0], name)


def _protected(book: Book) -> None:
    for page in book.pages:
        page.is_protected = True


def _written_by(author: str) -> Callable[[Book], None]:
    def spoil(book: Book) -> None:
        book.author = author

    return spoil


def _stem(name: str) -> Callable[[Book], None]:
    def spoil(book: Book) -> None:
        book.file_stem = name

    return spoil


HTML = b"<html><body><table><tr><td>Projekt-Nr.</td></tr></table></body></html>"
AGAIN = builders.a_history(
    builders.a_version(),
    builders.a_version(
        "2026-Q3",
        projects=[
            builders.a_funded_project(title="Patientenportal"),
            builders.a_red_project(project_id="KLI-002", title="Digitale Medikation"),
        ],
    ),
)

VARIANTS: tuple[Variant, ...] = (
    _file(
        "M83",
        "Kennwort zum Öffnen",
        "xlsx",
        _bytes(a_compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "xlsx"),
        "F01",
    ),
    _file("M83", "Kennwort zum Öffnen", "ods", _encrypted_ods, "F01"),
    _file("M83", "Kennwort zum Öffnen", "csv", _encrypted_zip, "F01"),
    _file("M83", "Kennwort zum Öffnen", "xls", _bytes(an_xls([], [(0x2F, bytes(54))]), "xls"), "F01"),
    _file("M83", "Kennwort zum Öffnen", "xlsb", _bytes(a_compound_file({"EncryptedPackage": b"x"}), "xlsb"), "F01"),
    layout("M83", "nur Blattschutz", _protected, formats=("xlsx", "xls", "xlsb"), **TITLE),
    layout("M84", "ganze Meldung in diesem Format", lambda _: None, **TITLE),
    _good("M84", "xlsm ohne Makros", "xlsx", _with_macros("no macros")),
    _file("M84", "xlsm mit Makros", "xlsx", _with_macros("macros"), "F02"),
    _file("M84", "PDF", "xlsx", _bytes(b"%PDF-1.7 " + bytes(2000), "pdf"), "F02"),
    _file("M84", "Foto (JPEG)", "xlsx", _bytes(b"\xff\xd8\xff\xe0" + bytes(2000), "jpg"), "F02"),
    _file(
        "M84",
        "Apple Numbers",
        "xlsx",
        _bytes(a_zip({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}), "numbers"),
        "F02",
    ),
    _file(
        "M84",
        "Word-Dokument",
        "xlsx",
        _bytes(a_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), "docx"),
        "F02",
    ),
    _file("M85", "CSV mit der Endung xlsx", "xlsx", _bytes(b"Projekt-Nr.;Titel\r\nKLI-001;Portal\r\n", "xlsx"), "F02"),
    _file("M85", "Webseite (HTML) mit der Endung xls", "xls", _bytes(HTML, "xls"), "F02"),
    _file("M85", "Webseite (HTML) mit der Endung csv", "csv", _bytes(HTML, "csv"), "F02"),
    _good("M85", "xlsx ohne Kompression gepackt", "xlsx", _recompressed),
    _good("M85", "ods mit der Endung xlsx", "ods", _renamed("ods", f"{STEM}.xlsx")),
    _good("M85", "xls mit der Endung xlsx", "xls", _renamed("xls", f"{STEM}.xlsx")),
    *(
        _good("M86", f"{name}, Trennzeichen {sign}", "csv", _csv(encoding, delimiter))
        for encoding, name in (
            ("cp1252", "Windows-1252"),
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8 mit BOM"),
            ("utf-16", "UTF-16"),
        )
        for delimiter, sign in ((";", "Semikolon"), (",", "Komma"), ("\t", "Tabulator"))
    ),
    _good("M87", "erste Zeile „sep=,“", "csv", _csv("cp1252", ",", "sep=,\r\n")),
    cell("M88", "project.progress_pct", Cell(0.45, "0%"), Decimal(45), formats=("ods",)),
    cell("M88", "decision_request.amount", Cell(1234.56, '#,##0.00 "€"'), Decimal("1234.56"), formats=("ods",)),
    cell("M88", "project.forecast_total", Cell("#N/A", is_error=True), None, "C06", formats=("ods",)),
    *(
        layout("M89", f"Datei heißt „{name}“", _stem(name), **TITLE)
        for name in ("Statusbericht_Q3_final_v2_NEU", f"Kopie von {STEM}", f"{STEM} (1)")
    ),
    layout(
        "M89",
        "Datei heißt „D8_SWG_2026-Q2_v01“, Deckblatt sagt KLI 2026-Q3",
        _stem("D8_SWG_2026-Q2_v01"),
        "F07",
        **TITLE,
    ),
    layout(
        "M90",
        "zweite, geänderte Datei für dasselbe Quartal, mit Grund",
        lambda book: book.put("submission.correction_reason", "Titel berichtigt"),
        "F09",
        history=AGAIN,
        **TITLE,
    ),
    layout(
        "M90",
        "zweite Datei für dasselbe Quartal ohne Grund der Korrektur",
        lambda _: None,
        "C01@Deckblatt!B14",
        "F09",
        verdict=REJECTED,
        history=AGAIN,
    ),
    *(
        layout(
            "M96",
            f"Autor in den Dateieigenschaften: „{author}“",
            _written_by(author),
            "C11@",
            formats=OFFICE,
            **TITLE,
        )
        for author in ("Erika Muster", "Muster, Erika", "Dr. E. Muster-Beispiel")
    ),
    *(
        layout("M96", f"Autor in den Dateieigenschaften: „{author}“", _written_by(author), formats=OFFICE, **TITLE)
        for author in ("Klinikum Gütersloh", "Controlling", "Microsoft Office User")
    ),
)
