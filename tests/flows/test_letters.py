"""Letters through a real SMTP server and its faults: each goes out once, none is lost without a word."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.outbox.mailbag import Mailbag
from flows.outbox.smtp import hand_over
from schemas.contacts import MailServer
from schemas.letter import Attachment, Letter, Stand, Wording
from schemas.secret import SecretPlace
from tests.flows.mail_sink import PASSWORD, Sink, certificates, running

NOW = datetime(2026, 10, 14, 6, 30, tzinfo=UTC)


def a_letter(key: str = "reminder_2026-Q3_KLI_abgabetag", **parts: object) -> Letter:
    wording = Wording("Heute fällig: Klinikum", "Guten Tag,\n.ein Punkt am Anfang\n", "<p>Guten Tag,</p>")
    values: dict[str, object] = {"to": ("digital@kli.example",), "wording": wording, **parts}
    return Letter(key, **values)  # type: ignore[arg-type]


def a_server(port: int, **parts: object) -> MailServer:
    values = {"host": "127.0.0.1", "security": "none", "sender": "die8@stadt.example", **parts}
    return MailServer(port=port, **values)  # type: ignore[arg-type]


@pytest.fixture
def bag(tmp_path: Path) -> Mailbag:
    return Mailbag(tmp_path / "letters")


def put(bag: Mailbag, *letters: Letter) -> None:
    for letter in letters or (a_letter(),):
        assert bag.put(letter, "die8@stadt.example", NOW)


def stands(bag: Mailbag) -> dict[str, list[str]]:
    return {stand.value: keys for stand in Stand if (keys := bag.keys(stand))}


def test_a_letter_arrives_whole_with_plain_text_first(bag: Mailbag) -> None:
    sink = Sink()
    put(bag, a_letter(copy=("leitung@kli.example",), attachments=(Attachment("D8_KLI.xlsx", b"\x00bytes\r\n.\r\n"),)))

    with running(sink) as port:
        assert len(hand_over(bag, a_server(port), NOW).sent) == 1

    [message] = sink.taken
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    [attached] = message.iter_attachments()
    assert text is not None
    assert page is not None
    assert message["Subject"] == "Heute fällig: Klinikum"
    assert text.get_content().replace("\r\n", "\n") == "Guten Tag,\n.ein Punkt am Anfang\n"
    assert [part.get_content_type() for part in message.walk() if part.get_content_maintype() == "text"] == [
        "text/plain",
        "text/html",
    ]
    assert (attached.get_filename(), attached.get_content()) == ("D8_KLI.xlsx", b"\x00bytes\r\n.\r\n")
    assert sink.recipients == [["digital@kli.example", "leitung@kli.example"]]
    assert stands(bag) == {"sent": ["reminder_2026-Q3_KLI_abgabetag"]}


def test_the_same_letter_is_written_and_sent_once(bag: Mailbag) -> None:
    sink = Sink()
    put(bag)

    with running(sink) as port:
        hand_over(bag, a_server(port), NOW)
        assert not bag.put(a_letter(), "die8@stadt.example", NOW)
        hand_over(bag, a_server(port), NOW)

    assert len(sink.taken) == 1


def test_while_the_server_is_down_letters_wait(bag: Mailbag) -> None:
    sink = Sink()
    put(bag, a_letter("a"), a_letter("b"))
    with running(Sink()) as port:
        pass

    before = hand_over(bag, a_server(port), NOW)
    with running(sink, port):
        after = hand_over(bag, a_server(port), NOW)

    assert before.put_off == ["a", "b"]
    assert f"127.0.0.1:{port} nicht erreichbar" in before.problem
    assert after.sent == ["a", "b"]
    assert len(sink.taken) == 2


@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_what_is_put_off_is_offered_again(bag: Mailbag, where: str) -> None:
    sink = Sink(**{where: (lambda *_: "451 4.7.1 Greylisted")})
    put(bag, a_letter("a"), a_letter("b"))

    with running(sink) as port:
        first = hand_over(bag, a_server(port), NOW)
        setattr(sink, where, lambda *_: "250 OK")
        second = hand_over(bag, a_server(port), NOW + timedelta(minutes=15))

    assert (first.put_off, first.sent) == (["a", "b"], [])
    assert second.sent == ["a", "b"]
    assert len({message["Message-ID"] for message in sink.taken}) == 2


def test_what_is_put_off_for_days_is_given_up_and_told(bag: Mailbag) -> None:
    sink = Sink(on_rcpt=lambda _: "451 later")
    put(bag)

    with running(sink) as port:
        done = hand_over(bag, a_server(port), NOW + timedelta(days=4))

    assert done.refused == ["reminder_2026-Q3_KLI_abgabetag"]
    assert list(stands(bag)) == ["refused"]


@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_what_is_refused_is_told_and_the_others_go_out(bag: Mailbag, where: str) -> None:
    answers = iter(["550 5.1.1 unknown\x07 user", "250 OK"])
    sink = Sink(**{where: (lambda *_: next(answers))})
    put(bag, a_letter("a"), a_letter("b"))

    with running(sink) as port:
        done = hand_over(bag, a_server(port), NOW)

    assert (done.refused, done.sent) == (["a"], ["b"])
    assert "550 5.1.1 unknown" in (bag.folder / "journal.jsonl").read_text(encoding="utf-8")


def test_one_wrong_address_does_not_keep_the_letter_from_the_others(bag: Mailbag) -> None:
    sink = Sink(on_rcpt=lambda address: "550 unknown" if address.startswith("leitung") else "250 OK")
    put(bag, a_letter(copy=("leitung@kli.example",)))

    with running(sink) as port:
        done = hand_over(bag, a_server(port), NOW)

    assert sink.recipients == [["digital@kli.example"]]
    assert done.sent == done.refused == ["reminder_2026-Q3_KLI_abgabetag"]


def test_when_the_connection_ends_before_the_answer_the_letter_is_unclear_and_stays_so(bag: Mailbag) -> None:
    sink = Sink()
    sink.on_data = sink.cut
    put(bag, a_letter("a"), a_letter("b"))

    with running(sink) as port:
        first = hand_over(bag, a_server(port), NOW)
        sink.on_data = lambda: "250 OK"
        second = hand_over(bag, a_server(port), NOW)

    assert (first.unclear, first.put_off) == (["a"], ["b"])
    assert second.sent == ["b"]
    assert stands(bag) == {"sent": ["b"], "unclear": ["a"]}


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flows.outbox.mailbag import Mailbag
from flows.outbox.smtp import hand_over
from schemas.contacts import MailServer

server = MailServer(host="127.0.0.1", port=int(sys.argv[2]), security="none", sender="die8@stadt.example")
print("ready", flush=True)
sys.stdin.readline()
hand_over(Mailbag(Path(sys.argv[1])), server, datetime.now(UTC))
"""


def test_killed_during_the_handover_it_never_sends_twice(bag: Mailbag) -> None:
    sink = Sink()
    put(bag, a_letter("a"), a_letter("b"))

    with running(sink) as port:
        command = [sys.executable, "-c", KILLED, str(bag.folder), str(port)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def kill() -> str:
            os.kill(child.pid, signal.SIGKILL)
            return "250 OK"

        sink.on_data = kill
        child.communicate("go\n", timeout=60)
        sink.on_data = lambda: "250 OK"
        second = hand_over(bag, a_server(port), NOW)
        third = hand_over(bag, a_server(port), NOW)

    assert second.unclear == ["a"]
    assert second.sent == ["b"]
    assert not third.sent
    assert [str(message["Message-ID"]) for message in sink.taken].count(str(sink.taken[0]["Message-ID"])) == 1
    assert stands(bag) == {"sent": ["b"], "unclear": ["a"]}


def test_sent_again_by_a_person_it_has_the_same_message_id(bag: Mailbag) -> None:
    sink = Sink()
    put(bag)
    before, _ = bag.read(Stand.WAITING, "reminder_2026-Q3_KLI_abgabetag")
    bag.move(before.key, Stand.WAITING, Stand.UNCLEAR, NOW)
    bag.move(before.key, Stand.UNCLEAR, Stand.WAITING, NOW)

    with running(sink) as port:
        hand_over(bag, a_server(port), NOW)

    assert sink.taken[0]["Message-ID"] == before.message_id
    assert before.message_id.endswith("@stadt.example>")


def test_two_processes_do_not_send_at_once(bag: Mailbag) -> None:
    sink = Sink()
    put(bag)

    with running(sink) as port:
        with bag.held() as is_ours:
            assert is_ours
            assert not hand_over(bag, a_server(port), NOW).sent
        assert hand_over(bag, a_server(port), NOW).sent


def test_a_letter_to_nobody_is_left_to_people(bag: Mailbag) -> None:
    put(bag, a_letter(to=()))

    posted, content = bag.read(Stand.BY_HAND, "reminder_2026-Q3_KLI_abgabetag")

    assert posted.recipients == ()
    assert b"X-Unsent: 1" in content


@pytest.mark.parametrize("what", ["Betreff\r\nBcc: x@example.org", "Betreff\nBcc: x@example.org"])
def test_a_subject_of_two_lines_is_refused(bag: Mailbag, what: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        bag.put(a_letter(wording=Wording(what, "", "")), "die8@stadt.example", NOW)


def test_with_starttls_and_a_login_it_is_sent(bag: Mailbag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink, made = Sink(), certificates(tmp_path)
    monkeypatch.setenv("DIE8_MAIL_PASSWORD", PASSWORD)
    put(bag)

    with running(sink, context=made.context) as port:
        server = a_server(
            port,
            security="starttls",
            user="die8",
            password=SecretPlace(env="DIE8_MAIL_PASSWORD"),
            ca_file=str(made.ca_file),
        )
        assert hand_over(bag, server, NOW).sent

    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("name", "password", "is_trusted", "told"),
    [
        ("127.0.0.1", "falsch", True, "Anmeldung bei 127.0.0.1 abgelehnt (535)"),
        ("127.0.0.1", "", True, "DIE8_MAIL_PASSWORD fehlt"),
        ("127.0.0.1", PASSWORD, False, "dem Zertifikat von 127.0.0.1"),
        ("other.example", PASSWORD, True, "dem Zertifikat von 127.0.0.1"),
    ],
)
def test_without_trust_or_login_letters_wait_and_the_reason_is_told(
    bag: Mailbag,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    password: str,
    is_trusted: bool,
    told: str,
) -> None:
    sink, made = Sink(), certificates(tmp_path / "one", name)
    ca_file = made.ca_file if is_trusted else certificates(tmp_path / "two").ca_file
    monkeypatch.setenv("DIE8_MAIL_PASSWORD", password)
    put(bag)

    with running(sink, context=made.context) as port:
        server = a_server(
            port,
            security="starttls",
            user="die8",
            password=SecretPlace(env="DIE8_MAIL_PASSWORD"),
            ca_file=str(ca_file),
        )
        done = hand_over(bag, server, NOW)

    assert told in done.problem
    assert not sink.taken
    assert list(stands(bag)) == ["waiting"]
    assert PASSWORD not in "".join(
        path.read_text(encoding="utf-8", errors="replace") for path in bag.folder.rglob("*") if path.is_file()
    )
