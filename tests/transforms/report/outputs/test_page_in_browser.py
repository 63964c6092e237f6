"""The page in a real browser: axe finds nothing serious, light and dark; phone, zoom, keyboard and print work.

Starts the Chromium of the system where there is one, and says so where there is none; nothing is downloaded.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.printed import pages_of
from tests.programs import CHROMIUM, needs_chromium
from tests.transforms.report.outputs.quarters import full_outputs

PATIENCE_MS = 60_000
PLACE = """[...document.querySelectorAll('a, button, summary, [tabindex="0"]')].indexOf(document.activeElement)"""
"""Where the focus is, in the order of the page."""

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_bytes(full_outputs()["html"])
    return file.as_uri()


def opened(browser: Browser, address: str, width: int = 1280, **options: str) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]  # color_scheme
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    return page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: str, width: int) -> None:
    page = opened(browser, address, width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")

    found = Axe().run(page).response["violations"]

    assert [(problem["id"], problem["impact"], problem["nodes"][0]["html"]) for problem in found] == []


def test_nothing_is_asked_of_the_network_and_nothing_is_refused(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address, timeout=PATIENCE_MS)

    assert (asked, said) == ([address], [])


@pytest.mark.parametrize("width", [360, 640])
def test_a_phone_and_two_hundred_percent_need_no_sideways_scrolling(browser: Browser, address: str, width: int) -> None:
    """640 pixels are what a window of 1280 has left at 200 %."""
    page = opened(browser, address, width)

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_keyboard_reaches_everything_in_the_order_of_the_page_and_is_always_seen(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address)
    seen = []
    page.keyboard.press("Tab")
    while (name := page.evaluate("document.activeElement.outerHTML.slice(0, 80)")).startswith("<") and len(seen) < 600:
        if name.startswith("<body"):
            break
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        seen.append((page.evaluate(PLACE), style))
        page.keyboard.press("Tab")

    places = [place for place, _ in seen]
    assert len(places) > 50
    assert {style for _, style in seen} == {"solid"}
    assert places == sorted(places)


def test_charts_keep_their_labels_legible_on_a_phone(browser: Browser, address: str) -> None:
    page = opened(browser, address, 390)
    heights = page.evaluate(
        "[...document.querySelectorAll('figure svg text')].map(text => text.getBoundingClientRect().height)"
    )

    assert min(height for height in heights if height) > 8


def test_a_figure_opens_its_sources_by_keyboard_and_gives_the_focus_back(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    figure = page.locator("button.z").first
    sources = page.locator(f"[id='{figure.get_attribute('popovertarget')}']")

    figure.focus()
    page.keyboard.press("Enter")
    sources.wait_for(state="visible")
    assert "Meldung" in sources.inner_text()
    page.keyboard.press("Escape")
    sources.wait_for(state="hidden")

    assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == figure.get_attribute(
        "popovertarget"
    )


def test_it_prints_without_navigation_and_with_the_tables_that_are_folded(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    sheets = pages_of(page.pdf(prefer_css_page_size=True))

    assert 5 < len(sheets) < 30
    assert "Zum Inhalt springen" not in " ".join(sheets)
    assert "Quellen der Zahl" not in " ".join(sheets)
    assert "Alle Meilensteine" in " ".join(sheets)
