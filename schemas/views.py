"""What is said about a view of the published database, for its comments and for the dictionary."""

from collections.abc import Mapping

from msgspec import Struct


class View(Struct, frozen=True):
    """One view of schema ``report``: a sentence, a sentence for each column in order, and the query itself."""

    name: str
    comment: str
    columns: Mapping[str, str]
    sql: str
