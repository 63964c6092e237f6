"""What the warehouse remembers is what was loaded, value for value."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas.findings import Verdict
from schemas.quarter import Quarter
from schemas.submission import History, Value
from tests.builders import a_cooperation, a_decision_request, a_project, a_risk
from tests.warehouse.deliveries import OCTOBER_9, OCTOBER_12, Judged, an_accepted, published_after
from tests.warehouse.test_load import a_register
from warehouse.database import open_warehouse, published_histories

Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)


def remembered(folder: Path, *batches: list[Judged]) -> dict[str, History]:
    return published_histories(published_after(folder, *batches))


def test_a_version_holds_deckblatt_and_rows_as_they_were_checked(tmp_path: Path) -> None:
    delivery, checked = an_accepted(
        [
            a_project(partner_orgs=("SWG", "BIB")),
            a_project(project_id="KLI-002", partner_orgs=(), progress_pct=Decimal("12.5")),
        ],
        risks=[a_risk()],
        decision_requests=[a_decision_request(further_bodies=("Rat", "ADWS"), amount=Decimal("1.10"))],
        cooperations=[a_cooperation(), a_cooperation(topic="ai")],
    )

    version = remembered(tmp_path, [(delivery, checked)])["KLI"].current(Q3)

    assert version is not None
    assert (version.quarter, version.version, version.file_name) == (Q3, 1, delivery.name)
    assert version.received_at == OCTOBER_9
    assert checked.cover is not None
    assert version.cover == dict(checked.cover.values)
    assert dict(version.tables) == {
        name: tuple(dict(row.values) for row in rows) for name, rows in checked.tables.items()
    }
    kinds = {name: type(value) for name, value in version.tables["project"][0].items()}
    assert (kinds["partner_orgs"], kinds["end_forecast"], kinds["budget_total"]) == (tuple, date, Decimal)


def test_only_what_counts_is_remembered(tmp_path: Path) -> None:
    first = an_accepted()
    correction = an_accepted([a_project(actual_cum=Decimal(7))], version=2, received_at=OCTOBER_12)
    refused = an_accepted([], verdict=Verdict.REJECTED, received_at=OCTOBER_12)

    history = remembered(tmp_path, [first, correction, refused])["KLI"]

    current = history.current(Q3)
    assert current is not None
    assert (current.version, [row["actual_cum"] for row in current.tables["project"]]) == (2, [Decimal("7.00")])


def test_each_organisation_has_its_own_history(tmp_path: Path) -> None:
    histories = remembered(tmp_path, [an_accepted(org="SWG", quarter="2026-Q2"), an_accepted()])

    assert {code: list(history.accepted) for code, history in histories.items()} == {"SWG": [Q2], "KLI": [Q3]}


def test_what_lies_further_back_than_rules_look_is_remembered_all_the_same(tmp_path: Path) -> None:
    quarters = [Quarter(2020, 1).shifted(number) for number in range(20)]

    history = remembered(tmp_path, [an_accepted(quarter=str(quarter)) for quarter in quarters])["KLI"]

    assert sorted(history.accepted) == quarters
    assert all(len(version.tables["project"]) == 1 for version in history.accepted.values())
    assert [version.quarter for version in history.backwards(quarters[-1])] == list(reversed(quarters[-9:-1]))


def test_rows_that_are_looked_at_after_a_correction_was_loaded_are_still_those_of_their_version(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted()])
        history = warehouse.histories()["KLI"]
        warehouse.load([an_accepted([a_project(actual_cum=Decimal(7))], version=2, received_at=OCTOBER_12)])
        warehouse.publish(tmp_path / "die8.duckdb")

        current = history.current(Q3)
        assert current is not None
        assert [row["actual_cum"] for row in current.tables["project"]] == [Decimal("95000.00")]


def test_what_was_read_ahead_is_the_same_and_gives_way_to_what_is_loaded_next(tmp_path: Path) -> None:
    quarters = [Quarter(2020, 1).shifted(number) for number in range(12)]
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        warehouse.load([an_accepted(quarter=str(quarter)) for quarter in quarters])
        looked_at = warehouse.histories()["KLI"]
        warehouse.read_ahead()
        ahead = warehouse.histories()["KLI"]
        warehouse.load([an_accepted()])

        assert tables_of(ahead) == tables_of(looked_at)
        assert list(warehouse.histories()["KLI"].accepted) == [Q3, *reversed(quarters)]


def tables_of(history: History) -> list[dict[str, tuple[Mapping[str, Value], ...]]]:
    return [dict(version.tables) for version in history.accepted.values()]


def test_the_decisions_of_the_register_that_counts_belong_to_every_history(tmp_path: Path) -> None:
    later = datetime(2026, 11, 20, tzinfo=UTC)

    histories = remembered(
        tmp_path,
        [a_register("LK-2026-01"), an_accepted(), an_accepted(org="SWG")],
        [a_register("LK-2026-02", received_at=later)],
    )

    numbers: Any = [[entry["decision_no"] for entry in history.decisions] for history in histories.values()]
    assert numbers == [["LK-2026-02"], ["LK-2026-02"]]


def test_an_empty_warehouse_remembers_nothing(tmp_path: Path) -> None:
    assert remembered(tmp_path) == {}
