"""The way of rows between DuckDB and Polars: Arrow C streams, so that pyarrow is needed nowhere.

This module must not import DuckDB: Polars remembers the class of whatever it was given, and with the class all that
its module knows; DuckDB then complains on standard error when the process ends.
"""

from typing import Protocol

import polars as pl


class HasStream(Protocol):
    """What can give its rows as an Arrow C stream: frames and DuckDB relations."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the rows, each time anew."""
        ...


class Stream:
    """Rows on their way, with their origin hidden: of a frame as such DuckDB would ask for pyarrow."""

    def __init__(self, origin: HasStream) -> None:
        self._origin = origin

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the rows, each time anew."""
        return self._origin.__arrow_c_stream__(requested_schema)


def frame_from(relation: HasStream) -> pl.DataFrame:
    """Take the rows of a DuckDB relation as a frame."""
    return pl.DataFrame(Stream(relation))
