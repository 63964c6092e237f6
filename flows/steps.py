"""A run is a procedure of named steps; what carries the steps out, and shows them, is exchangeable.

The procedures in intake, reporting and rebuilding are written once, against `Runner`. From the command line
`Plain` just calls the steps; under Prefect each becomes a task (flows.orchestration).
"""

from collections.abc import Callable
from typing import Generic, ParamSpec, Protocol, TypeVar

from msgspec import Struct

P = ParamSpec("P")
R = TypeVar("R")


class Step(Struct, Generic[P, R], frozen=True):
    """A function with the name people see and the patience it deserves.

    Only steps that touch the outside world have ``retries``: what fails on the same bytes fails again.
    """

    call: Callable[P, R]
    name: str
    retries: int = 0
    retry_delay_seconds: float = 10
    timeout_seconds: float | None = None


def step(
    name: str, *, retries: int = 0, retry_delay_seconds: float = 10, timeout_seconds: float | None = None
) -> Callable[[Callable[P, R]], Step[P, R]]:
    """Declare a function as a step of a run."""

    def declare(function: Callable[P, R]) -> Step[P, R]:
        return Step(function, name, retries, retry_delay_seconds, timeout_seconds)

    return declare


class Runner(Protocol):
    """Carries out the steps of one run and tells how far it is."""

    def run(self, work: Step[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do one step and give its result; its exceptions pass through."""
        ...

    def progress(self, done: int, total: int, what: str) -> None:
        """Tell that ``done`` of ``total`` items are finished, the last being ``what``."""
        ...

    def summary(self, title: str, markdown: str) -> None:
        """Show what the run came to, for people."""
        ...


class Plain:
    """Calls the steps one after the other and says nothing; imports nothing."""

    def run(self, work: Step[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the step."""
        return work.call(*args, **kwargs)

    def progress(self, done: int, total: int, what: str) -> None:
        """Say nothing."""

    def summary(self, title: str, markdown: str) -> None:
        """Say nothing."""


PLAIN = Plain()
