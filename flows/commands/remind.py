"""``die8 remind`` and ``die8 invite``: letters that the calendar asks for."""

from flows.clock import instant, local_day
from flows.display import Telling, console, plain_table, print_document
from flows.recorded import recorded
from flows.settings import Settings
from schemas.letter import Letter

_NO_MAIL = "Es ist kein Mailserver eingerichtet: Die Nachrichten liegen unter {folder} und sind von Hand zu versenden."


def run_remind(settings: Settings, now: str | None, *, is_dry: bool, as_json: bool) -> int:
    """Show the reminders that are due and, unless it is only tried, write and send them; exit status 1 on trouble."""
    from flows.reminding import due_reminders, run_reminders

    moment = instant(now)
    if is_dry:
        _show(list(due_reminders(settings, local_day(moment))), as_json=as_json)
        return 0
    with Telling() as runner:
        done = recorded(
            settings, "remind", moment, lambda: run_reminders(settings, moment, runner), lambda it: it.problem
        )
    _show(done.written, as_json=as_json)
    if not as_json:
        console().print(f"{done.sent} Nachrichten versandt.")
        if done.problem:
            console().print(f"[red]{done.problem}[/]")
        if done.written and not settings.configuration.mail.is_set_up:
            console().print(_NO_MAIL.format(folder=settings.home.letters / "by-hand"), soft_wrap=True)
    return 1 if done.problem else 0


def run_invite(settings: Settings, now: str | None, *, is_dry: bool, as_json: bool) -> int:
    """Show whose workbooks are due and, unless it is only tried, send them."""
    from flows.inviting import due_quarter, run_invitations, waiting_invitations

    moment = instant(now)
    if is_dry:
        quarter = due_quarter(settings, local_day(moment))
        codes, failed = (waiting_invitations(settings, quarter) if quarter else ()), {}
    else:
        with Telling() as runner:
            done = recorded(settings, "invite", moment, lambda: run_invitations(settings, moment, runner))
        quarter, codes, failed = done.quarter, done.codes, dict(done.failed)
    if as_json:
        for code in codes:
            print_document({"organisation": code, "quarter": str(quarter)})
    elif quarter is None:
        console().print("Heute sind keine Vorlagen fällig.")
    else:
        console().print(f"Vorlagen {quarter.in_tables}: {', '.join(codes) or 'niemand mehr'}")
    for code, why in failed.items():
        console().print(f"[red]{code}[/] {why}", soft_wrap=True)
    return 1 if failed else 0


def _show(letters: "list[Letter] | tuple[Letter, ...]", *, as_json: bool) -> None:
    if as_json:
        for letter in letters:
            print_document(
                {
                    "letter": letter.key,
                    "to": list(letter.to),
                    "copy": list(letter.copy),
                    "subject": letter.wording.subject,
                }
            )
        return
    if not letters:
        console().print("Heute sind keine Erinnerungen fällig.")
        return
    rows = [
        (", ".join(letter.to) or "(von Hand)", ", ".join(letter.copy), letter.wording.subject) for letter in letters
    ]
    console().print(plain_table(("An", "Kopie", "Betreff"), rows))
