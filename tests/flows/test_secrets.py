"""Secrets are read where die8.toml says; who else could read them is told."""

from pathlib import Path

import pytest

from flows.secrets import SecretError, read_secret
from schemas.secret import SecretPlace

CANARY = "Kanarienvogel-4711"


def a_file(folder: Path, mode: int = 0o400) -> Path:
    path = folder / "password"
    path.write_text(f"{CANARY}\n", "utf-8")
    path.chmod(mode)
    return path


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIE8_PASSWORD", CANARY)

    secret = read_secret(SecretPlace(env="DIE8_PASSWORD"))

    assert secret.get_secret_value() == CANARY
    assert CANARY not in f"{secret!r} {secret}"


def test_a_secret_comes_from_a_file_without_its_line_break(tmp_path: Path) -> None:
    secret = read_secret(SecretPlace(file=str(a_file(tmp_path))))

    assert secret.get_secret_value() == CANARY


def test_a_secret_comes_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    assert read_secret(SecretPlace(credential="password")).get_secret_value() == CANARY


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o420])
def test_a_file_that_others_may_touch_is_refused(mode: int, tmp_path: Path) -> None:
    path = a_file(tmp_path, mode)

    with pytest.raises(SecretError, match="chmod 0400") as refusal:
        read_secret(SecretPlace(file=str(path)))

    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(
    "place", [SecretPlace(env="DIE8_NOT_SET"), SecretPlace(file="/nowhere/at/all"), SecretPlace(credential="absent")]
)
def test_a_missing_secret_is_told_with_its_place(place: SecretPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    with pytest.raises(SecretError, match=place.given[1]):
        read_secret(place)
