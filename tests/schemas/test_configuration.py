"""A wrong die8.toml is refused with line, key and remedy; a right one says what it says."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from schemas.configuration import Configuration, ConfigurationError, parse_configuration
from schemas.quarter import Quarter
from schemas.sources import KINDS
from schemas.standards import Waiver

WAIVER = '[[waivers]]\norg = "KLI"\nreason = "Umstellung"\nuntil = 2026-12-31\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        ("[report]\nfictonal = true", 2, "report.fictonal", "unknown"),
        ('[[sources]]\nname = "inbox"\nkind = "folder"', 1, "sources.0.path", "add it"),
        ('\nexpected = ["KLI", "XXX"]', 2, "expected", "known are BIB"),
        ("[thresholds]\nschedule_green_days = -3", 2, "thresholds.schedule_green_days", "greater than or equal"),
        ("[thresholds]\ngreen = 3", 2, "thresholds.green", "unknown"),
        ('[[sources]]\nname = "a"\nkind = "ftp"\npath = "x"', 3, "sources.0.kind", "'folder'"),
        ("[prefect]\nport = 'abc'", 2, "prefect.port", "valid integer"),
        ('[schedules]\ncollect = "hourly"', 2, "schedules.collect", "die8 init"),
        ('[[calendar.meetings]]\nquarter = "Q3"\non = 2026-11-12', 2, "calendar.meetings.0.quarter", "Q3"),
        ("[calendar]\ndelivery_days = 13", 1, "calendar", "follow each other"),
        ('[[calendar.meetings]]\nquarter = "2026-Q3"\non = 2026-10-20', 1, "calendar", "move the meeting"),
        (
            2 * '[[sources]]\nname = "a"\nkind = "folder"\npath = "x"\n',
            1,
            "sources",
            "its own name",
        ),
        ('[[waivers]]\norg = "KLI"\nreason = "x"\nuntil = 2026-12-31', 1, "waivers.0.rule", "add it"),
        (f'{WAIVER}rule = "X99"', 5, "waivers.0.rule", "die8 rules"),
        (f'{WAIVER}rule = "S02"', 5, "waivers.0.rule", "cannot be waived"),
        (f'{WAIVER}rule = "F10"', 5, "waivers.0.rule", "cannot be waived"),
        (f'{WAIVER}rule = "X04"\nproject = "KLI-2"', 6, "waivers.0.project", "die8 init"),
        (f'{WAIVER}rule = "X04"\nsince = 2027-01-01', 1, "waivers.0", "before since"),
        (f'{WAIVER}rule = "X04"\nfrom = 2027-01-01', 6, "waivers.0.from", "unknown"),
        (
            '[[waivers]]\nrule = "X04"\norg = "XXX"\nreason = "x"\nuntil = 2026-12-31',
            3,
            "waivers.0.org",
            "known are BIB",
        ),
        ('[[waivers]]\nrule = "X04"\norg = "KLI"\nreason = "x"\nuntil = "bald"', 5, "waivers.0.until", "date"),
        (
            '[[waivers]]\nrule = "X04"\norg = "KLI"\nreason = ""\nuntil = 2026-12-31',
            4,
            "waivers.0.reason",
            "at least 1",
        ),
        (f'{WAIVER}rule = "X04"\n{WAIVER}rule = "X99"', 10, "waivers.1.rule", "unknown rule"),
    ],
)
def test_a_wrong_value_is_named_with_line_key_and_remedy(text: str, line: int, key: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(text, "die8.toml")

    told = str(refusal.value)
    assert told.startswith(f"die8.toml, line {line}: {key}: ")
    assert remedy in told


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration("[report]\nfictonal = true\n[prefect]\nport = 0", "die8.toml")

    assert len(str(refusal.value).splitlines()) == 2


def test_broken_toml_is_told_with_its_line() -> None:
    with pytest.raises(ConfigurationError, match=r"die8\.toml: not valid TOML: .*line 2"):
        parse_configuration("expected = []\n[report\n", "die8.toml")


def test_the_commented_file_that_init_writes_says_the_defaults() -> None:
    text = (files("flows") / "die8.toml").read_text(encoding="utf-8")

    assert parse_configuration(text, "die8.toml") == Configuration()


def test_every_default_that_init_writes_as_a_comment_is_a_right_one() -> None:
    text = (files("flows") / "die8.toml").read_text(encoding="utf-8")
    uncommented = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    uncommented = uncommented.replace("# [[", "[[")

    configuration = parse_configuration(uncommented, "die8.toml")

    assert configuration.thresholds == Configuration().thresholds
    assert configuration.calendar.meeting_for(Quarter(2026, 3)) == date(2026, 11, 12)
    assert configuration.calendar.report_days == Configuration().calendar.report_days
    assert [(waiver.rule, waiver.until) for waiver in configuration.waivers] == [("X04", date(2026, 12, 31))]
    assert configuration.collection == Configuration().collection
    assert {source.kind for source in configuration.sources} == set(KINDS)


def test_a_waiver_reaches_those_who_judge() -> None:
    text = f'{WAIVER}rule = "X04"\nproject = "KLI-002"\nsince = 2026-10-01'

    [waiver] = parse_configuration(text, "die8.toml").standards.waivers

    assert waiver == Waiver("X04", "KLI", "Umstellung", date(2026, 12, 31), "KLI-002", date(2026, 10, 1))


def test_a_threshold_keeps_the_type_of_its_default() -> None:
    thresholds = parse_configuration("[thresholds]\ncost_green_pct = 7.5", "die8.toml").thresholds

    assert thresholds.cost_green_pct == Decimal("7.5")
    assert thresholds.cost_yellow_pct == Decimal(15)
