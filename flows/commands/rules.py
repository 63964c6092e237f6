"""``die8 rules``: the catalogue with its life cycle and waivers, and what a sharper rule would have done."""

from collections.abc import Sequence

from flows.clock import local_day
from flows.display import Telling, console, plain_table, print_document
from flows.replaying import ReplayResult, Retried, replay_rule
from flows.settings import Settings
from flows.usage import UsageError
from schemas.codes import code_lists
from schemas.findings import Guards, Rule, Severity, rules
from schemas.quarter import Quarter
from schemas.standards import Waiver
from transforms.contract_texts import texts
from transforms.documents import Json, finding_document
from transforms.rule_guide import explanations


def list_rules(settings: Settings, *, as_json: bool) -> int:
    """Show every rule as it stands now, with its changes, its waivers and its German sentence as an example."""
    waivers = settings.configuration.waivers
    if as_json:
        for rule in rules().values():
            print_document(_document(rule, [waiver for waiver in waivers if waiver.rule == rule.rule]))
        return 0
    out = console()
    for family in dict.fromkeys(rule.family for rule in rules().values()):
        out.print(f"\n[bold]{texts('rules')[family]}[/]")
        own = [rule for rule in rules().values() if rule.family == family]
        out.print(plain_table(("Rule", "Severity", "State", "Since", "Example"), [_line(rule) for rule in own]))
    for waiver in waivers:
        out.print(f"\nwaived: {_waiver_text(waiver)}", markup=False, soft_wrap=True)
    return 0


def replay(settings: Settings, name: str, *, severity: Severity | None, quarter: Quarter | None, as_json: bool) -> int:
    """Show which archived returns the rule would concern; exit status 1 when there are some, or damaged ones.

    Raises:
        UsageError: there is no such rule, or no return is judged by it.
    """
    rule = rules().get(name.upper())
    if rule is None:
        msg = f"unknown rule {name}: `die8 rules` lists them"
        raise UsageError(msg)
    if rule.guards is Guards.FILE:
        msg = f"{rule.rule} says that a file was not read, or is about no file at all: it cannot be sharpened"
        raise UsageError(msg)
    chosen = severity or rule.latest.severity
    with Telling() as runner:
        result = replay_rule(settings, rule.rule, chosen, quarter, runner)
    if as_json:
        for item in result.concerned:
            print_document(_retried_document(item))
    else:
        _show(result, rule, chosen)
    return 1 if result.concerned or result.damages else 0


def _show(result: ReplayResult, rule: Rule, severity: Severity) -> None:
    out = console()
    if result.concerned:
        headings = ("Received", "File", "Cells", "Told today", "Verdict")
        out.print(plain_table(headings, [_retried_line(item) for item in result.concerned]))
    changed = sum(item.changes_verdict for item in result.concerned)
    out.print(
        f"{rule.rule} as {severity}: {len(result.concerned)} of {result.judged} returns concerned, "
        f"{changed} with another verdict. Nothing was stored."
    )
    for damage in result.damages:
        out.print(f"[red]damaged:[/] {damage}", soft_wrap=True)


def _retried_line(item: Retried) -> Sequence[str]:
    now, then = (code_lists()["verdict"].label(verdict) for verdict in (item.checked.verdict, item.verdict))
    return (
        local_day(item.delivery.received_at).strftime("%d.%m.%Y"),
        item.delivery.name,
        ", ".join(str(finding.place) if finding.place else "–" for finding in item.findings),
        "yes" if item.is_told_today else "no",
        f"{now} → {then}" if item.changes_verdict else now,
    )


def _retried_document(item: Retried) -> dict[str, Json]:
    submission = item.checked.submission
    return {
        "file": item.delivery.name,
        "received_at": item.delivery.received_at.isoformat(),
        "organisation": submission.org_code,
        "quarter": str(submission.quarter) if submission.quarter else None,
        "findings": [finding_document(finding) for finding in item.findings],
        "told_today": item.is_told_today,
        "verdict": str(item.checked.verdict),
        "verdict_then": str(item.verdict),
        "changes_verdict": item.changes_verdict,
    }


def _line(rule: Rule) -> Sequence[str]:
    now = rule.latest
    since = str(rule.since) if rule.since else ""
    return (rule.rule, str(now.severity), str(now.state), since, explanations()[rule.rule].example)


def _document(rule: Rule, waivers: Sequence[Waiver]) -> dict[str, Json]:
    now, told = rule.latest, explanations()[rule.rule]
    return {
        "rule": rule.rule,
        "family": rule.family,
        "severity": str(now.severity),
        "state": str(now.state),
        "since": str(rule.since) if rule.since else None,
        "waivers": [
            {
                "organisation": waiver.org,
                "project": waiver.project,
                "reason": waiver.reason,
                "since": waiver.since.isoformat() if waiver.since else None,
                "until": waiver.until.isoformat(),
            }
            for waiver in waivers
        ],
        "message": rule.message,
        "example": told.example,
        "meaning": told.meaning,
        "remedy": told.remedy,
    }


def _waiver_text(waiver: Waiver) -> str:
    since = f"from {waiver.since} " if waiver.since else ""
    return f"{waiver.rule} {waiver.project or waiver.org} {since}until {waiver.until}: {waiver.reason}"
