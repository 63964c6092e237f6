"""Where everything lies, and what die8.toml says."""

import os
from pathlib import Path

from msgspec import Struct

from schemas.configuration import Configuration, ConfigurationError, parse_configuration

CONFIGURATION_FILE = "die8.toml"


class NothingPublishedError(Exception):
    """There is no published database yet; the text says what to do."""

    def __init__(self, published: Path) -> None:
        super().__init__(f"{published} does not exist yet: hand in returns with `die8 submit` or `die8 collect` first")


class Home(Struct, frozen=True):
    """The folder of one installation; the names in it are pinned (design.md §4)."""

    path: Path

    @property
    def configuration(self) -> Path:
        """The configuration file."""
        return self.path / CONFIGURATION_FILE

    @property
    def inbox(self) -> Path:
        """The default source."""
        return self.path / "inbox"

    @property
    def archive(self) -> Path:
        """Every delivery as it came."""
        return self.path / "archive"

    @property
    def warehouse(self) -> Path:
        """The writer's own database; analysts never open it."""
        return self.path / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The database that analysts open."""
        return self.path / "published" / "die8.duckdb"

    @property
    def parquet(self) -> Path:
        """The published tables as Parquet."""
        return self.path / "published" / "parquet"

    @property
    def outbox(self) -> Path:
        """Answers to the senders."""
        return self.path / "outbox"

    @property
    def reports(self) -> Path:
        """One folder per quarter."""
        return self.path / "reports"

    @property
    def board(self) -> Path:
        """The page that shows who delivered what and what comes next."""
        return self.path / "published" / "status.html"

    @property
    def runs(self) -> Path:
        """What ran when, and how it ended."""
        return self.path / "runs"

    @property
    def letters(self) -> Path:
        """Every letter that was written, by its state."""
        return self.outbox / "letters"

    @property
    def invitations(self) -> Path:
        """The pre-filled workbooks that went out, one folder per quarter."""
        return self.outbox / "invitations"

    def assert_published(self) -> None:
        """Raise NothingPublishedError while analysts and report would find nothing."""
        if not self.published.exists():
            raise NothingPublishedError(self.published)

    @property
    def sources(self) -> Path:
        """What was seen at each source."""
        return self.path / "sources"

    @property
    def parked(self) -> Path:
        """What came by mail from somebody whom nobody named, until a person releases it."""
        return self.path / "parked"

    def make(self) -> None:
        """Make the folders that a run needs, whatever the umask says; those that are there stay as they are.

        The group, which is that of the analysts, may pass through the home and read what is published, nothing else.
        """
        _make(self.path, 0o710)
        for folder in (self.inbox, self.archive, self.outbox, self.reports, self.sources, self.parked):
            _make(folder, 0o700)
        _make(self.published.parent, 0o750)


def _make(folder: Path, mode: int) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    folder.chmod(mode)


class Settings(Struct, frozen=True):
    """One installation with its configuration."""

    home: Home
    configuration: Configuration


def default_home() -> Path:
    """The home folder when none is named: ``DIE8_HOME``, else ``./data``."""
    return Path(os.environ.get("DIE8_HOME") or "data")


def load_settings(path: Path) -> Settings:
    """Read the settings of a home; without die8.toml the defaults hold.

    Raises:
        ConfigurationError: with file, line, key and remedy.
    """
    home = Home(path.absolute())
    try:
        text = home.configuration.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(home, Configuration())
    except UnicodeDecodeError:
        msg = f"{home.configuration}: not UTF-8. Save the file as UTF-8."
        raise ConfigurationError(msg) from None
    return Settings(home, parse_configuration(text, str(home.configuration)))
