"""The same facts are the same bytes: in another time zone, in another language, with other hashes."""

import json
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from schemas.editions import ENDINGS
from tests.transforms.report.outputs.quarters import full_facts, full_outputs
from transforms.report.outputs.making import make_outputs

ROOT = Path(__file__).parents[4]
PRINT_HASHES = """
import json
from hashlib import sha256
from tests.transforms.report.outputs.quarters import full_outputs
print(json.dumps({ending: sha256(content).hexdigest() for ending, content in full_outputs().items()}))
"""


def test_another_machine_makes_the_same_bytes() -> None:
    elsewhere = {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_HASHES],
        cwd=ROOT,
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == {name: sha256(content).hexdigest() for name, content in full_outputs().items()}


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_the_parts_of_a_package_carry_no_time_of_making(ending: str) -> None:
    with zipfile.ZipFile(BytesIO(full_outputs()[ending])) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_asked_for_is_made_and_nothing_else() -> None:
    assert list(full_outputs()) == list(ENDINGS)
    assert list(make_outputs(full_facts(), ("xlsx", "json"))) == ["xlsx", "json"]
