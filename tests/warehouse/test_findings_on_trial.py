"""Findings of shadow rules are stored to be counted, and told to nobody."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from msgspec.structs import replace

from schemas.findings import Finding, Guards, Severity, Standing, State, Verdict, rules
from schemas.standards import Standards, Waiver
from schemas.submission import NO_HISTORY
from tests.builders import a_project, a_risk, a_submission, an_indicator_value
from tests.warehouse.deliveries import Judged, a_delivery, an_accepted
from transforms.rules.engine import check_submission
from warehouse.database import open_warehouse

TOLD = Finding("X05", details={"projekt": "KLI-001", "teil": "Kosten"})
WAIVED = replace(
    TOLD, rule="X01", standing=Standing(Severity.INFO, State.WAIVED, "(Ausgesetzt bis 31.12.2026: Neubau)")
)
ON_TRIAL = replace(
    TOLD, rule="X15", details={"projekt": "KLI-001", "pct": "90"}, standing=Standing(Severity.ERROR, State.SHADOW)
)


def judged() -> Judged:
    delivery, checked = an_accepted(findings=[TOLD, WAIVED])
    return delivery, replace(checked, shadowed=(ON_TRIAL,))


def test_every_finding_is_stored_with_how_it_counts(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([judged()])
        warehouse.publish(tmp_path / "die8.duckdb")

    with duckdb.connect(str(tmp_path / "die8.duckdb"), read_only=True) as connection:
        stored = connection.execute("select rule, severity, state from history.finding order by position").fetchall()
        shown = connection.execute("select rule from main.finding order by position").fetchall()
        known = connection.execute("select rule from finding_as_of('2026-12-01') order by position").fetchall()

    assert stored == [("X05", "warning", "active"), ("X01", "info", "waived"), ("X15", "error", "shadow")]
    assert shown == known == [("X05",), ("X01",)]


def test_the_sender_is_told_of_waivers_and_not_of_trials(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([judged()])
        [answer] = warehouse.answers()

    assert [(finding.rule, finding.severity) for finding in answer.findings] == [
        ("X05", Severity.WARNING),
        ("X01", Severity.INFO),
    ]
    assert answer.findings[1].message.endswith("(Ausgesetzt bis 31.12.2026: Neubau)")


def test_whatever_is_waived_the_store_takes_what_is_accepted(tmp_path: Path) -> None:
    everything = Standards(
        waivers=tuple(
            Waiver(rule.rule, "KLI", "Probe", date(2026, 12, 31))
            for rule in rules().values()
            if rule.guards is not Guards.FILE
        )
    )
    broken = a_submission(
        [
            a_project(
                budget_total=Decimal(-1),
                progress_pct=Decimal(140),
                end_forecast=date(2020, 1, 1),
                benefit=None,
                status_overall="grey",
            )
        ],
        risks=[a_risk(likelihood=9, project_id="KLI-077")],
        indicator_values=[an_indicator_value(kpi_code="BIB-01")],
    )

    checked = check_submission(broken, NO_HISTORY, date(2026, 11, 30), everything)

    assert {finding.severity for finding in checked.findings} == {Severity.INFO}
    assert {"C01", "C07", "X01", "B01", "B09", "Q12"} <= {finding.rule for finding in checked.findings}
    assert checked.verdict is Verdict.ACCEPTED
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        assert warehouse.load([(a_delivery(), checked)]) == 1
