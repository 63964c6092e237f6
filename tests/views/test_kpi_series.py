"""Each indicator quarter by quarter beside its target, the quarter before and that of the year before."""

import duckdb

from tests.views.rows import answer, given, rows


def test_an_indicator_is_compared_with_the_year_before_else_the_quarter_before(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        kpi_value="""
org_code | report_quarter | kpi_code | value | target_year | measurement
BIB      | 2025-Q3        | BIB-01   | 10    | 14          | measured
BIB      | 2025-Q4        | BIB-01   | 11    | 14          | measured
BIB      | 2026-Q2        | BIB-01   | 12    | 15          | measured
BIB      | 2026-Q3        | BIB-01   | 9     | 15          | measured
BIB      | 2026-Q4        | BIB-01   |       | 15          | not_collected
""",
    )

    found = answer(
        db,
        "select report_quarter, value, target_year, previous_value, year_before_value, compared_quarter, change, "
        "round(change_pct, 2) as change_pct, trend, series_no from report.kpi_series order by 1",
    )

    assert found == rows("""
report_quarter | value   | target  | previous | year_before | compared | change  | change_pct | trend  | series_no
2025-Q3        | 10.0000 | 14.0000 |          |             |          |         |            |        | 1
2025-Q4        | 11.0000 | 14.0000 | 10.0000  |             | 2025-Q3  | 1.0000  | 10.0       | better | 1
2026-Q2        | 12.0000 | 15.0000 |          |             |          |         |            |        | 1
2026-Q3        | 9.0000  | 15.0000 | 12.0000  | 10.0000     | 2025-Q3  | -1.0000 | -10.0      | worse  | 1
2026-Q4        |         | 15.0000 | 9.0000   | 11.0000     | 2025-Q4  |         |            |        | 1
""")


def test_a_change_of_the_model_breaks_the_series(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        kpi_value="""
org_code | report_quarter | kpi_code | value | model_version
KLI      | 2025-Q4        | KLI-01   | 40    | 2021
KLI      | 2026-Q1        | KLI-01   | 42    | 2021
KLI      | 2026-Q2        | KLI-01   | 30    | 2024
KLI      | 2026-Q3        | KLI-01   | 31    | 2024
KLI      | 2026-Q4        | KLI-01   | 33    | 2024
""",
    )

    found = answer(
        db,
        "select report_quarter, series_no, is_break, previous_value, compared_quarter, change "
        "from report.kpi_series order by 1",
    )

    assert found == rows("""
report_quarter | series_no | is_break | previous | compared | change
2025-Q4        | 1         | false    |          |          |
2026-Q1        | 1         | false    | 40.0000  | 2025-Q4  | 2.0000
2026-Q2        | 2         | true     | 42.0000  |          |
2026-Q3        | 2         | false    | 30.0000  | 2026-Q2  | 1.0000
2026-Q4        | 2         | false    | 31.0000  | 2026-Q3  | 2.0000
""")


def test_what_is_counted_anew_each_quarter_is_summed_up_over_the_year(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        kpi_value="""
org_code | report_quarter | kpi_code | value
BIB      | 2025-Q4        | BIB-02   | 1000
BIB      | 2026-Q1        | BIB-02   | 100
BIB      | 2026-Q2        | BIB-02   | 200
BIB      | 2026-Q4        | BIB-02   | 400
BIB      | 2026-Q1        | BIB-01   | 10
""",
    )

    found = answer(db, "select kpi_code, report_quarter, year_to_date from report.kpi_series order by all")

    assert found == rows("""
kpi_code | report_quarter | year_to_date
BIB-01   | 2026-Q1        |
BIB-02   | 2025-Q4        |
BIB-02   | 2026-Q1        | 100.0000
BIB-02   | 2026-Q2        | 300.0000
BIB-02   | 2026-Q4        |
""")


def test_name_unit_and_direction_are_those_of_the_catalogue(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        kpi_value="""
org_code | report_quarter | kpi_code | kpi_name | unit | value
BIB      | 2026-Q2        | ALL-05   | anders   | Tage | 3
BIB      | 2026-Q3        | ALL-05   | anders   | Tage | 2
BIB      | 2026-Q3        | ALL-06   |          |      | 2
""",
    )

    found = answer(
        db, "select kpi_code, name, unit, direction, trend from report.kpi_series where report_quarter = '2026-Q3'"
    )

    assert sorted(map(str, found)) == sorted(map(str, rows("""
kpi_code | name                                  | unit      | direction | trend
ALL-05   | Ungeplante Ausfallzeit kritischer Dienste | h/Quartal | down  | better
ALL-06   | Besetzte Digitalstellen               | VZÄ       | steady    |
""")))  # fmt: skip
