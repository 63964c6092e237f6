"""The page for the browser: one file that loads nothing, runs nothing and hides nothing."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser

import pytest

from tests.transforms.report.outputs.quarters import facts_for, full_facts, full_outputs
from tests.transforms.report.returns import Return, a_big_quarter, a_light, a_return
from transforms.report.outputs.page import render_html
from transforms.report.pictures import draw_pictures

VOID = {"meta", "br", "link", "img", "input"}


class Checked(HTMLParser):
    """Reads a page strictly: every element closed in its order, ids used once, every reference resolved."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.referred: set[str] = set()
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(str(value))
            if name in ("popovertarget", "aria-labelledby") or (name == "href" and str(value).startswith("#")):
                self.referred |= set(str(value).removeprefix("#").split())
            elif name in ("src", "href", "action", "srcset", "xlink:href"):
                self.referred.add(f"outside: {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def checked(content: bytes) -> Checked:
    page = Checked()
    page.feed(content.decode())
    page.close()
    assert page.open == []
    return page


def page_of(*returns: Return, edition: str = "lenkungskreis") -> bytes:
    facts = facts_for(edition, returns)
    return render_html(facts, draw_pictures(facts))


def test_every_reference_leads_to_one_place_in_the_page_and_none_out_of_it() -> None:
    page = checked(full_outputs()["html"])

    assert len(page.ids) == len(set(page.ids))
    assert page.referred <= set(page.ids)


def test_nothing_runs_and_nothing_is_loaded() -> None:
    content = full_outputs()["html"].decode()
    page = checked(full_outputs()["html"])
    style = re.search(r"<style>(.*?)</style>", content, re.DOTALL)
    assert style is not None
    hashed = b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'" in content
    assert not page.tags & {"script", "iframe", "object", "embed", "link", "img", "form", "base"}
    assert not any(name.startswith("on") or name == "style" for name in page.attributes)
    assert "url(" not in style[1]


def test_texts_from_returns_are_text() -> None:
    hostile = '<script>alert("1")</script><img src=x onerror=y> {{ 7*7 }} {% raw %} &amp; </style></svg>'
    project = a_light("red", title=hostile[:80], status_reason=hostile, next_step="\u202erechts")
    page = checked(page_of(a_return(projects=[project])))

    assert hostile in page.text
    assert "\u202e" not in page.text
    assert not page.tags & {"script", "img"}


def test_every_picture_says_its_message() -> None:
    content = full_outputs()["html"].decode()
    pictures = {name: p for name, p in draw_pictures(full_facts()).items() if name != "finance_bars"}  # has no names

    assert content.count('role="img"') == len(pictures) >= 5
    for picture in pictures.values():
        assert picture.alt.replace("&", "&amp;").replace("<", "&lt;") in content


def test_head_says_quarter_edition_delivery_and_state() -> None:
    text = " ".join(checked(full_outputs()["html"]).text.split())

    for words in (
        "3. Quartal 2026",
        "Lenkungskreis, nichtöffentlich",
        "7 von 8 geliefert, es fehlt: Kultur Räume",
        "Entwurf",
        "fiktive Zahlen",
        "12.11.2026",
    ):
        assert words in text[: text.index("2 Entscheidungen und Beschlusskontrolle", 900)]


@pytest.mark.parametrize("edition", ["lenkungskreis", "intern", "oeffentlich"])
def test_when_nobody_delivered_the_page_claims_nothing(edition: str) -> None:
    text = " ".join(checked(page_of(edition=edition)).text.split())

    assert "0 von 8 geliefert, es fehlen alle" in text
    assert "Kein gemeldetes Projekt ist rot" not in text
    assert "Keine Angaben, weil keine Gesellschaft geliefert hat." in text


def test_a_big_quarter_with_endless_words_is_one_sound_page() -> None:
    checked(page_of(*a_big_quarter(4, "red", "Donaudampfschifffahrtsgesellschaft")))


@pytest.mark.parametrize(("edition", "ending"), [("lenkungskreis", ""), ("intern", " --edition intern")])
def test_a_figure_names_the_command_that_traces_it_in_its_report(edition: str, ending: str) -> None:
    page = page_of(a_return(), edition=edition).decode()

    assert f"<code>die8 trace finance.total.budget --quarter 2026-Q3{ending}</code>" in page
