"""What comes too late (Q12), and what does not come at all (F10)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from schemas.codes import organisations
from schemas.findings import Finding
from schemas.quarter import Quarter
from transforms.contract_texts import texts
from transforms.rules.case import Case
from transforms.rules.registry import Breach, rule_of_return
from transforms.wording import german_date


@rule_of_return("Q12", is_dated=True)
def return_is_in_time(case: Case) -> Iterator[Breach]:
    """What is received after a quarter has closed counts as a Nachmeldung.

    The finding has no cell, so that nothing of the return is refused: it is taken over, and its verdict says that
    something is not as it should be (contract.md §4).
    """
    if case.quarter is not None and case.standards.has_closed(case.quarter, case.today):
        yield Breach({"quartal": case.quarter.in_tables})


def overdue_returns(
    expected: Collection[str],
    last_delivered: Mapping[str, Quarter],
    quarter: Quarter,
    deadline: date,
    today: date,
) -> Mapping[str, Finding]:
    """Give F10 for each expected organisation that has no accepted return after the deadline has passed.

    ``last_delivered`` names for each organisation the latest quarter, up to the one asked about, for which a return
    was accepted. The finding belongs to no file: it is worked out when somebody asks, and stored nowhere.
    """
    if today <= deadline:
        return {}
    return {
        code: Finding("F10", details=_of_overdue(organisation.name, deadline, last_delivered.get(code)))
        for code, organisation in organisations().items()
        if code in expected and last_delivered.get(code) != quarter
    }


def _of_overdue(name: str, deadline: date, last: Quarter | None) -> Mapping[str, str]:
    known = last.in_tables if last is not None else texts("rules")["never_delivered"]
    return {"org": name, "frist": german_date(deadline), "vorquartal": known}
