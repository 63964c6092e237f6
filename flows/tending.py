"""The nightly look after the installation: what is past its time goes, and is the warehouse what the archive gives?"""

from datetime import datetime

from flows.settings import Settings
from flows.steps import PLAIN, Runner, step


def run_upkeep(settings: Settings, now: datetime, runner: Runner = PLAIN) -> list[str]:
    """Examine the installation, then replay the archive beside the warehouse and compare.

    Before that, files past their time are forgotten where die8.toml says that it be done at night; else nothing is
    changed. Gives what is broken, in sentences; what only wants a look is told by ``die8 doctor``.

    Raises:
        WarehouseBusyError: another run holds the warehouse; the next night looks again.
    """
    retention = settings.configuration.retention
    forgotten = runner.run(forget_old_files, settings, now) if retention.nightly else 0
    problems = [*runner.run(ask_the_doctor, settings, now)]
    if settings.home.warehouse.exists():
        problems = [*problems, *runner.run(compare_with_archive, settings, runner)]
    lines = [f"- **{problem}**" for problem in problems or ["all sound"]]
    if forgotten:
        lines.append(
            f"- {forgotten} files past {retention.raw_quarters} quarters were replaced by what was read in them"
        )
    runner.summary("upkeep", "\n".join(["# Upkeep", "", *lines]))
    return problems


@step("forget old files", timeout_seconds=3000)
def forget_old_files(settings: Settings, now: datetime) -> int:
    """Do what ``die8 forget`` does; gives how many files that were. Damaged ones are the doctor's business."""
    from flows.forgetting import forget

    return len(forget(settings, now, is_dry=False).forgotten)


@step("ask the doctor")
def ask_the_doctor(settings: Settings, now: datetime) -> list[str]:
    """Look at everything that runs rely on; gives what is broken, each with its remedy."""
    from flows.doctoring import State, examine_installation

    return [
        f"{check.subject}: {check.found} ({check.remedy})"
        for check in examine_installation(settings.home.path, now)
        if check.state is State.BROKEN
    ]


@step("compare with the archive", timeout_seconds=3000)
def compare_with_archive(settings: Settings, runner: Runner) -> list[str]:
    """Say what of the archive is damaged, and which tables differ from what it gives."""
    from flows.rebuilding import rebuild

    result = rebuild(settings, only_compare=True, runner=runner)
    return [
        *(f"damaged: {damage}" for damage in result.damages),
        *(f"unreadable: {problem}" for problem in result.unreadable),
        *(f"differs from the archive: {difference}" for difference in result.differences),
    ]
