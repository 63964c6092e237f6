from collections import Counter
from typing import Any

import pytest

from schemas.codes import code_lists
from tests.transforms.parsing.workbooks import read, rules_of
from transforms.parsing.codes import code_keys
from transforms.parsing.lights import colour_word, light_of
from transforms.parsing.text import match_key


def light(value: Any, **marks: Any) -> Any:
    return read("project", "status_cost", value, **marks)


@pytest.mark.parametrize("text", ["grün", "Grün ", "GRÜN", "gruen", "gru\u0308n", "green", "\u200bgrün", "„grün“"])
def test_a_light_is_read_whatever_its_spelling(text: str) -> None:
    assert light(text) == ("green", (), False)


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("🟢", "green", "grün"),
        ("gr.", "green", "grün"),
        ("amber", "yellow", "gelb"),
        ("orange", "yellow", "gelb"),
        ("🟠", "yellow", "gelb"),
        ("kritisch", "red", "rot"),
        ("r", "red", "rot"),
        ("grün/gelb", "yellow", "gelb"),
        ("gelb-grün", "yellow", "gelb"),
        ("gelb / rot", "red", "rot"),
        ("gelb*", "yellow", "gelb"),
        ("rot 1)", "red", "rot"),
    ],
)
def test_other_signs_for_a_light_are_taken_and_told(text: str, code: str, word: str) -> None:
    reading = light(text)

    if text == "gelb*":  # the mark is punctuation, which never counts
        assert reading.value == code
        return
    assert reading.value == code
    assert [(remark.rule, remark.details["neu"]) for remark in reading.remarks] == [("C13", word)]


@pytest.mark.parametrize("value", ["g", "grün → gelb", "1", 1.0, "l", "●", "☺", "grün oder gelb", "lila", "s.o."])
def test_a_light_is_never_guessed(value: Any) -> None:
    reading = light(value)

    assert [(remark.rule, remark.expected, remark.details) for remark in reading.remarks] == [
        ("C07", "grün, gelb, rot, grau", {"liste": "Ampel Kosten"})
    ]


def test_the_word_beats_the_fill_and_the_contradiction_is_told() -> None:
    assert light("grün", fill="FF0000").value == "green"
    assert rules_of(light("grün", fill="FF0000")) == ["C13"]
    assert rules_of(light("grün", fill="00B050")) == []
    assert rules_of(light("grün", fill="D9D9D9")) == []


@pytest.mark.parametrize(
    ("fill", "word"),
    [
        ("FFC000", "gelb"),
        ("FFFF00", "gelb"),
        ("FFEB9C", "gelb"),
        ("00B050", "grün"),
        ("C6EFCE", "grün"),
        ("FF0000", "rot"),
        ("FFC7CE", "rot"),
        ("C00000", "rot"),
        ("BFBFBF", "grau"),
        ("0070C0", "Farbe"),
        ("keine", "Farbe"),
    ],
)
def test_a_colour_is_named_by_its_nearest_light(fill: str, word: str) -> None:
    assert colour_word(fill) == word


def test_white_is_no_light() -> None:
    assert light_of("FFFFFF") is None


@pytest.mark.parametrize("text", ["Stadtwerke", "SWG", "swg", "Stadtwerke GT GmbH", "SW Gütersloh", "Netzgesellschaft"])
def test_an_organisation_is_known_by_code_name_and_alias(text: str) -> None:
    assert read("submission", "org_code", text).value == "SWG"


def test_an_unknown_organisation_is_refused_with_the_codes_expected() -> None:
    reading = read("submission", "org_code", "Stadtwerke Bielefeld")

    assert rules_of(reading) == ["C07"]
    assert (reading.remarks[0].expected or "").startswith("BIB, SWG")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("SWG; BIB", ("SWG", "BIB")),
        ("SWG,BIB", ("SWG", "BIB")),
        ("SWG\nBIB;", ("SWG", "BIB")),
        ("SWG; SWG", ("SWG",)),
        ("Stadt Gütersloh, Fachbereich Digitalisierung und Geoinformation", ("STA",)),
        ("keine", None),
        ("-", None),
    ],
)
def test_a_list_of_organisations_keeps_its_order(text: str, codes: tuple[str, ...] | None) -> None:
    assert read("project", "partner_orgs", text).value == codes


def test_one_unknown_entry_fails_the_whole_list() -> None:
    reading = read("project", "partner_orgs", "SWG; Kegelclub")

    assert (reading.value, rules_of(reading)) == (None, ["C07"])


def test_bodies_are_a_list_of_their_own() -> None:
    assert read("decision_request", "further_bodies", "ADWS; rat").value == ("ADWS", "Rat")
    assert rules_of(read("decision_request", "further_bodies", "Kegelclub")) == ["C07"]


@pytest.mark.parametrize("value", [True, "WAHR", "j", "✓", 1.0, "1"])
def test_truth_values_stand_for_yes_where_the_list_knows_it(value: Any) -> None:
    reading = read("project", "operation_secured", value)

    assert (reading.value, rules_of(reading)) == ("yes", ["C13"])


def test_a_cross_means_nothing_in_a_column_that_is_not_for_ticking() -> None:
    assert rules_of(read("project", "operation_secured", "x")) == ["C07"]


def test_a_word_that_means_no_answer_elsewhere_is_a_code_where_the_list_has_it() -> None:
    assert read("project", "operation_secured", "entfällt").value == "not_applicable"
    assert read("project", "funding_programme", "keine").value == "none"
    assert read("project", "priority", "entfällt") == (None, (), False)


def test_an_indicator_is_one_of_the_catalogue_be_it_of_another_organisation() -> None:
    assert read("kpi_value", "kpi_code", "kli 01").value == "KLI-01"
    assert read("kpi_value", "kpi_code", "BIB-02").value == "BIB-02"
    assert rules_of(read("kpi_value", "kpi_code", "KLI-99")) == ["C07"]


@pytest.mark.parametrize("name", code_lists())
def test_every_label_code_and_alias_is_read_as_its_own_code(name: str) -> None:
    keys = code_keys(name)

    for entry in code_lists()[name].entries.values():
        assert {keys[match_key(text)].code for text in (entry.label, entry.code, *entry.aliases)} == {entry.code}


@pytest.mark.parametrize("name", code_lists())
def test_no_label_could_mean_two_codes(name: str) -> None:
    labels = Counter(match_key(entry.label) for entry in code_lists()[name].entries.values())

    assert max(labels.values()) == 1


@pytest.mark.parametrize("text", ["rot->gelb", "grün → gelb", "gelb ↗", "rot > gelb"])
def test_an_arrow_speaks_of_two_quarters(text: str) -> None:
    assert rules_of(read("project", "status_cost", text)) == ["C07"]


@pytest.mark.parametrize(
    ("text", "code"), [("🟢 grün", "green"), ("gelb?", "yellow"), ("🟥", "red"), ("grün*", "green")]
)
def test_a_light_with_a_sign_beside_it_is_taken_and_told(text: str, code: str) -> None:
    reading = read("project", "status_cost", text)

    assert (reading.value, rules_of(reading)) == (code, ["C13"])


@pytest.mark.parametrize("text", ["SWG und BIB", "SWG/BIB", "SWG + BIB", "SWG & BIB"])
def test_partners_may_be_joined_by_a_word_or_a_sign(text: str) -> None:
    assert read("project", "partner_orgs", text).value == ("SWG", "BIB")
