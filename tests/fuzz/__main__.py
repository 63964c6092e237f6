"""Hand in thousands of damaged and deceitful files, and see that each is answered in time, in little memory.

Every mutant takes the way of ``die8 check --annotate``. The same seed makes the same mutants; those that fail are kept
and can be tried again by their number.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from flows.isolation import IsolatedReader
from tests.fuzz.campaign import Campaign
from tests.fuzz.mutants import a_mutant
from tests.fuzz.trial import try_mutant

_EVERY_SECONDS = 10.0


def main() -> int:
    """Run a campaign, or one mutant again; 1 when something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many mutants (20000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other mutants (1)")
    parser.add_argument("--first", type=int, default=0, help="the number to begin with (0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once (one a core)")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="where failing files are kept")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="try this mutant again and show what comes of it")
    options = parser.parse_args()
    if options.only is not None:
        return _again(options.seed, options.only, options.failures)
    campaign = Campaign(options.seed, options.first, options.count)
    _run(campaign, options.jobs)
    _say(f"verdicts: {', '.join(f'{count} {name}' for name, count in campaign.verdicts.most_common())}")
    _say(
        f"slowest {campaign.slowest:.2f} s; peak memory {campaign.memory / 1e6:.0f} MB checking, "
        f"{campaign.children / 1e6:.0f} MB reading"
    )
    for outcome, path in campaign.keep_failed(options.failures):
        _say(f"\nmutant {outcome.number} ({outcome.name}; {outcome.how}):")
        _say(*(f"  {problem}" for problem in outcome.problems))
        _say(f"  again: python -m tests.fuzz --seed {options.seed} --only {outcome.number}   file: {path}")
    _say(f"\n{campaign.done} mutants, {len(campaign.failed)} failed")
    return 1 if campaign.failed else 0


def _run(campaign: Campaign, jobs: int) -> None:
    began = last = time.monotonic()
    named = 0

    def told() -> None:
        nonlocal last, named
        for outcome in campaign.failed[named:]:
            _say(f"mutant {outcome.number}: {'; '.join(outcome.problems)}")
        named = len(campaign.failed)
        now = time.monotonic()
        if now - last >= _EVERY_SECONDS:
            last = now
            done = campaign.done
            _say(f"{done}/{campaign.count}  {done / (now - began):.0f}/s  {len(campaign.failed)} failed")

    campaign.run(jobs, told)


def _again(seed: int, number: int, folder: Path) -> int:
    mutant = a_mutant(seed, number)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{seed}-{number}{Path(mutant.name).suffix}"
    path.write_bytes(mutant.content)
    with IsolatedReader() as reader:
        outcome = try_mutant(mutant, reader)
    _say(f"{mutant.name}: {mutant.how}", outcome.line, f"as a user: die8 check {path} --annotate {folder}")
    return 1 if outcome.problems else 0


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a command talks to its terminal


if __name__ == "__main__":
    sys.exit(main())
