"""Who seeks what another offers."""

import duckdb

from tests.views.rows import answer, given, rows


def test_needs_meet_the_offers_of_others_on_the_same_topic_in_the_same_quarter(db: duckdb.DuckDBPyConnection) -> None:
    given(
        db,
        cooperation="""
org_code | report_quarter | coop_kind | topic         | description     | with_orgs
KLI      | 2026-Q3        | seeks     | ai            | Erfahrung       | [SWG]
KLI      | 2026-Q3        | offers    | ai            | eigenes Angebot |
SWG      | 2026-Q3        | offers    | ai            | Chatbot         |
VHS      | 2026-Q3        | offers    | ai            | Kurse           |
BIB      | 2026-Q2        | offers    | ai            | zu früh         |
VHS      | 2026-Q3        | joint     | ai            | gemeinsam       |
GTM      | 2026-Q3        | seeks     | accessibility | Prüfung         |
""",
    )

    found = answer(db, "from report.cooperation_matches order by all")

    assert found == rows("""
report_quarter | topic         | seeking | seeks     | offering | offers  | is_named
2026-Q3        | accessibility | GTM     | Prüfung   |          |         | false
2026-Q3        | ai            | KLI     | Erfahrung | SWG      | Chatbot | true
2026-Q3        | ai            | KLI     | Erfahrung | VHS      | Kurse   | false
""")
