"""What is mutated: the samples, every variant of the catalogue in every format, workbooks with everything in them."""

import io
import re
import zipfile
from functools import cache
from random import Random
from typing import NamedTuple

from tests.catalogue.all_variants import file_of, variants
from tests.catalogue.book import a_book
from tests.catalogue.writing import write, write_csv
from tests.samples import HANDED_IN, sample_files
from tests.transforms.answer.answers import by_openpyxl, by_xlsxwriter, the_answer_to
from tests.transforms.workbook.files import the_parts
from transforms.answer.annotate import annotate

_WRITTEN_AT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*(<)")
_MACRO_FREE = b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS_ALLOWED = b"ms-excel.sheet.macroEnabled.main+xml"
_BOX = b"PK\3\4"


class Seed(NamedTuple):
    """A file as somebody might hand it in, before anything happened to it."""

    name: str
    content: bytes

    @property
    def is_package(self) -> bool:
        """Whether it is a zip of parts."""
        return self.content.startswith(_BOX)


def a_seed(chance: Random) -> Seed:
    """Draw a file, each format often enough. The same state of ``chance`` gives the same bytes on any day."""
    if chance.random() < 0.4:
        return chance.choice(_of_the_catalogue(chance.choice(("xlsx", "ods", "xls", "xlsb", "csv"))))()
    return chance.choice(_others()[chance.choice(("xlsx", "xlsx", "xlsm", "ods", "xls", "xlsb", "zip", "csv"))])


class _Variant(NamedTuple):
    number: str
    file_format: str

    def __call__(self) -> Seed:
        content, name = file_of(variants_by_number()[self.number], self.file_format)
        return Seed(name, timeless(content))


variants_by_number = cache(variants)


@cache
def _of_the_catalogue(file_format: str) -> tuple[_Variant, ...]:
    return tuple(
        _Variant(number, file_format)
        for number, variant in variants_by_number().items()
        if file_format in variant.formats
    )


@cache
def _others() -> dict[str, tuple[Seed, ...]]:
    """Seeds by the format they are in."""
    samples = [Seed(path.name, path.read_bytes()) for quarter in HANDED_IN for path in sample_files(quarter)]
    ours = [Seed(name, content) for content, name in (write(a_book(), suffix) for suffix in ("ods", "xls", "xlsb"))]
    workbooks = [Seed("Statusmeldung.xlsx", by_openpyxl()), Seed("Statusbericht.xlsx", by_xlsxwriter())]
    klinikum = next(path for path in sample_files("2026-Q3") if path.name.startswith("D8_KLI"))
    workbooks.append(Seed(klinikum.name, annotate(klinikum.read_bytes(), the_answer_to(klinikum))))
    everything = [
        Seed(name, timeless(content)) for name, content in (*samples, *ours, *workbooks) if len(content) > 100
    ]
    by_suffix = {
        suffix: tuple(seed for seed in everything if seed.name.endswith(f".{suffix}"))
        for suffix in ("xlsx", "ods", "xls", "xlsb", "zip")
    }
    with_macros = tuple(Seed(f"{name[:-1]}m", _macros_allowed(content)) for name, content in by_suffix["xlsx"])
    pages = tuple(Seed(name, content) for name, content in the_parts(write_csv(a_book())).items())
    return {**by_suffix, "xlsm": with_macros, "csv": pages}


def _macros_allowed(package: bytes) -> bytes:
    parts = the_parts(package)
    types = parts["[Content_Types].xml"].replace(_MACRO_FREE, _MACROS_ALLOWED)
    return zipped([*{**parts, "[Content_Types].xml": types}.items()])


def timeless(content: bytes) -> bytes:
    """Take the moment of writing out of a package: the same seed number must give the same mutant tomorrow."""
    if not content.startswith(_BOX):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(entry.flag_bits & 1 for entry in archive.infolist()):
            return content
        return zipped(
            [
                (name, _WRITTEN_AT.sub(rb"\g<1>2026-10-09T10:00:00Z\2", archive.read(name)))
                for name in archive.namelist()
            ]
        )


def zipped(parts: list[tuple[str, bytes]], level: int = 6) -> bytes:
    """Pack parts in this order, names twice if they are twice, without a date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts:
            archive.NameToInfo.pop(name, None)  # else the library warns of the second entry of a name
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=level)
    return stream.getvalue()
