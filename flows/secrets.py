"""Secrets, read at the moment of use from where die8.toml says that they are kept."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.reasons import told
from schemas.secret import SecretPlace

if TYPE_CHECKING:
    from pydantic import SecretStr


class SecretError(Exception):
    """A secret is not where it should be; the German text names the place and the remedy, never a value."""


def read_secret(place: SecretPlace) -> "SecretStr":
    """Read a secret; a line break at its end, which editors add to files, does not belong to it.

    Raises:
        SecretError: it is missing or empty, or others may read its file.
    """
    from pydantic import SecretStr

    kind, name = place.given
    match kind:
        case "env":
            value = os.environ.get(name, "")
        case "file":
            value = _from_file(Path(name))
        case "credential":
            value = _from_file(_credential(name))
        case _:
            value = _from_prefect(name)
    value = value.rstrip("\r\n")
    if not value:
        raise SecretError(told("secret_missing", ort=place))
    return SecretStr(value)


def _credential(name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretError(told("secret_no_credential", name=name))
    return Path(folder, name)


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretError(told("secret_open", datei=path))
            return stream.read()
    except UnicodeDecodeError:
        raise SecretError(told("secret_no_text", datei=path)) from None
    except OSError as error:
        raise SecretError(told("secret_unreadable", datei=path, fehler=error.strerror)) from None


def _from_prefect(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        value = Secret.load(name).get()  # type: ignore[union-attr]  # called outside a loop it waits itself
    except ValueError:
        raise SecretError(told("secret_no_block", name=name)) from None
    except Exception as error:  # noqa: BLE001 - whatever Prefect raises may carry the value
        raise SecretError(told("secret_block_unread", name=name, fehler=type(error).__name__)) from None
    return str(value)
