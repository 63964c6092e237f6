"""``die8 init``: a commented configuration and the folders."""

from importlib.resources import files
from pathlib import Path

from flows.display import console
from flows.settings import Home
from warehouse.durable import replace


def initialise(path: Path) -> int:
    """Write die8.toml and make the folders; an existing die8.toml is left alone."""
    home = Home(path.absolute())
    home.make()
    out = console()
    if home.configuration.exists():
        out.print(f"{home.configuration} is there already and stays as it is.")
    else:
        replace(home.configuration, (files("flows") / "die8.toml").read_bytes())
        out.print(f"Wrote {home.configuration}: read it, change what differs, and check it with `die8 status`.")
    out.print(f"Returns are expected in {home.inbox}; `die8 collect` takes them in.")
    return 0
