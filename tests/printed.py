"""What a PDF says to whoever reads it."""

import pymupdf


def pages_of(pdf: bytes) -> list[str]:
    """The texts of the pages as they are spoken: a blank is a blank, and where a word may break stands nothing."""
    with pymupdf.open(stream=pdf) as document:
        return [page.get_text().replace("\u00a0", " ").replace("\u200b", "") for page in document]
