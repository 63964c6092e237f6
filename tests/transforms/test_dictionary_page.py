"""The searchable dictionary: everything that the Markdown says, in one safe file; looked at in a browser."""

import re
from pathlib import Path

from schemas.contract import tables
from schemas.views import View
from tests.programs import CHROMIUM, needs_chromium
from transforms.dictionary import data_dictionary
from transforms.dictionary_page import dictionary_page
from warehouse.views import views


def test_the_page_holds_every_row_of_the_markdown() -> None:
    rows = [line for line in data_dictionary(views().values()).splitlines() if line.startswith("| ")]
    heads = sum(line.startswith("| ---") for line in rows)

    page = dictionary_page(views().values())

    assert page.count("<tr>") == len(rows) - heads
    for table in tables().values():
        for field in table.fields.values():
            assert f"<code>{field.name}</code>" in page


def test_nothing_is_fetched_and_no_text_is_markup() -> None:
    hostile = View("x", "</section><script>alert(1)</script> & `a|b`", {"c": "<img src=x>"}, "")

    page = dictionary_page([hostile])

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>a|b</code>" in page
    assert not re.search(r'(src|href)="(?!#)', page)


def test_every_entry_of_the_contents_leads_to_a_heading() -> None:
    page = dictionary_page(views().values())
    targets = re.findall(r'<li><a href="#([^"]+)"', page)

    assert len(targets) == len(set(targets)) > len(tables())
    assert all(f'id="{target}"' in page for target in targets)


@needs_chromium
def test_in_a_browser_it_is_searched_by_words_and_axe_finds_nothing_wrong(tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    file = tmp_path / "dictionary.html"
    file.write_text(dictionary_page(views().values()), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        page.goto(file.as_uri())
        all_rows = page.locator("tbody tr:visible").count()
        problems = Axe().run(page).response["violations"]
        page.get_by_label("Search").fill("ampel termin")
        found = [row.inner_text() for row in page.locator("section:has(#project) tbody tr:visible").all()]
        told = page.locator("#found").inner_text()
        page.get_by_label("Search").fill("")
        rows_again = page.locator("tbody tr:visible").count()
        wider_than_the_phone = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        browser.close()

    assert problems == []
    assert [row.split()[0] for row in found] == ["status_schedule"]
    assert told.endswith(("row", "rows"))
    assert rows_again == all_rows > 200
    assert not wider_than_the_phone
