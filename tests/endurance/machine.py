"""G10: a warehouse in any order of deliveries, corrections, duplicates, clocks and deaths, against a dictionary.

``python -m tests.endurance.machine [--examples N] [--steps N]``, or ``make machine``.
"""

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from schemas.findings import Finding, Verdict
from schemas.submission import Checked
from tests.warehouse.deliveries import OCTOBER_9, Judged, an_accepted
from warehouse.archive import Archive
from warehouse.comparison import content_hash
from warehouse.database import Warehouse, open_warehouse
from warehouse.reading import query

ORGANISATIONS, QUARTERS = st.sampled_from(["KLI", "SWG", "VHS"]), st.sampled_from(["2026-Q2", "2026-Q3"])
STEPS = ("archive", "load", "publish")
"""What a run does, in this order; it may die after any of them."""

ReturnOf = tuple[str, str]


class WarehouseMachine(RuleBasedStateMachine):
    """The model: for each organisation and quarter the accepted submissions in order, and all that was archived."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="die8-machine-"))
        self.outcome: dict[str, Checked] = {}
        self.sent: list[Judged] = []
        self.archived: list[Judged] = []
        self.accepted: dict[ReturnOf, list[str]] = {}
        self.loaded: set[str] = set()
        self.now = OCTOBER_9

    @initialize()
    def publish_nothing(self) -> None:
        self._run([], STEPS[-1])

    @rule(org=ORGANISATIONS, quarter=QUARTERS, until=st.sampled_from(STEPS))
    def upload(self, org: str, quarter: str, until: str) -> None:
        """A first return, or a correction of the one before."""
        self._run([self._new(org, quarter, Verdict.ACCEPTED)], until)

    @rule(org=ORGANISATIONS, quarter=QUARTERS, until=st.sampled_from(STEPS))
    def upload_several(self, org: str, quarter: str, until: str) -> None:
        self._run([self._new(org, quarter, Verdict.ACCEPTED), self._new("KLI", quarter, Verdict.ACCEPTED)], until)

    @rule(org=ORGANISATIONS, quarter=QUARTERS, verdict=st.sampled_from([Verdict.REJECTED, Verdict.DRAFT]))
    def withdraw(self, org: str, quarter: str, verdict: Verdict) -> None:
        """A rejected file or a draft: it never replaces what was accepted."""
        self._run([self._new(org, quarter, verdict)], STEPS[-1])

    @rule(which=st.integers(0, 30), until=st.sampled_from(STEPS))
    def send_again(self, which: int, until: str) -> None:
        if self.sent:
            self._run([self.sent[which % len(self.sent)]], until)

    @rule(minutes=st.integers(-90, 24 * 60))
    def clock(self, minutes: int) -> None:
        """Time goes by; the clock may also be set back."""
        self.now += timedelta(minutes=minutes)

    @rule()
    def rebuild(self) -> None:
        """The archive alone gives the same, and its warehouse takes the place of the old one."""
        self._run([], STEPS[-1])
        before = content_hash(self.published)
        (self.home / "w.duckdb").unlink()
        self._run([], STEPS[-1])
        assert content_hash(self.published) == before

    @invariant()
    def readers_find_what_counts(self) -> None:
        """What is published is the state of some complete run: no half of one, and nothing that was superseded."""
        if not self.published.exists():
            return
        rows = query(
            self.published,
            "select s.org_code, s.report_quarter, s.submission_id, s.version, count(p.project_id) from submission as s "
            "left join project as p using (submission_id) group by all",
        ).rows
        for org, quarter, identity, version, projects in rows:
            versions = self.accepted[str(org), str(quarter)]
            assert versions[int(str(version)) - 1] == identity
            assert projects == 1

    def teardown(self) -> None:
        self._run([], STEPS[-1])
        current = query(self.published, "select org_code, report_quarter, submission_id from submission").rows
        expected = {(org, quarter, versions[-1]) for (org, quarter), versions in self.accepted.items()}
        assert set(current) == expected
        [(stored,)] = query(self.published, "select count(*) from history.submission").rows
        assert stored == len({delivery.submission_id for delivery, _ in self.archived})
        shutil.rmtree(self.home)

    @property
    def published(self) -> Path:
        return self.home / "published" / "die8.duckdb"

    def _new(self, org: str, quarter: str, verdict: Verdict) -> Judged:
        findings = [Finding("S01", details={"blatt": "Risiken"})] if verdict is Verdict.REJECTED else []
        judged = an_accepted(
            org=org, quarter=quarter, version=None, verdict=verdict, findings=findings, received_at=self.now,
            content=f"content {len(self.sent)}",
        )  # fmt: skip
        self.sent.append(judged)
        self.outcome[judged[0].submission_id] = judged[1]
        return judged

    def _run(self, batch: list[Judged], until: str) -> None:
        """A run: it takes along what earlier ones left, and dies after one of its steps."""
        archive = Archive(self.home / "archive")
        archive.store([delivery for delivery, _ in batch])
        known = {delivery.submission_id for delivery, _ in self.archived}
        self.archived += [judged for judged in batch if judged[0].submission_id not in known]
        if until == "archive":
            return
        with open_warehouse(self.home / "w.duckdb") as warehouse:
            self._load(archive, warehouse)
            if until == "publish":
                warehouse.publish(self.published)

    def _load(self, archive: Archive, warehouse: Warehouse) -> None:
        pending = archive.pending(warehouse.known_ids())
        warehouse.load([(item.delivery, self.outcome[item.delivery.submission_id]) for item in pending])
        for item in pending:
            identity = item.delivery.submission_id
            checked = self.outcome[identity]
            if checked.verdict.is_loaded and identity not in self.loaded:
                submission = checked.submission
                self.accepted.setdefault((str(submission.org_code), str(submission.quarter)), []).append(identity)
            self.loaded.add(identity)


def explore(examples: int, steps: int, over: Callable[[], None] = lambda: None) -> None:
    """Let Hypothesis look for a course after which warehouse and model differ; ``over`` is called after each."""

    class Told(WarehouseMachine):
        def teardown(self) -> None:
            super().teardown()
            over()

    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=examples < 50,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--steps", type=int, default=30)
    options = parser.parse_args()
    courses = itertools.count(1)

    def over() -> None:
        sys.stdout.write(f"\r{next(courses)} courses of some {options.examples}   ")
        sys.stdout.flush()

    explore(options.examples, options.steps, over)
    sys.stdout.write(f"\n{options.examples} courses of {options.steps} steps: warehouse and model agree.\n")


if __name__ == "__main__":
    main()
