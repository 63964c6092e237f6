"""What was planned and did not happen is told, within a quarter of an hour, by somebody who is not Prefect."""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.clock import instant
from flows.correspondence import Correspondence
from flows.due import is_due
from flows.runs import Run, Runs
from flows.settings import Settings, load_settings
from flows.up import show_health
from flows.watch import beat, check_health, overlooked
from schemas.letter import Stand
from tests.flows.mail_sink import Sink, running

NOW = instant("2026-10-09T09:30")


def a_home(path: Path, port: int | None = None) -> Settings:
    path.mkdir()
    mail = f"""
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "die8@stadt.example"
data_team = ["datenteam@stadt.example"]
"""
    (path / "die8.toml").write_text(mail if port else "", encoding="utf-8")
    return load_settings(path)


def ran(settings: Settings, name: str, begun: datetime, outcome: str = "done", pid: int = 0) -> None:
    Runs(settings.home.runs)._write(Run(name, begun.isoformat(), outcome, pid=pid or os.getpid()))


def all_ran(settings: Settings, but: str = "") -> None:
    for name in ("collect", "remind", "invite", "report", "upkeep"):
        if name != but:
            ran(settings, name, NOW - timedelta(minutes=5))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that has been up since yesterday."""
    home = a_home(tmp_path / "home")
    beat(home, NOW - timedelta(days=1))
    beat(home, NOW)
    return home


def test_when_all_runs_happened_all_is_well(settings: Settings) -> None:
    all_ran(settings)

    assert check_health(settings, NOW) == []


def test_a_run_that_did_not_begin_is_overlooked_ten_minutes_later(settings: Settings) -> None:
    all_ran(settings, but="collect")
    ran(settings, "collect", instant("2026-10-09T08:07"))

    in_time = list(overlooked(settings, instant("2026-10-09T09:16")))
    [late] = overlooked(settings, instant("2026-10-09T09:18"))

    assert in_time == []
    assert (late.name, late.planned_at) == ("collect", instant("2026-10-09T09:07"))


def test_what_the_calendar_does_not_ask_for_is_not_missed(settings: Settings) -> None:
    all_ran(settings)
    summer = instant("2026-08-20T15:30")
    beat(settings, summer)
    ran(settings, "collect", instant("2026-08-20T07:07"))
    ran(settings, "remind", instant("2026-08-20T07:15"))
    ran(settings, "report", instant("2026-08-20T06:30"))
    ran(settings, "upkeep", instant("2026-08-20T04:40"))

    assert list(overlooked(settings, summer)) == []


def test_before_the_first_start_nothing_was_planned(tmp_path: Path) -> None:
    settings = a_home(tmp_path / "home")
    beat(settings, NOW - timedelta(minutes=12))
    beat(settings, NOW)

    assert list(overlooked(settings, NOW)) == []


def test_a_run_that_does_not_end_is_told(settings: Settings) -> None:
    all_ran(settings, but="collect")
    ran(settings, "collect", NOW - timedelta(minutes=80), outcome="running")

    problems = [found.problem for found in overlooked(settings, NOW)]

    assert "Er hat begonnen und endet nicht." in problems


def test_when_up_is_silent_health_says_so_and_the_data_team_is_told_once(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port)
        beat(settings, NOW - timedelta(days=1))
        beat(settings, NOW - timedelta(minutes=4))
        all_ran(settings)
        statuses = [show_health(settings, NOW), show_health(settings, NOW + timedelta(minutes=5))]

    assert statuses == [1, 1]
    assert sink.subjects == ["Datenteam: Lauf up ist ausgeblieben"]


def test_where_up_never_ran_health_says_so(tmp_path: Path) -> None:
    assert check_health(a_home(tmp_path / "home"), NOW) == ["die8 up ist hier noch nie gelaufen."]


def test_a_missed_run_is_one_letter_however_often_one_looks(tmp_path: Path) -> None:
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port)
        beat(settings, NOW - timedelta(days=1))
        all_ran(settings, but="upkeep")
        for minutes in range(3):
            beat(settings, NOW + timedelta(minutes=minutes))
            assert check_health(settings, NOW + timedelta(minutes=minutes))

    assert sink.subjects == ["Datenteam: Lauf upkeep ist ausgeblieben"]
    assert Correspondence(settings).bag.keys(Stand.SENT) == ["note_missed_upkeep_2026-10-09T0240"]


@pytest.mark.parametrize(
    ("name", "moment", "expected"),
    [
        ("collect", "2026-10-09T15:07", True),
        ("collect", "2026-08-20T15:07", False),
        ("collect", "2026-08-21T07:07", True),
        ("invite", "2026-09-29T07:45", False),
        ("invite", "2026-09-30T07:45", True),
        ("report", "2026-10-21T06:30", False),
        ("report", "2026-10-22T06:30", True),
        ("remind", "2026-08-20T07:15", True),
    ],
)
def test_the_calendar_says_what_is_due(tmp_path: Path, name: str, moment: str, *, expected: bool) -> None:
    settings = a_home(tmp_path / "home")
    ran(settings, "collect", instant("2026-08-20T07:07"))

    assert is_due(settings, name, instant(moment)) is expected


def test_a_sign_of_life_keeps_the_first_day(tmp_path: Path) -> None:
    from flows.watch import pulse

    settings = a_home(tmp_path / "home")
    beat(settings, NOW)
    beat(settings, NOW + timedelta(days=3))

    known = pulse(settings)

    assert known is not None
    assert (known.first_at, known.seen_at) == (NOW, NOW.astimezone(UTC) + timedelta(days=3))


def test_a_run_that_breaks_unexpectedly_is_told_in_german_and_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import orchestration  # Prefect takes seconds to import

    monkeypatch.setattr(orchestration, "get_run_logger", lambda: logging.getLogger("run"))
    sink = Sink()
    with running(sink) as port:
        settings = a_home(tmp_path / "home", port)
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                orchestration._ended(settings, "report", NOW, lambda _: 1 // 0)

    [message] = sink.taken
    text = message.get_body(("plain",))
    assert text is not None
    assert message["Subject"] == "Datenteam: Lauf report gescheitert"
    assert "Es ist ein unerwarteter Fehler aufgetreten (ZeroDivisionError)." in text.get_content()
