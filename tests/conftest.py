"""How the suite is run: which files go together, in which order, and what is made once for all workers."""

import gc
import os
from collections.abc import Iterator

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.sample_homes import SampleHomes

ONE_SERVER = tuple(f"tests/flows/test_{name}.py" for name in ("orchestration", "dispatch", "up"))
"""Files on one worker, since they share a Prefect server: it takes longer to start than most files take to run."""
LONG = (*ONE_SERVER, "tests/journeys/", "tests/endurance/", "tests/fuzz/", "tests/flows/", "tests/warehouse/")
"""What comes first, in this order: at the end are the many short files, so that no worker is left with a long one."""


class WholeFiles(LoadFileScheduling):
    """Gives each worker whole files, and those on one Prefect server to the same."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return ONE_SERVER[0] if file in ONE_SERVER else file


def pytest_configure() -> None:
    """Look for cycles as seldom as the command line does, which most tests are about."""
    gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeFiles | None:
    """Keep the order of `pytest_collection_modifyitems`; xdist's own would end with the longest journeys."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return WholeFiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the order within a file stays."""

    def place(item: pytest.Item) -> int:
        return next((number for number, beginning in enumerate(LONG) if item.nodeid.startswith(beginning)), len(LONG))

    items.sort(key=place)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Do not look for cycles while thousands of tests are made, of which none is let go: it takes seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def sample_homes(tmp_path_factory: pytest.TempPathFactory) -> SampleHomes:
    """Copies of homes into which samples were taken, each made once in a run."""
    own = tmp_path_factory.getbasetemp()
    return SampleHomes((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sample-homes")
