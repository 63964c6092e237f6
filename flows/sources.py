"""The configured sources of one run: visited side by side, with what is remembered of each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from flows.collectors.arrivals import Arrival, Came, Ended, Passed, SourceError, Waits
from flows.collectors.fetching import Fetching
from flows.collectors.gathering import Visited, gather
from flows.collectors.ledger import Ledger
from flows.collectors.opening import address_of, place_opener
from flows.parking import Parking
from flows.settings import Settings
from schemas.sources import Source
from warehouse.archive import Archive
from warehouse.durable import replace_all


class Sources:
    """All sources of die8.toml, or one of them, as of ``now``."""

    def __init__(self, settings: Settings, now: datetime, only: str | None = None) -> None:
        self._settings = settings
        self._now = now
        self._configured = [source for source in settings.configuration.sources if only in (None, source.name)]
        self._ledgers = {
            source.name: Ledger(settings.home.sources, source.name, self._address(source))
            for source in self._configured
        }

    @contextmanager
    def visited(self) -> Iterator[Iterator[list[Arrival]]]:
        """Visit all of them and give what arrives, in batches, until all have ended."""
        options = self._settings.configuration.collection
        go = partial(gather, options=options, now=self._now)
        with Fetching([self._visited(source) for source in self._configured], go, options.total_seconds) as fetching:
            yield fetching.batches()

    def remember(self, arrived: Sequence[Arrival]) -> Iterator[Passed | SourceError]:
        """Note what has been archived and what was seen; gives what people are to be told.

        What is remembered of the sources that have ended is written down when all was given.
        """
        ended: list[Ledger] = []
        for arrival in arrived:
            ledger = self._ledgers[arrival.source]
            match arrival:
                case Passed():
                    yield arrival
                case Waits():
                    ledger.note(arrival, self._now)
                    yield Passed(arrival.source, arrival.item.name, arrival.reason)
                case Came():
                    for doubted in arrival.doubted:
                        parked = Parking(self._settings.home.parked).park(doubted, arrival.source, self._now)
                        if parked is not None:
                            yield Passed(arrival.source, parked.name, parked.reason)
                    ledger.note(arrival, self._now)
                case Ended():
                    ended.append(ledger)
                    failure = ledger.close(arrival, self._now)
                    if failure is not None:
                        yield failure
        replace_all({ledger.path: ledger.content() for ledger in ended})

    def _visited(self, source: Source) -> Visited:
        home = self._settings.home
        archive = Archive(home.archive)
        return Visited(
            source.name,
            self._address(source),
            () if source.kind == "imap" else source.organisations,
            place_opener(source, home.path, self._settings.configuration.collection),
            self._ledgers[source.name].known(archive.has),
        )

    def _address(self, source: Source) -> str:
        return address_of(source, self._settings.home.path)
