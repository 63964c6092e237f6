from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.place import Place
from schemas.submission import Row, Submission
from schemas.workbook import CellKind, RawCell
from tests.transforms.parsing.workbooks import (
    a_cell,
    a_cover,
    a_row,
    a_sheet,
    a_table,
    a_workbook,
    found,
    labels,
    parsed,
    the_finding,
)
from transforms.parsing.submission import parse_submission

SECOND = {"project_id": "KLI-002", "title": "Digitale Medikation"}


def projects(submission: Submission) -> tuple[Row, ...]:
    return submission.tables["project"]


def test_a_valid_return_is_read_without_a_word() -> None:
    submission = parsed()

    assert found(submission) == []
    assert submission.is_readable
    assert {name: len(rows) for name, rows in submission.tables.items()} == dict.fromkeys(
        ("project", "milestone", "kpi_value", "risk", "decision_request", "cooperation"), 1
    )


def test_a_row_holds_every_field_and_the_way_back_to_its_cells() -> None:
    [project] = projects(parsed())

    assert project.values["budget_total"] == Decimal("100000.00")
    assert project.values["partner_orgs"] is None
    assert project.raw["budget_total"] == "100000"
    assert "partner_orgs" not in project.raw
    assert str(project.place("budget_total")) == "Projekte!R5"


def test_a_cell_with_an_error_fails_alone() -> None:
    [project] = projects(submission := parsed(a_table("project", a_row("project", actual_cum="viel"))))

    assert found(submission) == [("C04", "Projekte!S5")]
    assert the_finding(submission, "C04").message == "S5: „viel“ ist keine Zahl."
    assert (project.values["actual_cum"], set(project.failed)) == (None, {"actual_cum"})
    assert project.values["forecast_total"] == Decimal("100000.00")


@pytest.mark.parametrize("first_row", [1, 6, 24])
def test_the_header_is_found_wherever_it_stands(first_row: int) -> None:
    rows = {first_row: [None, None, *labels("project")], first_row + 1: [None, None, *a_row("project")]}
    [project] = projects(submission := parsed(a_sheet("Projekte", rows)))

    assert found(submission) == []
    assert project.place("project_id") == Place("Projekte", first_row + 1, 3)


def test_columns_are_found_by_name_in_any_order() -> None:
    header, row = labels("project"), a_row("project")
    [project] = projects(parsed(a_table("project", row[::-1], header=header[::-1])))

    assert project.values == projects(parsed())[0].values


@pytest.mark.parametrize(
    "heading", ["Ampel\nTermin", "Ampel-Termin", "AMPEL  TERMIN", "Ampel\u00a0Termin*", "Am\u00adpel Termin 1)"]
)
def test_a_heading_may_be_hyphenated_and_broken(heading: str) -> None:
    assert found(parsed(a_table("project", a_row("project"), header=labels("project", status_schedule=heading)))) == []


def test_a_renamed_heading_is_read_by_its_alias_and_told() -> None:
    header = labels("project", status_schedule="Ampel Zeit")
    submission = parsed(a_table("project", a_row("project"), header=header))

    assert found(submission) == [("S04", "Projekte!M4")]
    assert the_finding(submission, "S04").message == "Spalte „Ampel Zeit“ wurde als „Ampel Termin“ gelesen."
    assert projects(submission)[0].values["status_schedule"] == "green"


def test_the_label_beats_an_alias_beside_it() -> None:
    submission = parsed(a_table("project", [*a_row("project"), "rot"], header=[*labels("project"), "Ampel Zeit"]))

    assert found(submission) == [("S05", "Projekte!AB4")]
    assert projects(submission)[0].values["status_schedule"] == "green"


def test_an_unknown_column_with_content_is_named_with_the_label_it_resembles() -> None:
    header = labels("project", next_step="Nächste Schritte!")
    submission = parsed(a_table("project", a_row("project"), header=header))

    assert found(submission) == [("S05", "Projekte!Z4")]
    assert the_finding(submission, "S05").expected == "vielleicht „Nächster Schritt“"
    assert projects(submission)[0].values["next_step"] is None


def test_an_unknown_column_without_content_is_nobodys_business() -> None:
    assert found(parsed(a_table("project", a_row("project"), header=[*labels("project"), "Notizen"]))) == []


def test_a_remark_in_a_column_without_heading_is_told_and_not_loaded() -> None:
    submission = parsed(a_table("project", [*a_row("project"), "(Nachmeldung folgt)"]))

    assert found(submission) == [("S05", "Projekte!AB4")]
    assert "AB (ohne Überschrift)" in the_finding(submission, "S05").message


def test_a_heading_that_stands_twice_is_not_decided_by_position() -> None:
    header = labels("project", forecast_total="Budget gesamt Plan")
    submission = parsed(a_table("project", a_row("project"), header=header))

    assert ("S06", "Projekte!R4") in found(submission)
    assert [str(place) for place in the_finding(submission, "S06").places] == ["Projekte!R4", "Projekte!T4"]
    assert not submission.is_readable


def test_a_missing_required_column_stops_and_an_optional_one_does_not() -> None:
    required = parsed(a_table("project", a_row("project", phase=None), header=labels("project", phase="")))
    optional = parsed(a_table("project", a_row("project"), header=labels("project", priority="")))

    assert found(required) == [("S03", "Projekte")]
    assert the_finding(required, "S03").message == "Pflichtspalte „Projektphase“ fehlt in „Projekte“."
    assert not required.is_readable
    assert found(optional) == []
    assert projects(optional)[0].place("priority") == Place("Projekte", 5)


def test_without_a_header_nothing_is_guessed() -> None:
    submission = parsed(a_sheet("Projekte", {5: a_row("project")}))

    assert found(submission) == [("S02", "Projekte")]
    assert the_finding(submission, "S02").message == "Keine eindeutige Kopfzeile in „Projekte“ gefunden (0 Treffer)."
    assert not submission.is_readable


@pytest.mark.parametrize("second_header", [8, 40])
def test_a_second_table_below_is_not_guessed_away(second_header: int) -> None:
    rows = {4: labels("project"), 5: a_row("project"), second_header: labels("project")}
    submission = parsed(a_sheet("Projekte", rows))

    assert [rule for rule, _ in found(submission)] == ["S02"]
    assert "(2 Treffer)" in the_finding(submission, "S02").message
    assert not submission.is_readable


def test_data_above_the_header_is_not_lost_silently() -> None:
    rows = {3: a_row("project", **SECOND), 4: labels("project"), 5: a_row("project")}
    submission = parsed(a_sheet("Projekte", rows))

    assert found(submission) == [("S02", "Projekte!3:3")]
    assert not submission.is_readable


def test_empty_and_formatted_rows_are_skipped_in_between_and_at_the_end() -> None:
    rows = {4: labels("project"), 5: a_row("project"), 7: a_row("project", **SECOND), 8: ["  ", "\u00a0"]}
    sheet = a_sheet("Projekte", rows)
    painted = tuple(RawCell(row, column, CellKind.BLANK, None, fill="FF0000") for row in (9, 900) for column in (1, 12))

    submission = parsed(sheet.__class__("Projekte", (*sheet.cells, *painted)))

    assert found(submission) == []
    assert [project.source_row for project in projects(submission)] == [5, 7]


def test_a_row_without_key_stays_for_the_rules_to_report() -> None:
    submission = parsed(a_table("project", a_row("project"), a_row("project", project_id=None)))

    assert found(submission) == []
    assert [project.values["project_id"] for project in projects(submission)] == ["KLI-001", None]


def test_a_total_row_is_not_loaded_as_a_project() -> None:
    total = a_row("project", project_id="Summe")
    total = [value if at in (0, 17, 18, 19) else None for at, value in enumerate(total)]

    submission = parsed(a_table("project", a_row("project"), total))

    assert found(submission) == []
    assert len(projects(submission)) == 1


@pytest.mark.parametrize("word", ["Summe", "Gesamt:", "Insgesamt", "Σ", "Zwischensumme Förderprojekte"])
def test_a_total_that_differs_from_its_rows_is_told_per_cell(word: str) -> None:
    total: list[Any] = [None] * 27
    total[1], total[17], total[18] = word, "200.000,00 €", 100001.0

    submission = parsed(a_table("project", a_row("project"), a_row("project", **SECOND), total))

    assert found(submission) == [("S09", "Projekte!S7")]
    assert the_finding(submission, "S09").message == (
        "Summenzeile 7 weicht von der Summe der Zeilen ab (100.000,00 statt 100.001,00); "
        "die Summenzeile wird nicht übernommen."
    )


def test_totals_in_the_middle_may_sum_their_group_or_everything_above() -> None:
    def total(amount: float) -> list[Any]:
        return [["Summe", None, *[None] * 15, amount][at] if at < 18 else None for at in range(27)]

    rows = [a_row("project", project_id=f"KLI-00{number}", title=f"Titel {number}") for number in (1, 2, 3)]
    submission = parsed(
        a_table("project", rows[0], total(100000.0), rows[1], rows[2], total(200000.0), total(300000.0))
    )

    assert found(submission) == []
    assert len(projects(submission)) == 3


def test_a_total_over_a_failed_cell_is_not_compared() -> None:
    total = ["Summe", *[None] * 17, 999.0]
    submission = parsed(a_table("project", a_row("project", actual_cum="viel"), total))

    assert [rule for rule, _ in found(submission)] == ["C04"]


def test_a_total_in_teur_is_compared_in_teur() -> None:
    total = ["Summe", *[None] * 16, 101.0]
    row = a_row("project", budget_total=100.0, actual_cum=50.0, forecast_total=100.0)
    submission = parsed(a_cover(money_unit="TEUR"), a_table("project", row, total))

    assert "(100,00 statt 101,00)" in the_finding(submission, "S09").message


def test_a_project_that_is_called_a_sum_is_still_a_project() -> None:
    titled = a_row("project", project_id=None, title="Gesamt Strategie")
    submission = parsed(a_table("project", a_row("project"), titled))

    assert [project.values["title"] for project in projects(submission)] == ["Patientenportal", "Gesamt Strategie"]


@pytest.mark.parametrize("note", ["* Werte vorläufig", "1) ohne Umsatzsteuer", "Quelle: Controlling", "© Klinikum"])
def test_a_footnote_under_the_table_is_set_aside_and_told(note: str) -> None:
    submission = parsed(a_table("project", a_row("project"), [note]))

    assert found(submission) == [("C13", "Projekte!A6")]
    assert the_finding(submission, "C13").message == f"A6: „{note}“ wurde als „Fußnote“ gelesen."
    assert len(projects(submission)) == 1


def test_a_lone_line_after_a_gap_is_a_footnote_but_never_above_data() -> None:
    below = parsed(a_table("project", a_row("project"), [], ["Alle Zahlen ungeprüft"]))
    between = parsed(a_table("project", a_row("project"), [], ["Stadtwerke"], a_row("project", **SECOND)))

    assert [rule for rule, _ in found(below)] == ["C13"]
    assert found(between) == [("C07", "Projekte!A7")]
    assert "project_id" in projects(between)[1].failed


def test_a_row_of_units_under_the_header_is_skipped_and_told() -> None:
    units = ["Text", "Text", *[None] * 15, "EUR", "EUR", "EUR"]
    submission = parsed(a_table("project", units, a_row("project")))

    assert found(submission) == [("C13", "Projekte!A5")]
    assert [project.source_row for project in projects(submission)] == [6]


def test_more_than_2000_rows_are_no_return() -> None:
    rows = {4: labels("risk")} | {row: a_row("risk") for row in range(5, 2007)}
    submission = parsed(a_sheet("Risiken", rows))

    assert found(submission) == [("F03", "Risiken")]
    assert "2.000 Zeilen" in the_finding(submission, "F03").message
    assert not submission.is_readable


def test_hidden_rows_and_columns_count_and_are_told() -> None:
    submission = parsed(
        a_table(
            "project",
            a_row("project"),
            a_row("project", **SECOND),
            hidden_rows=frozenset({2, 6, 9}),
            hidden_columns=frozenset({5, 19, 40}),
        )
    )

    assert found(submission) == [("S07", "Projekte!6:6")]
    assert "(Zeile 6; Spalte S)" in the_finding(submission, "S07").message
    assert len(projects(submission)) == 2


def test_hidden_rows_side_by_side_are_told_in_one() -> None:
    projects = [a_row("project", project_id=f"KLI-{number:03}") for number in range(1, 7)]
    submission = parsed(a_table("project", *projects, hidden_rows=frozenset({5, 6, 7, 10})))

    assert "(Zeilen 5–7, 10)" in the_finding(submission, "S07").message


def test_a_hidden_sheet_counts_when_it_holds_data() -> None:
    assert found(parsed(a_table("risk", a_row("risk"), is_hidden=True))) == [("S07", "Risiken")]
    assert found(parsed(a_table("risk", is_hidden=True))) == []


def test_a_merged_key_counts_for_every_row_it_spans() -> None:
    rows = [a_row("milestone"), a_row("milestone", project_id=None, milestone_no=2.0)]
    submission = parsed(a_table("milestone", *rows, merged=((5, 1, 6, 1),)))

    assert found(submission) == [("C13", "Meilensteine!A6")]
    assert [row.values["project_id"] for row in submission.tables["milestone"]] == ["KLI-001", "KLI-001"]


def test_merged_values_are_lost_and_named() -> None:
    rows = [a_row("project"), a_row("project", **SECOND, actual_cum=None)]
    submission = parsed(a_table("project", *rows, merged=((5, 19, 6, 19),)))

    assert found(submission) == [("S08", "Projekte!S5")]
    assert the_finding(submission, "S08").message == "Verbundene Zellen im Datenbereich (S5:S6). Bitte auflösen."
    assert [row.failed for row in projects(submission)] == [{"actual_cum"}, {"actual_cum"}]
    assert [row.values["actual_cum"] for row in projects(submission)] == [None, None]
    assert submission.is_readable


def test_merged_titles_and_footnotes_are_harmless() -> None:
    submission = parsed(a_table("project", a_row("project"), ["* vorläufig"], merged=((1, 1, 2, 9), (6, 1, 6, 9))))

    assert [rule for rule, _ in found(submission)] == ["C13"]


def test_a_row_that_is_struck_through_counts_and_is_told() -> None:
    struck = a_cell("KLI-001", is_struck=True)
    submission = parsed(a_table("project", a_row("project", project_id=struck)))

    assert found(submission) == [("C13", "Projekte!A5")]
    assert len(projects(submission)) == 1


def test_a_light_that_is_only_a_colour_is_no_value() -> None:
    painted = a_cell(None, fill="FFC000")
    submission = parsed(a_table("project", a_row("project", status_cost=painted)))

    assert found(submission) == [("C08", "Projekte!N5")]
    assert "(gelb)" in the_finding(submission, "C08").message
    assert projects(submission)[0].failed == {"status_cost"}


def test_a_row_painted_as_a_whole_says_nothing_about_its_lights() -> None:
    painted = a_cell(None, fill="FFC000")
    title = a_cell("Patientenportal", fill="FFC000")
    submission = parsed(a_table("project", a_row("project", status_cost=painted, title=title)))

    assert found(submission) == []
    assert projects(submission)[0].values["status_cost"] is None


def test_an_error_value_is_named() -> None:
    submission = parsed(a_table("project", a_row("project", forecast_total="#REF!")))

    assert found(submission) == [("C06", "Projekte!T5")]
    assert the_finding(submission, "C06").value == "#REF!"


def test_amounts_follow_the_declared_unit_but_indicators_do_not() -> None:
    indicator = a_row("kpi_value", kpi_code="CGT-04", unit="EUR", value=210750.0)
    submission = parsed(a_cover(money_unit="TEUR"), a_table("kpi_value", indicator))

    assert projects(submission)[0].values["budget_total"] == Decimal("100000000.00")
    assert submission.tables["kpi_value"][0].values["value"] == Decimal("210750.0000")


@pytest.mark.parametrize(
    "heading", ["Budget gesamt Plan (EUR)", "Budget gesamt Plan in €", "Budget gesamt Plan [Euro]"]
)
def test_a_heading_may_repeat_the_declared_unit(heading: str) -> None:
    assert found(parsed(a_table("project", a_row("project"), header=labels("project", budget_total=heading)))) == []


@pytest.mark.parametrize(
    "heading", ["Budget gesamt Plan (T€)", "Budget gesamt Plan in TEUR", "Budget gesamt Plan [Mio. €]"]
)
def test_a_heading_in_another_unit_fails_its_column(heading: str) -> None:
    submission = parsed(a_table("project", a_row("project"), header=labels("project", budget_total=heading)))

    assert found(submission) == [("C09", "Projekte!R4")]
    assert [str(place) for place in the_finding(submission, "C09").places] == ["Projekte!R4", "Projekte!R5"]
    assert projects(submission)[0].failed == {"budget_total"}
    assert "passt nicht zur Einheit EUR" in the_finding(submission, "C09").message


def test_a_line_above_the_table_declares_the_unit_of_all_amounts() -> None:
    rows = {2: ["alle Angaben in T€"], 4: labels("project"), 5: a_row("project")}

    assert [rule for rule, _ in found(parsed(a_sheet("Projekte", rows)))] == ["C09", "C09", "C09"]
    in_teur = parsed(a_cover(money_unit="TEUR"), a_sheet("Projekte", rows))
    assert found(in_teur) == []
    assert projects(in_teur)[0].values["actual_cum"] == Decimal("50000000.00")


def test_one_decimal_point_in_a_column_makes_single_grouping_ambiguous() -> None:
    rows = [a_row("project", actual_cum="1.234"), a_row("project", **SECOND, actual_cum="12.5")]

    assert found(parsed(a_table("project", *rows))) == [("C04", "Projekte!S5"), ("C13", "Projekte!S6")]
    assert found(parsed(a_table("project", rows[0]))) == [("C13", "Projekte!S5")]


def test_an_indicator_in_percent_format_counts_in_points() -> None:
    share = a_row("kpi_value", kpi_code="KLI-02", unit="%", value=a_cell(0.67, number_format="0%"))
    submission = parsed(a_table("kpi_value", share))

    assert submission.tables["kpi_value"][0].values["value"] == Decimal("67.0000")
    assert submission.tables["kpi_value"][0].raw["value"] == "67 %"


def test_a_date_that_lost_its_format_is_told_with_the_day() -> None:
    submission = parsed(a_table("project", a_row("project", end_forecast=46387.0)))

    assert projects(submission)[0].values["end_forecast"] == date(2026, 12, 31)
    assert the_finding(submission, "C13").message == "J5: „46387“ wurde als „31.12.2026“ gelesen."


def test_all_problems_of_all_sheets_are_collected() -> None:
    submission = parsed(
        a_table("project", a_row("project", phase="Hoffnung", end_forecast="31.09.2026")),
        a_table("risk", a_row("risk", impact=5.0)),
        a_sheet("Meilensteine", {1: ["leer"]}),
    )

    assert found(submission) == [
        ("C07", "Projekte!G5"),
        ("C02", "Projekte!J5"),
        ("S02", "Meilensteine"),
        ("C07", "Risiken!F5"),
    ]


def test_the_same_workbook_gives_the_same_submission() -> None:
    workbook = a_workbook()

    assert parse_submission(workbook, "a.xlsx") == parse_submission(workbook, "a.xlsx")
