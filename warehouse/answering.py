"""What senders are told, read from what was loaded: a run that died before answering is made up for by the next."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import duckdb
from msgspec import Struct

from schemas.answer import Answer, ToldFinding
from schemas.contract import cover, return_tables
from schemas.findings import Severity, State, Verdict
from schemas.place import Place
from schemas.quarter import Quarter
from schemas.submission import Value, Version
from warehouse.chains import REGISTER, RETURN
from warehouse.connection import quoted
from warehouse.loading import instant_of
from warehouse.remembering import Ask, read_rows
from warehouse.shape import ACCEPTED


class _Accepted(Struct, frozen=True):
    """An accepted return without its rows, and since and until when it counted."""

    submission_id: str
    org_code: str
    quarter: Quarter
    version: int
    file_name: str
    received_at: datetime
    recorded: int
    superseded: int | None
    cover: Mapping[str, Value]


def read_answers(connection: duckdb.DuckDBPyConnection, without: Collection[str]) -> list[Answer]:
    """The answers of all deliveries but those named, in the order of their receipt; shadow rules stay untold.

    What a return is compared with is what counted when it was received, also when it is answered later.
    """
    ask = partial(_ask, connection)
    submissions = ask(
        "select submission_id, file_name, epoch_us(received_at) as received, org_code, report_quarter, version, "
        "verdict, sha256, kind from history.submission where not list_contains(?, submission_id) "
        "order by received, file_name, submission_id",
        [list(without)],
    )
    if not submissions:
        return []
    identities = [str(row[0]) for row in submissions]
    findings = _findings(ask, identities)
    versions = _versions(ask, identities)
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
            sha256,
            *versions.get(identity, (None, None, None)),
            is_register=kind == REGISTER,
        )
        for identity, file_name, received, org_code, quarter, version, verdict, sha256, kind in submissions
    ]


def _ask(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def _findings(ask: Ask, identities: Sequence[str]) -> dict[str, list[ToldFinding]]:
    findings: dict[str, list[ToldFinding]] = {}
    for identity, rule, severity, message, cells, value, expected in ask(
        "select submission_id, rule, severity, message, cells, value, expected from history.finding "
        f"where list_contains(?, submission_id) and state <> '{State.SHADOW}' order by submission_id, position",
        [list(identities)],
    ):
        told = ToldFinding(rule, Severity(severity), message, tuple(map(Place.of, cells)), value, expected)
        findings.setdefault(identity, []).append(told)
    return findings


def _versions(ask: Ask, identities: Sequence[str]) -> dict[str, tuple[Version | None, Version | None, Version | None]]:
    """For each accepted return of these: itself, the version that it replaced, and the one of the quarter before."""
    accepted = _accepted_beside(ask, identities)
    compared = {identity: _compared_with(own, accepted) for identity in identities if (own := accepted.get(identity))}
    needed = {other.submission_id for three in compared.values() for other in three if other is not None}
    rows = {table: read_rows(ask, table, sorted(needed)) for table in return_tables()} if needed else {}
    versions = {identity: _version(accepted[identity], rows) for identity in needed}
    return {
        identity: (
            versions[own.submission_id],
            versions[replaced.submission_id] if replaced else None,
            versions[before.submission_id] if before else None,
        )
        for identity, (own, replaced, before) in compared.items()
    }


def _accepted_beside(ask: Ask, identities: Sequence[str]) -> dict[str, _Accepted]:
    """All accepted returns of the organisations whose returns these are."""
    fields = tuple(cover().fields)
    found = ask(
        "select submission_id, version, file_name, epoch_us(received_at) as received, "
        "epoch_us(recorded_at) as recorded, epoch_us(superseded_at) as superseded, "
        f"{', '.join(quoted(name) for name in fields)} from history.submission "
        f"where kind = '{RETURN}' and verdict in {ACCEPTED} and org_code in "
        "(select org_code from history.submission where list_contains(?, submission_id))",
        [list(identities)],
    )
    accepted: dict[str, _Accepted] = {}
    for identity, version, file_name, received, recorded, superseded, *values in found:
        front = dict(zip(fields, values, strict=True))
        accepted[identity] = _Accepted(
            identity,
            str(front["org_code"]),
            Quarter.parse(str(front["report_quarter"])),
            version,
            file_name,
            instant_of(received),
            recorded,
            superseded,
            front,
        )
    return accepted


def _compared_with(
    own: _Accepted, accepted: Mapping[str, _Accepted]
) -> tuple[_Accepted, _Accepted | None, _Accepted | None]:
    alike = [other for other in accepted.values() if other.org_code == own.org_code]
    replaced = [other for other in alike if other.quarter == own.quarter and other.version == own.version - 1]
    before = [
        other
        for other in alike
        if other.quarter == own.quarter.previous
        and other.recorded <= own.recorded
        and (other.superseded is None or other.superseded > own.recorded)
    ]
    return own, next(iter(replaced), None), next(iter(before), None)


def _version(accepted: _Accepted, rows: Mapping[str, Mapping[str, tuple[Mapping[str, Value], ...]]]) -> Version:
    return Version(
        accepted.quarter,
        accepted.version,
        accepted.file_name,
        accepted.received_at,
        accepted.cover,
        {table: of_table.get(accepted.submission_id, ()) for table, of_table in rows.items()},
    )
