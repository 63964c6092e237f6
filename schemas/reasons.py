"""Why a file was left where it lies, or a source could not be used: German sentences, from ``collection_texts.csv``."""

from collections.abc import Mapping
from functools import cache

from schemas.tabular import read_definitions


@cache
def reason_texts() -> Mapping[str, str]:
    """All of them by their key, with the names of the details in braces."""
    return {row["key"]: row["text"] for row in read_definitions("collection_texts")}


def told(key: str, **details: object) -> str:
    """Fill a reason in; never with a secret, as it is printed, mailed and put on the board.

    Raises:
        KeyError: no such text, or a detail was not given: our own mistake.
    """
    return reason_texts()[key].format_map(details)
