from datetime import date
from decimal import Decimal

from tests.builders import a_decision
from transforms.parsing.submission import parse_submission
from transforms.workbook.reading import read_workbook
from transforms.workbook.register import write_register

DECISIONS = [
    dict(a_decision(amount=Decimal("67000.00"), due_date=date(2026, 12, 31), decision_id="KLI-B01")),
    dict(a_decision(decision_no="LK-2026-02", outcome="adjourned", new_budget_total=Decimal("158000.50"))),
]


def test_what_is_written_is_read_back() -> None:
    read = parse_submission(read_workbook(write_register(DECISIONS), "Beschlussbuch.xlsx"), "Beschlussbuch.xlsx")

    assert [dict(row.values) for row in read.tables["decision"]] == DECISIONS
    assert read.findings == ()


def test_the_same_decisions_give_the_same_bytes() -> None:
    assert write_register(DECISIONS) == write_register(DECISIONS)


def test_the_empty_book_is_no_mistake() -> None:
    read = parse_submission(read_workbook(write_register(), "Beschlussbuch.xlsx"), "Beschlussbuch.xlsx")

    assert (read.tables, read.findings, read.is_readable) == ({"decision": ()}, (), True)
