"""Nothing of a row above an edition's level is in the bytes of any of its files, packed or not."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest

from tests.printed import pages_of
from tests.transforms.report.outputs.quarters import facts_for
from tests.transforms.report.returns import Q2
from tests.transforms.report.test_editions import CANARY, with_a_secret
from transforms.report.outputs.making import make_outputs

SECRETS = (CANARY, "KLI-009", "KLI-R09", "KLI-B09", "77777777", "77.777.777", "77.778")


def contents(ending: str, content: bytes) -> Iterator[bytes]:
    """All that a file holds: as it is, every part of a package, every stream, text and attachment of a PDF."""
    yield content
    if ending in ("xlsx", "docx"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                yield name.encode()
                yield package.read(name)
    if ending == "pdf":
        with pikepdf.open(BytesIO(content)) as pdf:
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream):
                    yield item.read_bytes()
                yield repr(item).encode()
            yield from (attachment.get_file().read_bytes() for attachment in pdf.attachments.values())
        yield written_text(content)


def written_text(content: bytes) -> bytes:
    from pypdf import PdfReader

    marks = repr(PdfReader(BytesIO(content)).outline)
    return (" ".join(pages_of(content)) + marks).encode()


def found(outputs: dict[str, bytes]) -> set[tuple[str, str]]:
    return {
        (ending, secret)
        for ending, content in outputs.items()
        for part in contents(ending, content)
        for secret in SECRETS
        for written in (secret.encode(), secret.encode("utf-16-be"), secret.encode().hex().encode())
        if written in part
    }


@pytest.mark.parametrize("edition", ["intern", "oeffentlich"])
def test_no_file_of_a_lower_edition_holds_anything_of_a_hidden_row(edition: str) -> None:
    returns = [*with_a_secret(secret=True, quarter=Q2), *with_a_secret(secret=True)]

    assert found(make_outputs(facts_for(edition, returns))) == set()


def test_the_search_would_find_it() -> None:
    outputs = make_outputs(facts_for("lenkungskreis", with_a_secret(secret=True)))

    assert {(ending, CANARY) for ending in outputs} <= found(outputs)


@pytest.mark.parametrize("edition", ["intern", "oeffentlich"])
def test_the_files_are_the_same_as_if_the_hidden_rows_had_never_been_reported(edition: str) -> None:
    def outputs(*, secret: bool) -> dict[str, bytes]:
        returns = [*with_a_secret(secret=secret, quarter=Q2), *with_a_secret(secret=secret)]
        return make_outputs(facts_for(edition, returns))

    assert outputs(secret=True) == outputs(secret=False)


@pytest.mark.parametrize("edition", ["intern", "oeffentlich"])
def test_every_file_of_a_lower_edition_says_what_is_left_out(edition: str) -> None:
    facts = facts_for(edition, with_a_secret(secret=False))
    words = facts.edition.boundary.split()

    for ending, content in make_outputs(facts).items():
        told = written_text(content) if ending == "pdf" else b" ".join(contents(ending, content))
        assert " ".join(words[:4]) in " ".join(told.decode(errors="replace").split()), ending
