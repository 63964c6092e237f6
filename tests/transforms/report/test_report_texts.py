"""The report's German texts: complete, and none is left over."""

import re
from importlib.resources import files

import pytest

from schemas.facts import DeliveryState, Light, Trend
from transforms.report.texts import _sections, counted, label, texts

PACKAGE = files("transforms.report")
TEMPLATES = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "typst").iterdir())
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.iterdir() if path.name.endswith(".py"))


def test_every_light_trend_and_state_has_its_words() -> None:
    assert set(texts("lights")) == set(texts("shapes")) == set(texts("method_lights")) == set(map(str, Light))
    assert set(texts("trends")) == set(map(str, Trend))
    assert set(texts("delivery")) == set(map(str, DeliveryState))


def test_every_light_has_a_shape_of_its_own() -> None:
    assert len(set(texts("shapes").values())) == len(Light)


@pytest.mark.parametrize("key", [name for name in _sections() if name.startswith("counted.")])
def test_what_is_counted_has_a_form_for_one_and_for_many(key: str) -> None:
    assert {"one", "other"} <= set(texts(key))


def test_number_and_word_stay_together() -> None:
    assert counted("of_open", 1) == "von 1\u00a0offenen Meilenstein"
    assert counted("of_open", 0) == "von 0\u00a0offenen Meilensteinen"


def test_the_templates_find_all_their_texts_and_no_text_is_left_over() -> None:
    used = set(re.findall(r"\bp\.([a-zA-Z]\w*)", TEMPLATES))
    asked = set(re.findall(r'"(\w+)"', CODE))

    assert used <= set(texts("pages"))
    assert set(texts("pages")) <= used | asked


def test_every_table_has_its_heads_and_no_heads_are_left_over() -> None:
    tables = set(re.findall(r'sheet\(\s*"(\w+)"', TEMPLATES)) | set(re.findall(r'head-texts\("(\w+)"', TEMPLATES))

    assert tables == set(texts("columns"))


def test_a_code_nobody_knows_is_shown_as_it_is() -> None:
    assert label("phase", "implementation") == "Umsetzung"
    assert label("phase", "unheard_of") == "unheard_of"
    assert label("phase", None) == ""
