"""What is known of an organisation when it is invited: its last accepted return, and what is still open in it."""

from msgspec import Struct

from schemas.findings import Severity
from schemas.quarter import Quarter
from schemas.submission import Version


class OpenFinding(Struct, frozen=True):
    """A finding of the last return with the row that it is about, where that could be told."""

    rule: str
    severity: Severity
    message: str
    place: str
    """Its place in the file that was handed in, as people write it; empty for the whole file."""
    table: str | None = None
    row: int | None = None
    """Index among the rows of its table; 0 on the Deckblatt."""
    field: str | None = None


class LastReturn(Struct, frozen=True):
    """The version that counts for the latest quarter up to the one invited for."""

    version: Version
    findings: tuple[OpenFinding, ...] = ()
    decided: frozenset[str] = frozenset()
    """Decision requests that the Beschlussbuch knows an outcome of."""

    @property
    def quarter(self) -> Quarter:
        """The quarter it speaks about."""
        return self.version.quarter
