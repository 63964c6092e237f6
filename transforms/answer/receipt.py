"""The receipt as plain German text: what arrived, what became of it, what to do until when, what changed."""

import re
from collections.abc import Iterable, Iterator, Sequence

from schemas.answer import Answer, ToldFinding
from schemas.findings import Severity, Verdict
from transforms.answer.differences import Change, ChangeKind, changes_between, changes_since_quarter
from transforms.answer.wording import about, expected_text, in_berlin, one_line, place_text, shortened, texts, to_do
from transforms.wording import german_date

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_CHANGES = 100
_MOST_FINDINGS = 500
_LONGEST_MESSAGE = 600

OWN, TRANSCRIPT = "own", "transcript"
"""What the workbook of an answer is: the sender's own file, or what it says written into the template."""


def answer_name(answer: Answer) -> str:
    """The name, without suffix, of the files that answer a delivery; always the same for the same delivery."""
    day = in_berlin(answer.received_at).strftime("%Y-%m-%d")
    about = ["Beschlussbuch"] if answer.is_register else [answer.org_code or "unbekannt", _quarter_of(answer)]
    parts = [day, *about, answer.submission_id]
    return _UNSAFE.sub("-", "_".join(parts))


def _quarter_of(answer: Answer) -> str:
    return str(answer.quarter or "ohne-Quartal")


def receipt_text(answer: Answer, workbook: str | None = None) -> str:
    """Write the receipt as plain text; errors stand first, each with its sheet and cell.

    ``workbook`` is `OWN` or `TRANSCRIPT` when a marked file goes with it. Texts from the file stay what they are:
    nothing in them is interpreted, and none can add a line of its own.
    """
    words = texts()
    received = in_berlin(answer.received_at)
    name = one_line(answer.file_name)
    lines = [
        words["subject"].format(datei=name),
        "",
        words["received"].format(datei=name, tag=german_date(received.date()), uhrzeit=received.strftime("%H:%M")),
        about_sentence(answer),
        words["result"].format(ergebnis=words[answer.verdict]),
        to_do(answer),
    ]
    for severity in Severity:
        findings = [finding for finding in answer.findings if finding.asks_for is severity]
        if findings:
            lines += ["", words[severity].format(anzahl=len(findings)), *_finding_lines(findings)]
    lines += _changes(answer)
    lines += ["", workbook_sentence(answer, workbook), "", words["closing"].format(kennung=answer.submission_id)]
    return "\n".join(lines) + "\n"


def about_sentence(answer: Answer) -> str:
    """Name organisation, quarter and version, or say why not; of a duplicate the answer to the first one tells."""
    whose = about(answer)
    key = "about" if whose else "about_duplicate" if answer.verdict is Verdict.DUPLICATE else "about_unknown"
    return texts()[key].format(meldung=whose)


def workbook_sentence(answer: Answer, workbook: str | None) -> str:
    """Say which marked file goes with the receipt."""
    return texts()[f"workbook_{workbook or 'none'}"].format(datei=f"{answer_name(answer)}.xlsx")


def replaced_sentence(answer: Answer, key: str) -> str:
    """Name the version that was replaced."""
    version = answer.replaced
    assert version is not None  # noqa: S101 - asked for only where there is one
    received = german_date(in_berlin(version.received_at).date())
    return texts()[key].format(nummer=version.version, datei=one_line(version.file_name), tag=received)


def replaced_changes(answer: Answer) -> tuple[Change, ...] | None:
    """What changed against the version that was replaced; None when none was."""
    if answer.content is None or answer.replaced is None:
        return None
    return changes_between(answer.replaced, answer.content)


def quarter_changes(answer: Answer) -> tuple[Change, ...] | None:
    """What changed against the quarter before; None when nothing was known of it."""
    if answer.content is None or answer.quarter_before is None:
        return None
    return changes_since_quarter(answer.quarter_before, answer.content)


def quarter_sentence(answer: Answer, key: str) -> str:
    """Name the version of the quarter before."""
    version = answer.quarter_before
    assert version is not None  # noqa: S101 - asked for only where there is one
    return texts()[key].format(quartal=version.quarter.in_text, nummer=version.version)


def message_of(finding: ToldFinding) -> str:
    """The sentence of a finding, on one line and not endless."""
    return shortened(finding.message, _LONGEST_MESSAGE)


def _finding_lines(findings: Sequence[ToldFinding]) -> Iterator[str]:
    words = texts()
    for finding in findings[:_MOST_FINDINGS]:
        yield words["finding"].format(
            stelle=_place_before(finding), meldung=message_of(finding), erwartet=expected_text(finding)
        )
    if len(findings) > _MOST_FINDINGS:
        yield words["more_findings"].format(anzahl=len(findings) - _MOST_FINDINGS)


def _place_before(finding: ToldFinding) -> str:
    """Name the place in front of the message, unless the message begins with it."""
    if finding.place is None:
        return ""
    where, address = place_text(finding.place), finding.place.address
    if address and finding.message.startswith(f"{address}:"):
        return f"{finding.place.sheet} "
    return "" if finding.message.startswith(where) else f"{where}: "


def _changes(answer: Answer) -> list[str]:
    lines: list[str] = []
    replaced = replaced_changes(answer)
    if replaced is not None:
        key = "replaced" if replaced else "replaced_same"
        lines += ["", replaced_sentence(answer, key), *_change_lines(replaced)]
    since = quarter_changes(answer)
    if since is not None:
        key = "quarter_before" if since else "quarter_before_same"
        lines += ["", quarter_sentence(answer, key), *_change_lines(since)]
    return lines


def _change_lines(changes: Sequence[Change]) -> Iterable[str]:
    words = texts()
    for change in changes[:_MOST_CHANGES]:
        if change.kind is ChangeKind.CHANGED:
            before, after = change.texts
            yield words["change"].format(stelle=change.where, feld=change.label, vorher=before, jetzt=after)
        else:
            yield words[f"change_{change.kind}"].format(stelle=change.where)
    if len(changes) > _MOST_CHANGES:
        yield words["more_changes"].format(anzahl=len(changes) - _MOST_CHANGES)
