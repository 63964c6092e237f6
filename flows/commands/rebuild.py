"""``die8 rebuild``: the warehouse from the archive alone."""

from rich.markup import escape

from flows.display import Telling, console
from flows.rebuilding import RebuildResult, rebuild
from flows.settings import Settings


def run_rebuild(settings: Settings, *, verify: bool) -> int:
    """Rebuild, or with ``verify`` only compare; exit status 1 when something differs or is damaged."""
    with Telling() as runner:
        result = rebuild(settings, only_compare=verify, runner=runner)
    _show(result, verify=verify)
    return 0 if result.is_equal else 1


def _show(result: RebuildResult, *, verify: bool) -> None:
    out = console()
    out.print(f"{result.replayed} deliveries replayed.")
    for damage in result.damages:
        out.print(f"[red]damaged:[/] {escape(str(damage))}", soft_wrap=True)
    for reason in result.unreadable:
        out.print(f"[red]damaged:[/] {escape(reason)}", soft_wrap=True)
    if result.compared_with is None:
        out.print("There was nothing to compare with.")
    elif not result.differences:
        out.print(f"All tables are equal to those of {result.compared_with}.", soft_wrap=True)
    for difference in result.differences:
        out.print(f"[yellow]differs:[/] {difference}", soft_wrap=True)
        for example in difference.examples:
            out.print(f"    {example}", markup=False, soft_wrap=True)
    for changed in result.changed_reports:
        out.print(f"[yellow]differs:[/] {escape(str(changed))}", soft_wrap=True)
    if result.reports and not result.changed_reports:
        out.print(f"The figures of {result.reports} released reports come out as they were frozen.")
    if not verify:
        out.print("The rebuilt warehouse is in place and published.")
