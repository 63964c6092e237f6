"""Which submission takes the place of which: one chain of versions per organisation and quarter.

Accepted versions supersede each other, so that exactly one counts. Rejected and draft files of the chain are never
current; each is closed by whatever arrives next for the same organisation and quarter. The Beschlussbuch is a chain
of its own. What cannot be assigned belongs to no chain.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from msgspec import Struct, field

from schemas.delivery import Delivery
from schemas.findings import Verdict
from schemas.submission import Checked, is_register
from warehouse.errors import StaleCheckError

Judged: TypeAlias = tuple[Delivery, Checked]
"""A delivery and what checking made of it. Of the delivery the origin and the hash are stored, not the content."""

Chain: TypeAlias = tuple[str, str, str]
"""Kind, organisation and quarter."""

RETURN, REGISTER = "return", "register"


class Link(Struct):
    """One submission in its chain; ``superseded_at`` None while nothing has taken its place."""

    submission_id: str
    verdict: Verdict
    version: int | None
    recorded_at: datetime
    superseded_at: datetime | None = None


class Entry(Struct, frozen=True):
    """A submission that is about to be loaded, with its place in its chain."""

    delivery: Delivery
    checked: Checked
    kind: str
    org_code: str | None
    quarter: str | None
    link: Link

    @property
    def is_loaded(self) -> bool:
        """Whether its rows are loaded too, not only what became of it."""
        return self.link.verdict.is_loaded


class Chains(Struct):
    """The open ends of all chains that a batch touches; `add` puts a submission in and closes what it replaces."""

    open_links: dict[Chain, list[Link]] = field(default_factory=dict)
    closed: list[Link] = field(default_factory=list)
    """Links that were in the warehouse before the batch and end with it."""

    def add(self, judged: Judged) -> Entry:
        """Give a submission its place.

        Raises:
            StaleCheckError: it was checked as another version than the one it would become.
        """
        delivery, checked = judged
        chain = chain_of(checked)
        links = self.open_links.get(chain, []) if chain else []
        # Versions follow each other as they arrived, also when a clock was set back in between.
        recorded_at = max([delivery.received_at.astimezone(UTC), *(link.recorded_at for link in links)])
        current = next((link for link in links if link.verdict.is_loaded), None)
        version = (current.version or 0) + 1 if current else 1
        if checked.verdict.is_loaded and checked.version not in (None, version):
            msg = f"{delivery.name} was checked as version {checked.version}, but would become version {version}"
            raise StaleCheckError(msg)
        link = Link(
            delivery.submission_id, checked.verdict, version if checked.verdict.is_loaded else None, recorded_at
        )
        for other in links:
            if other is not current or checked.verdict.is_loaded:
                other.superseded_at = recorded_at
                self.closed.append(other)
        if chain:
            self.open_links[chain] = [*(other for other in links if other.superseded_at is None), link]
        submission = checked.submission
        return Entry(
            delivery,
            checked,
            kind_of(checked),
            submission.org_code,
            str(submission.quarter) if submission.quarter else None,
            link,
        )


def kind_of(checked: Checked) -> str:
    """Tell the Beschlussbuch from a return."""
    return REGISTER if is_register(checked.tables) else RETURN


def chain_of(checked: Checked) -> Chain | None:
    """The chain that the submission belongs to; None when organisation or quarter cannot be told."""
    submission = checked.submission
    if kind_of(checked) == REGISTER:
        return REGISTER, "", ""
    if submission.org_code is None or submission.quarter is None or checked.verdict is Verdict.UNASSIGNED:
        return None
    return RETURN, submission.org_code, str(submission.quarter)


def place_all(chains: Chains, batch: Iterable[Judged], known: frozenset[str]) -> Sequence[Entry]:
    """Place a batch in its order. Duplicates, and what is known already, are left out: they change nothing."""
    entries: dict[str, Entry] = {}
    for judged in batch:
        delivery, checked = judged
        identity = delivery.submission_id
        if checked.verdict is not Verdict.DUPLICATE and identity not in known and identity not in entries:
            entries[identity] = chains.add(judged)
    return tuple(entries.values())
