"""Secrets, read at the moment of use from where die8.toml says that they are kept."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.secret import SecretPlace

if TYPE_CHECKING:
    from pydantic import SecretStr


class SecretError(Exception):
    """A secret is not where it should be; the text names the place and the remedy, never a value."""


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
        msg = f"the secret in {place} is missing or empty: put it there"
        raise SecretError(msg)
    return SecretStr(value)


def _credential(name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        msg = f"there is no credential {name}: start the service by systemd with LoadCredential={name}:/path"
        raise SecretError(msg)
    return Path(folder, name)


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                msg = f"others may read or change the secret in {path}: run chmod 0400 on it"
                raise SecretError(msg)
            return stream.read()
    except UnicodeDecodeError:
        msg = f"the secret in {path} is not UTF-8 text"
        raise SecretError(msg) from None
    except OSError as error:
        msg = f"the secret in {path} cannot be read ({error.strerror}): put it there, readable for this user (0400)"
        raise SecretError(msg) from None


def _from_prefect(name: str) -> str:
    from prefect.blocks.system import Secret

    try:
        value = Secret.load(name).get()  # type: ignore[union-attr]  # called outside a loop it waits itself
    except ValueError:
        msg = f"there is no Prefect Secret block {name}: create it on the board"
        raise SecretError(msg) from None
    except Exception as error:  # noqa: BLE001 - whatever Prefect raises may carry the value
        msg = f"the Prefect Secret block {name} cannot be loaded ({type(error).__name__}): is its server running?"
        raise SecretError(msg) from None
    return str(value)
