"""Invitations: the workbook that each organisation fills in, with all that is known of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.settings import Settings
from schemas.codes import the_eight
from schemas.quarter import Quarter

if TYPE_CHECKING:
    from schemas.invitation import LastReturn


@dataclass(frozen=True, slots=True)
class Invitation:
    """The workbook of one organisation; ``source`` is the quarter its values come from, None when it is empty."""

    org_code: str
    quarter: Quarter
    file_name: str
    content: bytes
    source: Quarter | None


def expected_organisations(settings: Settings) -> tuple[str, ...]:
    """Who is expected to report."""
    return settings.configuration.expected or the_eight()


def invitations(settings: Settings, quarter: Quarter, codes: Iterable[str]) -> Iterator[Invitation]:
    """Make the workbooks one after the other; without anything published they are the empty template."""
    from transforms.invitation.workbook import invitation_name, write_invitation

    for code in codes:
        last = _last_return(settings, code, quarter)
        yield Invitation(
            code,
            quarter,
            invitation_name(code, quarter, last),
            write_invitation(code, quarter, last),
            last.quarter if last is not None else None,
        )


def _last_return(settings: Settings, code: str, quarter: Quarter) -> "LastReturn | None":
    if not settings.home.published.exists():
        return None
    from warehouse.last_return import read_last_return

    return read_last_return(settings.home.published, code, quarter)
