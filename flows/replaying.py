"""What a rule would have said: the archive judged once more, before the rule is sharpened. Nothing is stored."""

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from flows.clock import local_day
from flows.examination import Examined, Memory, Readings, examine
from flows.isolation import IsolatedReader
from flows.settings import Settings
from flows.standing import standards_of
from flows.steps import PLAIN, Runner
from schemas.delivery import Delivery
from schemas.findings import Finding, Severity, State, Verdict, rules
from schemas.quarter import Quarter
from schemas.standards import Standards
from schemas.submission import Checked
from transforms.rules.engine import check_submission
from warehouse.archive import Archive, Damage

_BATCH = 64
"""Deliveries that are read ahead: enough to keep the reader busy, few enough to keep memory small."""


class Retried(Struct, frozen=True):
    """One archived return for which the rule would speak."""

    delivery: Delivery
    checked: Checked
    """As it is judged today."""
    findings: tuple[Finding, ...]
    """What the rule would say."""
    verdict: Verdict
    """What would become of the return."""

    @property
    def is_told_today(self) -> bool:
        """Whether the rule speaks about this return as things stand."""
        return any(finding.rule == self.findings[0].rule for finding in self.checked.findings)

    @property
    def changes_verdict(self) -> bool:
        """Whether the return would come out otherwise."""
        return self.verdict is not self.checked.verdict


class ReplayResult(Struct):
    """What came of a replay: how many returns were judged again, which are concerned, what could not be read."""

    judged: int = 0
    concerned: list[Retried] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


def replay_rule(
    settings: Settings, rule: str, severity: Severity, quarter: Quarter | None, runner: Runner = PLAIN
) -> ReplayResult:
    """Judge the archived returns, of one quarter or of all, as if the rule were active with this severity.

    Each return is judged against what was known when it arrived, as things stand: a return that would have been
    refused still counts for those after it, so that the rule's effect on each is seen alone. Waivers hold.
    """
    today = standards_of(settings)
    retried = replace(rules()[rule], severity=severity, state=State.ACTIVE, changes=())
    as_if = replace(today, tried_out={rule: retried})
    archive = Archive(settings.home.archive)
    total, done = archive.count(), 0
    result = ReplayResult()
    memory = Memory({}, {})
    with IsolatedReader() as reader:
        deliveries = _sound(archive, result)
        readings = Readings(reader)
        while batch := list(islice(deliveries, _BATCH)):
            for examined in examine(batch, readings, memory, today):
                done += 1
                runner.progress(done, total, examined.delivery.name)
                if _is_asked_for(examined, quarter):
                    result.judged += 1
                    result.concerned += _judged_again(examined, rule, as_if)
    return result


def _sound(archive: Archive, result: ReplayResult) -> Iterator[Delivery]:
    for item in archive.deliveries():
        if isinstance(item, Damage):
            result.damages.append(item)
        else:
            yield item.delivery


def _is_asked_for(examined: Examined, quarter: Quarter | None) -> bool:
    is_return = examined.checked.verdict is not Verdict.DUPLICATE
    return is_return and quarter in (None, examined.checked.submission.quarter)


def _judged_again(examined: Examined, rule: str, as_if: Standards) -> Iterator[Retried]:
    received_on = local_day(examined.delivery.received_at)
    checked = check_submission(examined.checked.submission, examined.history, received_on, as_if)
    findings = tuple(finding for finding in checked.findings if finding.rule == rule and finding.state is State.ACTIVE)
    if findings:
        yield Retried(examined.delivery, examined.checked, findings, checked.verdict)
