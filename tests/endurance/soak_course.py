"""What happens around ``die8 up`` in the quarter of the soak test: who lays what into the inbox, and when."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from flows.clock import BERLIN
from tests.flows.mail_sink import PASSWORD
from tests.samples import SAMPLES

QUARTER = "2026-Q3"
FIRST, LAST = datetime(2026, 9, 29, 3, tzinfo=BERLIN), datetime(2026, 11, 4, 3, tzinfo=BERLIN)
RELEASED = datetime(2026, 10, 29, 10, tzinfo=BERLIN).astimezone(UTC)
SECRETS = {"DIE8_SOAK_MAIL": PASSWORD}
OFFICES = ("BIB", "SWG", "VHS", "KLI", "SPK", "CGT", "KRG", "GTM")
CONFIGURATION = """
[[sources]]
name = "inbox"
kind = "folder"
path = "inbox"

[collection]
settle_seconds = 1
incomplete_minutes = 600

[mail]
host = "127.0.0.1"
port = {mail}
user = "die8"
password = {{ env = "DIE8_SOAK_MAIL" }}
ca_file = "{ca_file}"
sender = "die8@stadt.example"
data_team = ["datenteam@stadt.example"]

[schedules]
collect = "7 7,12,16 * * *"

[prefect]
port = {port}
"""
CONTACT = """
[[contacts]]
org = "{org}"
mail = ["digital@{name}.example"]
escalation = ["leitung@{name}.example"]
folder = "inbox/{org}"
"""


@dataclass(frozen=True)
class Drop:
    """A file that somebody lays into the inbox, or a part of it."""

    at: datetime
    name: str
    content: bytes
    is_whole: bool = True


def configuration(mail: int, ca_file: Path, port: int) -> str:
    """The die8.toml of the installation; every organisation has a mailbox and a folder."""
    contacts = [CONTACT.format(org=org, name=org.lower()) for org in OFFICES]
    return "".join([CONFIGURATION.format(mail=mail, ca_file=ca_file, port=port), *contacts])


def drops() -> list[Drop]:
    """Everything that is handed in, in the order of time: with errors, corrected, twice, in pieces, late, rubbish."""
    return sorted(_drops(), key=lambda drop: drop.at)


def _drops() -> Iterator[Drop]:
    klinikum, works = "D8_KLI_2026-Q3_v01.xlsx", "Statusbericht Stadtwerke 2026-Q3 final.xlsx"
    school = "D8_VHS_2026-Q3_v01.xlsx"
    yield _sample(5, 9, "D8_BIB_2026-Q3_v01.ods")
    yield _sample(5, 14, "GTM_2026-Q3.zip")
    yield _sample(6, 10, klinikum)
    yield _sample(6, 10, f"~${klinikum}")
    yield _sample(8, 11, "D8_CGT_2026-Q3_v01.xlsx")
    yield _sample(8, 11, "leer.xlsx")
    yield _sample(8, 13, "Lenkungskreis Einladung.txt")
    yield _sample(9, 8, "sparkasse_2026-q3.xlsx")
    yield _sample(12, 9, works)
    yield _sample(13, 10, f"Kopie von {works}")
    yield Drop(_at(14, 9), "D8_KLI_2026-Q3_v02.xlsx", _corrected(klinikum))
    whole = _content(school)
    yield Drop(_at(15, 11), school, whole[: len(whole) * 6 // 10], is_whole=False)
    yield Drop(_at(15, 13), school, whole)
    yield Drop(_at(20, 15), "gelöscht und neu.xlsx", random.Random(6).randbytes(5000))  # noqa: S311 - the same each time
    yield _sample(23, 9, "KulturRaeume_2026-Q3.xls")
    yield Drop(_at(27, 9), "D8_KLI_2026-Q3_v03.xlsx", _corrected(klinikum, "Nachtrag nach Redaktionsschluss"))


def _sample(day: int, hour: int, name: str) -> Drop:
    return Drop(_at(day, hour), name, _content(name))


def _content(name: str) -> bytes:
    return (SAMPLES / QUARTER / name).read_bytes()


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=BERLIN).astimezone(UTC)


def _corrected(name: str, reason: str = "Befunde berichtigt") -> bytes:
    """The sample as its office corrects it: the reason stands on the cover."""
    book = load_workbook(BytesIO(_content(name)))
    book["Deckblatt"].append(["Grund der Korrektur", reason])
    target = BytesIO()
    book.save(target)
    return target.getvalue()
