"""The samples handed in and published, for tests that ask the database as analysts do."""

from collections.abc import Iterator
from pathlib import Path

from flows.intake import run_intake
from flows.settings import load_settings
from schemas.delivery import Delivery
from tests.samples import HANDED_IN, sample_files


def publish_samples(home: Path) -> Path:
    """Take in the four quarters as their README says; gives the published file."""
    *_, published = publish_quarter_by_quarter(home)
    return published


def publish_quarter_by_quarter(home: Path) -> Iterator[Path]:
    """Take in one quarter after the other; gives the published file after each."""
    settings = load_settings(home)
    for quarter, moment in HANDED_IN.items():
        files = (Delivery(path.read_bytes(), path.name, "inbox", moment) for path in sample_files(quarter))
        run_intake(settings, list(files))
        yield settings.home.published
