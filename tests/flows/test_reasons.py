"""Why a source fails or a file waits is told in German, from one file of texts, to everybody who hears of it."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

from flows.commands.status import show_status
from flows.intake import run_collection
from flows.overview import write_board
from flows.settings import load_settings
from schemas.quarter import Quarter
from schemas.reasons import reason_texts
from tests.flows.collectors.servers import USER, a_webdav_server
from tests.flows.mail_sink import Sink, running
from tests.flows.test_reminding import a_mail_section

FLOWS = Path(__file__).parents[2] / "flows"
NOW = datetime(2026, 10, 9, 10, tzinfo=UTC)
BY_A_VARIABLE = {"parked_sender", "parked_unconfirmed"} | {
    f"certificate_{what}" for what in ("early", "expired", "issuer", "name")
}
"""Reasons that are chosen in one place and told in another."""


def trees() -> Iterator[ast.Module]:
    """The modules that tell reasons."""
    for path in sorted(FLOWS.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "from schemas.reasons import told" in text or path.name == "mailbox.py":
            yield ast.parse(text)


def calls(*names: str) -> Iterator[ast.Call]:
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node


def tellings() -> list[tuple[str, set[str]]]:
    """Every reason that is told by its name, with the details that go with it."""
    return [
        (str(call.args[0].value), {str(keyword.arg) for keyword in call.keywords})
        for call in calls("told")
        if isinstance(call.args[0], ast.Constant)
    ]


def details(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_reason_in_the_code_has_its_text_and_every_text_is_told() -> None:
    constants = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}

    assert {key for key, _ in tellings()} == set(reason_texts()) - BY_A_VARIABLE
    assert set(reason_texts()) >= BY_A_VARIABLE
    assert constants >= BY_A_VARIABLE


def test_every_reason_is_told_with_the_details_that_its_text_names() -> None:
    assert [(key, given) for key, given in tellings() if given != details(reason_texts()[key])] == []


def test_no_reason_stands_in_the_code_itself() -> None:
    refusals = list(calls("PlaceError", "SecretError"))

    assert len(refusals) > 50
    assert [ast.unparse(call) for call in refusals if isinstance(call.args[0], (ast.Constant, ast.JoinedStr))] == []


def test_a_wrong_password_is_german_for_the_data_team_on_the_board_and_in_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sink = Sink()
    monkeypatch.setenv("DIE8_TEST_SECRET", "falsch-4712")
    home = tmp_path / "home"
    home.mkdir()

    with running(sink) as port, a_webdav_server(tmp_path / "served") as served:
        source = (
            f'[[sources]]\nname = "cloud"\nkind = "webdav"\nurl = "http://127.0.0.1:{served.port}/"\n'
            f'user = "{USER}"\npassword = {{ env = "DIE8_TEST_SECRET" }}\n'
        )
        (home / "die8.toml").write_text(a_mail_section(port) + source, encoding="utf-8")
        settings = load_settings(home)
        run_collection(settings, NOW)
        again = run_collection(settings, NOW + timedelta(hours=1))
    board = write_board(settings, NOW).read_text(encoding="utf-8")
    show_status(settings, Quarter(2026, 3), NOW, as_json=False)

    reason = "Der Server 127.0.0.1 lehnt die Anmeldung ab. Bitte Benutzer und Kennwort dieser Quelle berichtigen."
    [letter] = sink.taken
    text = letter.get_body(("plain",))
    assert text is not None
    assert text.get_content().startswith(f"Die Quelle cloud ist gestört: {reason}\r\n\r\nDie anderen Quellen")
    assert f"gestört seit 09.10.2026 12:00: {reason}" in board
    assert f"cloud: gestört seit 09.10.2026 12:00: {reason}" in capsys.readouterr().out
    assert list(map(str, again.failed_sources)) == [f"Quelle cloud, gestört seit 09.10.2026, 12:00 Uhr: {reason}"]
