"""The board says who delivered what, what is due and what is in trouble; a real browser and axe look at it.

The browser tests use the system's Chromium, and say so where there is none; nothing is downloaded.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from flows.clock import instant
from flows.intake import run_collection
from flows.overview import look, write_board
from flows.recorded import recorded
from flows.reminding import run_reminders
from flows.runs import Runs
from flows.settings import Settings, load_settings
from schemas.findings import Verdict
from schemas.overview import Punctuality
from schemas.quarter import Quarter
from tests.programs import CHROMIUM, needs_chromium
from tests.samples import SAMPLES
from transforms.overview.page import headline, overview_page

Q3 = Quarter(2026, 3)
CONFIGURATION = """
expected = ["SWG", "VHS", "KLI"]

[collection]
settle_seconds = 0

[[sources]]
name = "inbox"
kind = "folder"
path = "inbox"

[[sources]]
name = "share"
kind = "folder"
path = "<b>missing</b>"
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The Klinikum in time and with errors, the Stadtwerke late, the Volkshochschule missing, a source in trouble."""
    home = tmp_path_factory.mktemp("home")
    (home / "die8.toml").write_text(CONFIGURATION, encoding="utf-8")
    settings = load_settings(home)
    settings.home.make()
    for name, day in (
        ("D8_KLI_2026-Q3_v01.xlsx", "2026-10-09"),
        ("Statusbericht Stadtwerke 2026-Q3 final.xlsx", "2026-10-16"),
    ):
        shutil.copyfile(SAMPLES / "2026-Q3" / name, settings.home.inbox / name)
        recorded(settings, "collect", instant(day), partial(run_collection, settings, instant(day)))
    return settings


def test_each_organisation_has_its_word_for_each_quarter(collected: Settings) -> None:
    overview = look(collected, instant("2026-10-16"))

    found = {code: of[Q3] for code, of in overview.organisations.items()}

    assert overview.quarters == (Q3,)
    assert {code: standing.punctuality for code, standing in found.items()} == {
        "SWG": Punctuality.LATE,
        "VHS": Punctuality.NOT_DELIVERED,
        "KLI": Punctuality.IN_TIME,
    }
    assert (found["KLI"].verdict, found["KLI"].errors) == (Verdict.ACCEPTED_WITH_FINDINGS, 2)


def test_before_the_delivery_day_nobody_is_missing_yet_but_awaited(collected: Settings) -> None:
    overview = look(collected, instant("2027-01-08"))

    assert {of[overview.quarter].punctuality for of in overview.organisations.values()} == {Punctuality.EXPECTED}
    assert headline(overview)[0] == "4. Quartal 2026: 0 von 3 Meldungen liegen vor."


def test_it_names_the_missing_the_next_day_and_what_will_be_sent(collected: Settings) -> None:
    overview = look(collected, instant("2026-10-16"))

    assert headline(overview) == (
        "3. Quartal 2026: 2 von 3 Meldungen liegen vor.",
        "Es fehlt: Volkshochschule.",
        "Heute: Rückfragen geklärt Q3/2026.",
        "Nächste Frist: Erinnerung nach der Abgabe Q3/2026 am Mo 19.10.2026.",
    )
    assert [(item.title, item.org_codes) for item in overview.planned] == [
        ("Erinnerung nach der Abgabe Q3/2026", ("VHS",)),
        ("Lücken am Redaktionsschluss Q3/2026", ()),
        ("Vorlagen gehen hinaus Q4/2026", ("SWG", "VHS", "KLI")),
    ]


def test_a_source_in_trouble_is_told_with_since_when_and_stays_text(collected: Settings) -> None:
    page = overview_page(look(collected, instant("2026-10-16")))

    assert "gestört seit 09.10.2026 12:00" in page
    assert "<b>missing</b>" not in page


def test_the_last_run_of_each_kind_is_shown_with_its_next(collected: Settings) -> None:
    runs = {run.name: run for run in look(collected, instant("2026-10-16")).runs}

    assert (runs["collect"].begun_at, runs["collect"].outcome) == (instant("2026-10-16"), "done")
    assert runs["report"].outcome == ""
    assert runs["report"].next_at == instant("2026-10-19T06:30")


def test_every_run_renews_it(collected: Settings, tmp_path: Path) -> None:
    home = Path(shutil.copytree(collected.home.path, tmp_path / "home"))
    settings = load_settings(home)
    before = settings.home.board.read_text(encoding="utf-8")

    now = instant("2026-10-19")
    recorded(settings, "remind", now, partial(run_reminders, settings, now))

    after = settings.home.board.read_text(encoding="utf-8")
    assert "Stand 16.10.2026" in before
    assert "Stand 19.10.2026" in after
    assert "von Hand" in after


def test_an_empty_home_has_a_board_too(tmp_path: Path) -> None:
    board = write_board(load_settings(tmp_path / "home"), instant("2026-10-16"))

    assert "Es fehlen: Stadtbibliothek" in board.read_text(encoding="utf-8")


def test_a_run_that_was_killed_has_failed(tmp_path: Path) -> None:
    (tmp_path / "collect.json").write_text(
        '{"name": "collect", "begun_at": "2026-10-16T05:00:00+00:00", "outcome": "running", "pid": 2147483646}',
        encoding="utf-8",
    )

    run = Runs(tmp_path).last()["collect"]

    assert (run.outcome, run.message) == ("failed", "abgebrochen")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=60_000)
        yield started
        started.close()


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, collected: Settings, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto(write_board(collected, instant("2026-10-16") + timedelta(minutes=1)).as_uri())

    found = Axe().run(page).response["violations"]

    assert [(problem["id"], problem["nodes"][0]["html"]) for problem in found] == []


@needs_chromium
def test_it_asks_nothing_of_the_network_and_fits_a_phone(browser: Browser, collected: Settings) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_default_timeout(60_000)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    address = write_board(collected, instant("2026-10-16")).as_uri()

    page.goto(address)

    assert asked == [address]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
