"""What senders are told, read from what was loaded: a run that died before answering is made up for by the next."""

from collections.abc import Collection

import duckdb

from schemas.answer import Answer, ToldFinding
from schemas.findings import Severity, Verdict, rules
from schemas.quarter import Quarter
from warehouse.loading import instant_of


def read_answers(connection: duckdb.DuckDBPyConnection, without: Collection[str]) -> list[Answer]:
    """The answers of all deliveries but those named, in the order of their receipt; shadow rules stay untold."""
    submissions = connection.execute(
        "select submission_id, file_name, epoch_us(received_at) as received, org_code, report_quarter, version, "
        "verdict from history.submission where not list_contains(?, submission_id) "
        "order by received, file_name, submission_id",
        [list(without)],
    ).fetchall()
    if not submissions:
        return []
    shown = [name for name, rule in rules().items() if rule.state != "shadow"]
    findings: dict[str, list[ToldFinding]] = {}
    for identity, severity, cell, message in connection.execute(
        "select submission_id, severity, coalesce(cell, sheet, ''), message from history.finding "
        "where list_contains(?, submission_id) and list_contains(?, rule) order by submission_id, position",
        [[identity for identity, *_ in submissions], shown],
    ).fetchall():
        findings.setdefault(identity, []).append(ToldFinding(Severity(severity), cell, message))
    return [
        Answer(
            identity,
            file_name,
            instant_of(received),
            org_code,
            Quarter.parse(quarter) if quarter else None,
            version,
            Verdict(verdict),
            tuple(findings.get(identity, ())),
        )
        for identity, file_name, received, org_code, quarter, version, verdict in submissions
    ]
