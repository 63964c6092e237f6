"""Reminders: who is missing is told by the ladder of the calendar, only the missing, and each step only once.

What was not sent in time, because nobody was there to send it, is made up for once: of several steps that have come
meanwhile only the last is sent, and none after the editorial close.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct

from flows.clock import BERLIN, local_day
from flows.correspondence import Correspondence
from flows.inviting import expected_organisations
from flows.settings import Settings
from flows.steps import PLAIN, Runner, step
from schemas.calendar import Audience, Deadlines, ReminderStep, deadlines, reminder_steps
from schemas.codes import organisations
from schemas.findings import Verdict
from schemas.letter import Letter
from schemas.quarter import Quarter
from transforms.wording import german_date

_STANDING = """
-- The last delivery of each organisation for a quarter, and whether one of them counts.
select
    org_code,
    bool_or(verdict in ('accepted', 'accepted_with_findings')) as counts,
    arg_max(verdict, received_at) as verdict,
    max(received_at) as received_at
from history.submission
where report_quarter = '{quarter}' and org_code is not null
group by org_code
"""


class Missing(Struct, frozen=True):
    """An organisation whose return does not count yet, and what it handed in instead, if anything."""

    org_code: str
    verdict: Verdict | None = None
    received_at: datetime | None = None


class Reminders(Struct, frozen=True):
    """What one round did: the letters that it wrote, and what became of the post."""

    written: tuple[Letter, ...]
    sent: int = 0
    problem: str = ""


def run_reminders(settings: Settings, now: datetime, runner: Runner = PLAIN) -> Reminders:
    """Write the reminders that are due, and hand over all that waits."""
    settings.home.make()
    written = runner.run(write_reminders, settings, now)
    sent, problem = runner.run(send_letters, settings, now)
    runner.summary("reminders", _summary(written, sent, problem))
    return Reminders(tuple(written), sent, problem)


@step("write reminders")
def write_reminders(settings: Settings, now: datetime) -> list[Letter]:
    """Put the letters that are due into the bag; gives those that were new."""
    post = Correspondence(settings)
    return [letter for letter in due_reminders(settings, local_day(now)) if post.put(letter, now)]


@step("send letters")
def send_letters(settings: Settings, now: datetime) -> tuple[int, str]:
    """Hand over what waits; gives how many letters went out, and why not all did. A mail server fails no run."""
    done = Correspondence(settings).hand_over(now)
    return (len(done.sent), done.problem) if done is not None else (0, "")


def due_reminders(settings: Settings, today: date) -> Iterator[Letter]:
    """Give the letters that are due on a day and were not written yet."""
    post = Correspondence(settings)
    for quarter in (Quarter.containing(today).previous, Quarter.containing(today)):
        days = deadlines(quarter, settings.configuration.calendar)
        step_due = due_step(days, today)
        if step_due is None:
            continue
        missing = missing_returns(settings, quarter)
        if step_due.audience is Audience.DATA_TEAM:
            letters = [_about_gaps(post, step_due, quarter, days, missing)] if missing else []
        else:
            letters = [_reminder(post, step_due, quarter, days, of) for of in missing.values()]
        yield from (letter for letter in letters if post.bag.stand_of(letter.key) is None)


def due_step(days: Deadlines, today: date) -> ReminderStep | None:
    """The last step of the ladder whose day has come; None before the first and after the editorial close."""
    if today > days.editorial_close:
        return None
    come = [step for step in reminder_steps() if step.day(days) <= today]
    return max(come, key=lambda step: step.day(days)) if come else None


def missing_returns(settings: Settings, quarter: Quarter) -> Mapping[str, Missing]:
    """The expected organisations without an accepted return for a quarter, in the order of the report."""
    standing: dict[str, Missing | None] = {}
    if settings.home.published.exists():
        from warehouse.reading import query

        for code, counts, verdict, received_at in query(
            settings.home.published, _STANDING.format(quarter=quarter)
        ).rows:
            at = received_at if isinstance(received_at, datetime) else None
            standing[str(code)] = None if counts else Missing(str(code), Verdict(str(verdict)), at)
    expected = expected_organisations(settings)
    found = {code: standing.get(code, Missing(code)) for code in organisations() if code in expected}
    return {code: missing for code, missing in found.items() if missing is not None}


def _reminder(post: Correspondence, of_step: ReminderStep, quarter: Quarter, days: Deadlines, of: Missing) -> Letter:
    from transforms.letters.wording import write

    contact = post.contact(of.org_code)
    is_escalation = of_step.audience is Audience.ESCALATION
    return Letter(
        f"reminder_{quarter}_{of.org_code}_{of_step.step}",
        contact.mail,
        write(
            f"reminder_{of_step.step}",
            gesellschaft=organisations()[of.org_code].name,
            vorher=_handed_in_before(of),
            **_days(quarter, days),
        ),
        copy=(*contact.escalation, *post.data_team) if is_escalation else (),
    )


def _about_gaps(
    post: Correspondence, of_step: ReminderStep, quarter: Quarter, days: Deadlines, missing: Mapping[str, Missing]
) -> Letter:
    from transforms.letters.wording import write

    return Letter(
        f"reminder_{quarter}_{of_step.step}",
        post.data_team,
        write(
            f"reminder_{of_step.step}",
            anzahl=len(missing),
            fehlende=", ".join(organisations()[code].name for code in missing),
            **_days(quarter, days),
        ),
    )


def _days(quarter: Quarter, days: Deadlines) -> dict[str, str]:
    return {
        "quartal": quarter.in_tables,
        "quartal_lang": quarter.in_text,
        "abgabe": german_date(days.delivery),
        "redaktion": german_date(days.editorial_close),
    }


def _handed_in_before(of: Missing) -> str:
    from transforms.letters.wording import phrase

    if of.verdict is None or of.received_at is None:
        return phrase("reminder_words", "nothing")
    key = "draft" if of.verdict is Verdict.DRAFT else "not_taken"
    return phrase("reminder_words", key, tag=german_date(of.received_at.astimezone(BERLIN).date()))


def _summary(written: list[Letter], sent: int, problem: str) -> str:
    lines = ["# Reminders", "", *(f"- {letter.wording.subject}" for letter in written), "", f"{sent} letters sent."]
    return "\n".join([*lines, f"**{problem}**"] if problem else lines)
