"""What die8.toml says of sources; a secret in it is refused and not repeated."""

import pytest

from schemas.configuration import ConfigurationError, parse_configuration
from schemas.secret import SecretPlace
from schemas.sources import KINDS, ImapSource, Sender, SftpSource, WebdavSource

CANARY = "Kanarienvogel-4711"

WEBDAV = '[[sources]]\nname = "cloud"\nkind = "webdav"\nurl = "https://cloud.example/remote.php/dav/files/die8"\n'


def test_a_source_names_where_its_secret_is_kept() -> None:
    text = f'{WEBDAV}organisations = ["KLI"]\nuser = "die8"\npassword = {{ env = "DIE8_CLOUD" }}'

    [source] = parse_configuration(text, "die8.toml").sources

    assert isinstance(source, WebdavSource)
    assert (source.organisations, source.password) == (("KLI",), SecretPlace(env="DIE8_CLOUD"))


def test_a_mailbox_lists_who_may_send_for_whom() -> None:
    text = """
[[sources]]
name = "mail"
kind = "imap"
host = "mail.example"
user = "die8"
password = { credential = "mail" }
senders = [
  { address = "digital@klinikum.example", organisations = ["KLI"] },
  { address = "@marketing.example", organisations = ["GTM", "KRG"] },
]
"""

    [source] = parse_configuration(text, "die8.toml").sources

    assert isinstance(source, ImapSource)
    assert source.senders[1] == Sender(address="@marketing.example", organisations=("GTM", "KRG"))


def test_an_sftp_server_needs_its_host_key() -> None:
    head = '[[sources]]\nname = "a"\nkind = "sftp"\nurl = "sftp://host/in"\nuser = "u"\nkey = { file = "/k" }\n'

    [source] = parse_configuration(f'{head}host_key = "ssh-ed25519 AAAAC3Nz"', "die8.toml").sources
    with pytest.raises(ConfigurationError, match=r"line 1: sources\.0\.host_key: this key is missing"):
        parse_configuration(head, "die8.toml")

    assert isinstance(source, SftpSource)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (f'password = "{CANARY}"', "password"),
        (f'password = {{ value = "{CANARY}" }}', "password"),
        (f'password = {{ env = "{CANARY}" }}', "password"),
        (f'password = {{ env = "A", file = "{CANARY}" }}', "password"),
        (f'password = ["{CANARY}"]', "password"),
        (f'pasword = "{CANARY}"', "pasword"),
        (f'user = ["{CANARY}"]', "user"),
    ],
)
def test_a_secret_is_refused_with_line_and_remedy_and_is_not_repeated(line: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(f"{WEBDAV}{line}", "die8.toml")

    told = str(refusal.value)
    assert told.startswith(f"die8.toml, line 5: sources.0.{key}: ")
    assert CANARY not in told


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        (f"https://die8:{CANARY}@cloud.example/x", "must not stand in an address"),
        ("http://cloud.example/x", "plain text"),
        (f"https://cloud.example/x?token={CANARY}", "ends before"),
        ("cloud.example", "begins with https://"),
    ],
)
def test_an_address_that_would_betray_something_is_refused(url: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(f'[[sources]]\nname = "a"\nkind = "webdav"\nurl = "{url}"', "die8.toml")

    told = str(refusal.value)
    assert told.startswith("die8.toml, line 4: sources.0.url: ")
    assert remedy in told
    assert CANARY not in told


def test_an_unknown_kind_is_told_with_the_known_ones_and_nothing_else() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        parse_configuration(f'[[sources]]\nname = "a"\nkind = "ftp"\npassword = "{CANARY}"', "die8.toml")

    told = str(refusal.value)
    assert told.startswith("die8.toml, line 3: sources.0.kind: ")
    assert all(repr(kind) in told for kind in KINDS)
    assert CANARY not in told
