"""Where a password or key is kept. die8.toml names the place and never holds the secret itself."""

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from schemas.checked_values import Before, Configured

REMEDY = (
    'a secret must not stand in die8.toml: write { env = "VARIABLE" }, { file = "/path" }, { credential = "name" } '
    'or { prefect = "block" }, and change the secret that stood here'
)

_FORMS = {
    "env": r"[A-Z_][A-Z0-9_]*",
    "file": r"\S.*",
    "credential": r"[A-Za-z0-9_.\-]+",
    "prefect": r"[a-z0-9\-]+",
}


class SecretPlace(Configured, frozen=True):
    """One place of a secret: exactly one of the four is given."""

    env: str | None = None
    """Name of an environment variable."""
    file: str | None = None
    """A file that only the service's user may read (mode 0400)."""
    credential: str | None = None
    """Name of a systemd credential (``LoadCredential=``)."""
    prefect: str | None = None
    """Name of a Prefect Secret block."""

    def __str__(self) -> str:
        kind, name = self.given
        return f"{kind} {name}"

    @property
    def given(self) -> tuple[str, str]:
        """Which of the four, and its name."""
        return next((kind, value) for kind in _FORMS if (value := getattr(self, kind)) is not None)


def _named(value: Any) -> Any:  # noqa: ANN401 - whatever stands in die8.toml
    # Judged before Pydantic does, whose messages would repeat the value: it may be the secret.
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(REMEDY)
    [(kind, name)] = value.items()
    form = _FORMS.get(kind)
    if form is None or not isinstance(name, str) or re.fullmatch(form, name) is None:
        raise ValueError(REMEDY)
    return value


SecretReference: TypeAlias = Annotated[SecretPlace, Before(_named)]
"""The type of a field that names a secret: ``password = { env = "DIE8_KLI_PASSWORD" }``."""


def without_user_info(*schemes: str) -> Callable[[str], str]:
    """Make a check for addresses of one of the schemes: no password in it, and nothing in plain text over a network.

    What the check says never repeats the address.
    """

    def check(url: str) -> str:
        from urllib.parse import urlsplit  # noqa: PLC0415 - only where a source has an address

        parts = urlsplit(url)
        if "@" in parts.netloc:
            msg = f"name and password must not stand in an address: write user = …, and password as a place; {REMEDY}"
            raise ValueError(msg)
        if not parts.hostname:
            msg = f"an address begins with {schemes[0]}:// and a host"
            raise ValueError(msg)
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme not in schemes and not (parts.scheme == "http" and "https" in schemes and is_here):
            msg = f"an address begins with {schemes[0]}://; passwords and files do not travel in plain text"
            raise ValueError(msg)
        if parts.query or parts.fragment:
            msg = "an address ends before ? and #: such keys may be secrets"
            raise ValueError(msg)
        return url

    return check
