from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contract import tables
from tests.transforms.parsing.workbooks import read, rules_of
from transforms.parsing.free_text import pattern_in_words
from transforms.parsing.text import clean_text, is_error_text, match_key


def text(value: Any) -> Any:
    return read("project", "next_step", value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gütersloh", "Gu\u0308tersloh"),
        ("Gütersloh", "GUETERSLOH"),
        ("Straße", "Strasse"),
        ("Ampel\nTermin", "Ampel  Termin"),
        ("Migrationshintergrund", "Migrations-hintergrund"),
        ("Satzart", "Satz\u00adart"),
        ("Arbeitslose (Anzahl)", "Arbeitslose\u00a0(Anzahl)"),
        ("offiziell", "o\ufb03ziell"),
        ("grün", "„grün“"),
        ("Betrieb/Verstetigung", "Betrieb / Verstetigung"),
    ],
)
def test_texts_that_mean_the_same_compare_equal(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


def test_percent_signs_and_symbols_count_in_comparisons() -> None:
    assert match_key("Fortschritt %") != match_key("Fortschritt")
    assert match_key("🟢") != match_key("🔴")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  zwei  Wörter\t", "zwei  Wörter"),
        ("Gu\u0308tersloh", "Gütersloh"),
        ("Zeile\r\nzwei", "Zeile\nzwei"),
        ("a\u0085b", "a b"),
        ("a\u00a0b\u200b\ufeff", "a b"),
        ("Satz\u00adart", "Satzart"),
        ("„Zitat“", "„Zitat“"),
        ("a\x00b\x07", "ab"),
        ("GÃ¼tersloh", "Gütersloh"),
        ("São Paulo", "São Paulo"),
    ],
)
def test_free_text_is_cleaned_and_otherwise_kept(raw: str, clean: str) -> None:
    assert text(raw).value == clean


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    assert clean_text(clean_text(raw)) == clean_text(raw)


@pytest.mark.parametrize("raw", ["k. A.", "-", "entfällt", " \u200b "])
def test_no_answer_in_a_text_is_null(raw: str) -> None:
    assert text(raw).value is None


def test_no_is_an_answer_in_a_text() -> None:
    assert text("keine").value == "keine"
    assert text("s.o.").value == "s.o."


def test_a_number_in_a_text_cell_is_its_text() -> None:
    assert text(2030.0).value == "2030"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("Rücksprache mit Frau M., Tel. 05241 82-1234", "Name, Telefonnummer"),
        ("Herr Dr. Müller ist im Urlaub", "Name"),
        ("Ansprechpartner Dr. Schmidt", "Name"),
        ("Bitte unter 05241/82-1234 melden", "Telefonnummer"),
        ("Mobil: 0171 1234567", "Telefonnummer"),
        ("+49 5241 821234", "Telefonnummer"),
        ("Nachfrage an erika.mustermann@klinikum.example", "persönliche E-Mail-Adresse"),
    ],
)
def test_personal_data_is_warned_about_and_kept(raw: str, kind: str) -> None:
    reading = text(raw)

    assert reading.value == raw
    assert [(remark.rule, remark.details["art"]) for remark in reading.remarks] == [("C11", kind)]


@pytest.mark.parametrize(
    "raw",
    [
        "Stationen 4 und 5 folgen im Januar 2027.",
        "Budget 1.450.000,00 EUR, davon 0,5 Mio. aus 2026",
        "Frauenhaus und Herrenhaus anschließen",
        "Auskunft: digital@klinikum.example",
        "it.service@klinikum.example",
        "Fr. 26.09. Abnahme",
        "KLI-001 und KLI-002 bis 30.09.2026",
        "Los 01 2026 vergeben",
    ],
)
def test_ordinary_sentences_hold_no_personal_data(raw: str) -> None:
    assert rules_of(text(raw)) == []


def test_a_text_that_is_too_long_is_kept_whole() -> None:
    reading = text("x" * 4000)

    assert reading.value == "x" * 4000
    assert [(remark.rule, remark.details) for remark in reading.remarks] == [("C12", {"n": "4000", "max": "160"})]


@pytest.mark.parametrize(
    "raw", ["#REF!", "#BEZUG!", "#NV", "#N/A", "#WERT!", "#DIV/0!", "#NAME?", "Err:502", "########"]
)
def test_error_values_are_errors_in_every_column(raw: str) -> None:
    assert is_error_text(raw)
    for field in ("title", "budget_total", "end_forecast", "status_overall", "progress_pct", "project_id"):
        assert rules_of(read("project", field, raw)) == ["C06"]


@pytest.mark.parametrize("raw", ["#1 der Liste", "# Überschrift", "#digital", "Err"])
def test_a_hash_alone_is_no_error(raw: str) -> None:
    assert text(raw).value == raw


def test_a_formula_without_a_stored_result_is_no_value_and_told() -> None:
    reading = read("project", "budget_total", None, formula="SUM(A1:A3)")

    assert (reading.value, reading.is_failed, rules_of(reading)) == (None, False, ["C10"])


@pytest.mark.parametrize("raw", ["kli-001", "KLI–001", "KLI - 001", "KLI-\u200b001 "])
def test_an_identifier_is_put_right_where_only_one_can_be_meant(raw: str) -> None:
    assert read("project", "project_id", raw).value == "KLI-001"


@pytest.mark.parametrize("raw", ["KLI-1", "KLI001", "1E+05", 1001.0, "Stadtwerke", "KLI-001a"])
def test_an_identifier_is_never_completed(raw: Any) -> None:
    reading = read("project", "project_id", raw)

    assert [(remark.rule, remark.expected, remark.details) for remark in reading.remarks] == [
        ("C07", "drei Buchstaben, Bindestrich, drei Ziffern", {"liste": "Projekt-Nr."})
    ]


def test_every_pattern_of_the_contract_can_be_said_in_words() -> None:
    patterns = {field.pattern for table in tables().values() for field in table.fields.values() if field.pattern}

    assert sorted(map(pattern_in_words, patterns)) == [
        "LK, Bindestrich, vier Ziffern, Bindestrich, zwei Ziffern",
        "drei Buchstaben, Bindestrich, B, zwei Ziffern",
        "drei Buchstaben, Bindestrich, R, zwei Ziffern",
        "drei Buchstaben, Bindestrich, drei Ziffern",
        "drei Buchstaben, Bindestrich, drei Ziffern oder ALLG",
    ]


def test_a_mailbox_is_an_address_and_preferably_nobodys() -> None:
    def mailbox(raw: str) -> Any:
        return read("submission", "contact_mailbox", raw)

    assert mailbox("digital@klinikum.example") == ("digital@klinikum.example", (), False)
    assert rules_of(mailbox("erika.mustermann@klinikum.example")) == ["C11"]
    assert rules_of(mailbox("Zimmer 12")) == ["C07"]
    assert mailbox("k. A.").value is None


@pytest.mark.parametrize("raw", ["Schulung f\ufffdr alle", "Größe geprüft, grÃ¼n"])
def test_a_text_whose_characters_are_lost_is_no_text(raw: str) -> None:
    reading = text(raw)

    assert (reading.value, rules_of(reading)) == (None, ["C06"])


def test_a_text_in_the_wrong_encoding_is_repaired_and_told() -> None:
    reading = text("grÃ¶ÃŸere FlÃ¤chen fÃ¼r GÃ¼tersloh")

    assert reading.value == "größere Flächen für Gütersloh"
    assert rules_of(reading) == ["C13"]


@given(st.text("abcäöüßÄÖÜ „“–€", min_size=1))
def test_every_german_text_read_in_the_wrong_encoding_is_repaired(raw: str) -> None:
    try:
        wrong = raw.encode().decode("cp1252")
    except UnicodeDecodeError:
        return

    assert clean_text(wrong) == clean_text(raw)
