"""The charts: readable without colour, each with its message in words, drawn in one call."""

import re
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from flows.drawing_process import WARM_UP
from schemas.facts import Light
from tests.builders import a_funded_project, a_milestone, an_indicator_value
from tests.transforms.report.returns import Q2, Q3, Return, a_big_quarter, a_light, a_return, all_eight, facts_of
from transforms.report import look
from transforms.report.chart_indicators import indicator_panels
from transforms.report.chart_parts import TEXT_WIDTH
from transforms.report.charts import build_charts
from transforms.report.drawing import draw
from transforms.report.look import LIGHT_AREAS, LIGHTS
from transforms.report.page_portfolio import milestones_cut
from transforms.report.texts import texts
from transforms.report.vega import to_svg

SOME = [
    *all_eight(Q2),
    *all_eight(Q3, without="KLI"),
    a_return(
        projects=[a_funded_project(title="Rohr & <b>Leitung</b>")],
        milestone=[a_milestone(title="<script>alert(1)</script>")],
        kpi_value=[an_indicator_value()],
    ),
    a_return("KLI", Q3.shifted(-2), kpi_value=[an_indicator_value()]),
]


def marks_of(part: object) -> set[str]:
    """The kinds of mark that a specification draws."""
    if isinstance(part, list):
        return {mark for item in part for mark in marks_of(item)}
    if not isinstance(part, dict):
        return set()
    return {part["mark"]["type"]} if "mark" in part else marks_of(list(part.values()))


def test_the_engine_is_warmed_up_with_all_that_the_charts_draw() -> None:
    facts = facts_of(*SOME, *a_big_quarter(40))
    panels = indicator_panels(facts)
    assert panels is not None
    layers = [layer for canvas in (panels, *build_charts(facts).values()) for layer in canvas.layers]

    assert marks_of(layers) == marks_of(WARM_UP)
    assert to_svg(WARM_UP).count(f'font-family="{look.FACE}"')


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("light", list(Light))
def test_shapes_and_labels_can_be_read(light: Light) -> None:
    area, ink = LIGHT_AREAS[light]

    assert contrast(LIGHTS[light], "#ffffff") >= 4.5
    assert contrast(area, ink) >= 4.5


def test_green_yellow_and_red_areas_differ_in_lightness() -> None:
    areas = [LIGHT_AREAS[light][0] for light in (Light.GREEN, Light.YELLOW, Light.RED)]

    assert min(contrast(one, other) for one, other in combinations(areas, 2)) > 1.8


def test_every_chart_says_its_message_in_words() -> None:
    facts = facts_of(*SOME)
    charts = build_charts(facts)

    assert set(charts) == {"balance", "organisations", "milestones", "finance", "finance_bars", "expiry"}
    assert charts["balance"].alt.replace("\u00a0", " ") == (
        "Rot: 0 von 8 laufenden Projekten, ±0 gegenüber dem Vorquartal. "
        "Ampelbilanz der laufenden Projekte im 3. Quartal 2026: grün 8 (zuvor 8)."
    )
    assert all(chart.alt.endswith(".") for chart in charts.values())


def message_of(chart: str, *returns: Return) -> str:
    return build_charts(facts_of(*returns))[chart].message.replace("\u00a0", " ")


def test_the_alternative_text_names_the_milestone_that_is_latest() -> None:
    facts = facts_of(
        a_return(milestone=[a_milestone(), a_milestone(milestone_no=2, title="Abnahme", date_baseline=Q2.last_day)])
    )

    assert build_charts(facts)["milestones"].alt.replace("\u00a0", " ") == (
        "1 von 2 offenen Meilensteinen kommt später als geplant: KLI-001 „Abnahme“, um 168 Tage. "
        "Plan und Prognose oder Ist von 2 Meilensteinen auf einer Zeitachse."
    )


def test_the_message_of_the_milestones_counts_those_too_that_find_no_room() -> None:
    returns = a_big_quarter(10)

    assert message_of("milestones", *returns).startswith("80 von 80 offenen Meilensteinen kommen später")
    assert milestones_cut(facts_of(*returns)) == "Gezeigt sind die 26 mit der größten Abweichung von 80."
    assert milestones_cut(facts_of(a_return(milestone=[a_milestone()]))) == ""


def test_milestones_that_are_on_time_are_said_to_be() -> None:
    two = [a_milestone(), a_milestone(milestone_no=2)]

    assert message_of("milestones", a_return(milestone=two)) == "Alle 2 offenen Meilensteine liegen im Plan."
    assert message_of("milestones", a_return(milestone=two[:1])) == "Der offene Meilenstein liegt im Plan."


def test_the_messages_of_the_other_charts_name_what_matters_most() -> None:
    ending = a_funded_project(project_id="KLI-002", funding_end=date(2026, 12, 31))
    over = a_return(projects=[a_light("red", forecast_total=Decimal(250000)), ending])
    later = a_funded_project(project_id="KLI-002")

    assert message_of("organisations", over) == "1 Projekt ist rot: KLI-001."
    assert message_of("organisations", a_return()) == "Kein gemeldetes Projekt ist rot."
    assert message_of("finance", over) == (
        "Die Prognose weicht insgesamt um +12,5 % vom Plan ab; am weitesten darüber liegt Klinikum mit +12,5 %."
    )
    assert message_of("finance", a_return()) == "Die Prognose entspricht insgesamt dem Plan."
    assert (
        message_of("expiry", over) == "60 T€ aus 1 Förderung verfallen am 31.12.2026, wenn sie nicht abgerufen werden."
    )
    assert message_of("expiry", a_return(projects=[later])) == (
        "In den nächsten 12 Monaten verfallen keine Fördermittel."
    )


def test_an_indicator_is_told_with_its_change_and_target() -> None:
    given = [a_return("KLI", q, kpi_value=[an_indicator_value(value=Decimal(v))]) for q, v in ((Q2, 41), (Q3, 45))]
    panels = indicator_panels(facts_of(*given))

    assert panels is not None
    assert panels.alts["kpi.KLI.KLI-01"].replace("\u00a0", " ") == (
        "DigitalRadar-Score: 45 Punkte; Q2/2026: 41 (besser); Zielwert für das Jahr 50. Verlauf seit Q2/2026."
    )


def test_pictures_come_apart_under_their_names() -> None:
    facts = facts_of(*SOME, a_return("KLI", Q2, kpi_value=[an_indicator_value()], version=2))
    charts, panels = build_charts(facts), indicator_panels(facts)
    assert panels is not None

    pictures = draw(charts, panels)

    assert set(pictures) == {*charts, "kpi.KLI.KLI-01"}
    for name, picture in pictures.items():
        canvas = charts.get(name, panels)
        assert picture.startswith("<svg")
        assert f'width="{canvas.full_width:g}" height="{canvas.full_height:g}"' in picture


def test_texts_of_others_stay_texts_in_the_pictures() -> None:
    pictures = draw(build_charts(facts_of(*SOME)))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pictures["milestones"]
    assert "<script" not in "".join(pictures.values())


def test_every_text_names_the_weight_of_the_face() -> None:
    for picture in draw(build_charts(facts_of(*SOME))).values():
        texts = re.findall(r"<text [^>]*>", picture)
        assert texts
        assert all("font-variation-settings" in text and 'font-family="Source Sans 3"' in text for text in texts)


def test_no_chart_is_wider_than_the_text() -> None:
    for returns in (SOME, a_big_quarter(40)):
        charts = build_charts(facts_of(*returns))
        assert max(chart.full_width for chart in charts.values()) <= TEXT_WIDTH + 1


def test_nothing_delivered_draws_nothing() -> None:
    facts = facts_of()

    assert build_charts(facts) == {}
    assert draw({}) == {}
    assert indicator_panels(facts) is None


def seen(color: str, sight: str) -> str:
    """The colour as someone sees it: Viénot, Brettel and Mollon (1999) on linear light; grey by luminance."""
    linear = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in linear]
    rows = {
        "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
        "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
        "grey": ((0.2126, 0.7152, 0.0722),) * 3,
    }[sight]
    mixed = [min(1.0, max(0.0, sum(f * p for f, p in zip(row, linear, strict=True)))) for row in rows]
    coded = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in mixed]
    return "#" + "".join(f"{round(part * 255):02x}" for part in coded)


SIDE_BY_SIDE = {
    "stacked bar, green beside yellow": (LIGHT_AREAS["green"][0], LIGHT_AREAS["yellow"][0]),
    "stacked bar, yellow beside red": (LIGHT_AREAS["yellow"][0], LIGHT_AREAS["red"][0]),
    "stacked bar, green beside red": (LIGHT_AREAS["green"][0], LIGHT_AREAS["red"][0]),
    "actual on plan": (look.ACCENT, look.ACCENT_TINT),
    "forecast tick on actual": (LIGHTS["yellow"], look.ACCENT),
    "forecast tick on plan": (LIGHTS["yellow"], look.ACCENT_TINT),
    "late beside punctual milestone": (LIGHTS["yellow"], look.ACCENT),
    "grants that expire soon and later": (look.ACCENT, look.ACCENT_MIDDLE),
    "this quarter beside the ones before": (look.ACCENT, look.ACCENT_MIDDLE),
    "target on bars": (LIGHTS["yellow"], look.ACCENT_MIDDLE),
    "light and paper": (LIGHTS["green"], "#ffffff"),
}


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia", "grey"])
@pytest.mark.parametrize("pair", SIDE_BY_SIDE)
def test_what_stands_side_by_side_differs_for_everyone_and_on_grey_paper(pair: str, sight: str) -> None:
    one, other = (seen(color, sight) for color in SIDE_BY_SIDE[pair])

    assert contrast(one, other) >= 1.5, (one, other)


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia", "grey"])
@pytest.mark.parametrize("light", list(Light))
def test_labels_stay_readable_for_everyone(light: Light, sight: str) -> None:
    area, ink = (seen(color, sight) for color in LIGHT_AREAS[light])

    assert contrast(area, ink) >= 4.5
    assert contrast(seen(LIGHTS[light], sight), "#ffffff") >= 4.0


def test_no_two_lights_share_shape_and_fill() -> None:
    shapes = [texts("shapes")[light] for light in Light]
    words = [texts("lights")[light] for light in Light]

    assert len(set(shapes)) == len(set(words)) == len(Light)


def test_a_specification_reaches_no_file_and_no_server(tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("word\nvertraulich\n")

    for address in (file.as_uri(), "https://127.0.0.1:9/data.csv"):
        spec = {
            "data": {"url": address, "format": {"type": "csv"}},
            "mark": "text",
            "encoding": {"text": {"field": "word"}},
        }
        with pytest.raises(PermissionError, match="ACCESS_DENIED"):
            to_svg(spec)


def test_the_engine_has_nothing_to_warn_of(caplog: pytest.LogCaptureFixture) -> None:
    facts = facts_of(*SOME)
    draw(build_charts(facts), indicator_panels(facts))

    assert not caplog.records
