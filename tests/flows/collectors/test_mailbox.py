"""Returns by mail: from whom they may come, what counts as one, and that a mailbox is never changed."""

from collections.abc import Iterator
from copy import copy
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from msgspec.structs import replace

from flows.collectors.arrivals import Came
from flows.collectors.mail_trust import findings
from schemas.sources import ImapSource
from tests.flows.collectors.proxy import Fault, proxied
from tests.flows.collectors.servers import CANARY, Authority, Post, an_imap_server, opener
from tests.flows.collectors.visiting import (
    NOON,
    a_workbook,
    contents,
    deliveries,
    problem,
    remembered,
    visited,
)

# Connections that are cut off in the middle of a word leave sockets behind, in the test's process.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

KLI = "Digitalstelle <digital@klinikum.example>"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def post(authority: Authority) -> Iterator[Post]:
    with an_imap_server(authority) as server:
        yield server


def a_mail(*books: str, sender: str = KLI, number: int = 1, results: str = "") -> EmailMessage:
    """A mail with a workbook of each name; the workbook's content is its name."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "die8@stadt.example"
    mail["Subject"] = "Statusmeldung"
    mail["Message-ID"] = f"<{number}@klinikum.example>"
    if results:
        mail["Authentication-Results"] = results
    mail.set_content("Anbei die Meldung.")
    for book in books:
        mail.add_attachment(a_workbook(book), maintype="application", subtype="octet-stream", filename=book)
    return mail


def visit(source: ImapSource, **options: Any) -> list[Any]:
    return visited(opener(source, **options), **options)


def doubted(arrivals: list[Any]) -> dict[str, str]:
    return {one.name: one.doubt for item in arrivals if isinstance(item, Came) for one in item.doubted}


def test_each_attachment_is_a_delivery_of_its_sender(post: Post) -> None:
    names = ["Meldung Übersicht.xlsx", "b.ods", "alles.zip"]
    post.deliver(a_mail(*names))

    arrivals = visit(post.source)

    assert problem(arrivals) == ""
    assert contents(arrivals) == {name: a_workbook(name) for name in names}
    first = deliveries(arrivals)[0]
    assert first.sender == "digital@klinikum.example"
    assert first.organisations == {"KLI"}
    assert first.source["message_id"] == "<1@klinikum.example>"
    assert (first.source["spf"], first.source["dkim"]) == ("none", "none")


def test_a_whole_host_may_be_named_for_several(post: Post) -> None:
    post.deliver(a_mail("a.xlsx", sender="Wer auch immer <praktikum@Marketing.example>"))

    [delivery] = deliveries(visit(post.source))

    assert delivery.organisations == {"GTM", "KRG"}


def test_pictures_of_the_text_signatures_and_the_text_are_left_out(post: Post) -> None:
    mail = a_mail("a.xlsx")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", cid="<logo@x>")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="in.png", disposition="inline")
    mail.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    mail.add_attachment(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="foto.jpg")
    post.deliver(mail)

    assert set(contents(visit(post.source))) == {"a.xlsx", "foto.jpg"}


def test_the_attachments_of_a_forwarded_mail_count(post: Post) -> None:
    outer = a_mail(number=2)
    outer.add_attachment(a_mail("a.xlsx", sender="fremd@example.com"))
    post.deliver(outer)

    assert contents(visit(post.source)) == {"a.xlsx": a_workbook("a.xlsx")}


def test_a_sender_whom_nobody_named_is_doubted(post: Post) -> None:
    post.deliver(a_mail("a.xlsx", sender="digital@klinikum.example.evil.example"))

    arrivals = visit(post.source)

    assert deliveries(arrivals) == []
    assert doubted(arrivals) == {"a.xlsx": "parked_sender"}


def test_a_mail_with_two_senders_is_doubted(post: Post) -> None:
    raw = a_mail("a.xlsx").as_bytes().replace(b"\nTo:", b"\nFrom: fremd@example.com\nTo:", 1)
    post.deliver(raw)

    assert doubted(visit(post.source)) == {"a.xlsx": "parked_sender"}


@pytest.mark.parametrize(
    ("results", "is_taken"),
    [
        ("mx.stadt.example; spf=pass smtp.mailfrom=digital@klinikum.example; dkim=none", True),
        ("mx.stadt.example; dkim=pass header.d=klinikum.example", True),
        ("mx.stadt.example; spf=fail smtp.mailfrom=digital@klinikum.example; dkim=fail", False),
        ("mx.stadt.example; spf=pass smtp.mailfrom=x@evil.example; dkim=pass header.d=evil.example", False),
        ("mx.evil.example; spf=pass smtp.mailfrom=digital@klinikum.example", False),
        ("", False),
    ],
)
def test_a_sender_whom_the_own_server_did_not_confirm_is_doubted(results: str, is_taken: bool, post: Post) -> None:  # noqa: FBT001 - a case of the table
    post.deliver(a_mail("a.xlsx", results=results))

    arrivals = visit(replace(post.source, trusted_host="mx.stadt.example"))

    assert bool(deliveries(arrivals)) is is_taken
    assert doubted(arrivals) == ({} if is_taken else {"a.xlsx": "parked_unconfirmed"})


def test_only_the_first_result_of_the_own_server_counts() -> None:
    ours = "mx.stadt.example; spf=fail smtp.mailfrom=klinikum.example"
    forged = "mx.stadt.example; spf=pass smtp.mailfrom=klinikum.example"

    found = findings([ours, forged], "mx.stadt.example", "digital@klinikum.example")

    assert (found.spf, found.is_confirmed) == ("fail", False)


def test_a_comment_cannot_confirm_a_sender() -> None:
    words = "mx.stadt.example; spf=fail (x; dkim=pass header.d=klinikum.example) smtp.mailfrom=evil.example"

    assert not findings([words], "mx.stadt.example", "digital@klinikum.example").is_confirmed


def test_a_mail_is_fetched_once_and_the_mailbox_is_not_changed(post: Post) -> None:
    post.deliver(a_mail("a.xlsx"))
    before = post.flags()

    first = visit(post.source)
    second = visited(opener(post.source), remembered(first), now=LATER)

    assert len(deliveries(first)) == 1
    assert deliveries(second) == []
    assert [line for line in post.flags() if b"\\Seen" in line] == [line for line in before if b"\\Seen" in line]


def test_a_mailbox_that_was_made_anew_gives_everything_again(post: Post, authority: Authority) -> None:
    # Its numbers begin again: a memory by numbers alone would take new mails for old ones and lose them.
    post.deliver(a_mail("a.xlsx"))
    known = remembered(visit(post.source))

    with an_imap_server(authority) as anew:
        anew.deliver(a_mail("other.xlsx", number=2))
        arrivals = visited(opener(anew.source), known, now=LATER)

    assert set(contents(arrivals)) == {"other.xlsx"}


def test_an_empty_mailbox_is_no_problem(post: Post) -> None:
    assert problem(visit(post.source)) == ""


def test_a_wrong_password_is_told_after_one_try(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIE8_TEST_SECRET", "falsch-4712")

    told = problem(visit(post.source, retry_seconds=(3600,)))

    assert "lehnt die Anmeldung ab" in told
    assert "falsch-4712" not in told


def test_a_missing_folder_is_told(post: Post) -> None:
    assert "Den Mailordner Meldungen gibt es auf" in problem(visit(replace(post.source, folder="Meldungen")))


def test_a_certificate_of_an_unknown_authority_is_refused(post: Post) -> None:
    told = problem(visit(replace(post.source, ca_file=None), retry_seconds=(3600,)))

    assert "Das Zertifikat von 127.0.0.1" in told


def test_an_unknown_host_is_told(post: Post) -> None:
    told = problem(visit(replace(post.source, host="unknown.invalid")))

    assert "Der Rechnername unknown.invalid ist nicht bekannt" in told


@pytest.mark.parametrize("fault", [Fault(hangs=True), Fault(cuts_after=60_000), Fault(falls_silent_after=60_000)])
def test_a_server_that_hangs_cuts_or_falls_silent_is_given_up(fault: Fault, post: Post) -> None:
    mail = a_mail()
    mail.add_attachment(a_workbook(size=200_000), maintype="application", subtype="zip", filename="a.xlsx")
    post.deliver(mail)
    quick = {"connect_seconds": 1, "idle_seconds": 1, "total_seconds": 3, "retry_seconds": ()}

    with proxied(post.port) as proxy:
        proxy.fault = copy(fault)
        arrivals = visit(replace(post.source, port=proxy.port), **quick)

    assert deliveries(arrivals) == []
    assert problem(arrivals)


def test_a_server_that_breaks_off_once_is_asked_again(post: Post) -> None:
    mail = a_mail()
    mail.add_attachment(a_workbook(size=200_000), maintype="application", subtype="zip", filename="a.xlsx")
    post.deliver(mail)

    with proxied(post.port) as proxy:
        proxy.fault = Fault(cuts_after=60_000, times=1)
        arrivals = visit(replace(post.source, port=proxy.port))

    assert contents(arrivals) == {"a.xlsx": a_workbook(size=200_000)}


def test_no_message_holds_the_secret(post: Post) -> None:
    post.deliver(a_mail("a.xlsx"))

    assert CANARY not in repr([visit(post.source), visit(replace(post.source, folder="nirgends"))])
