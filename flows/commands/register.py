"""``die8 register``: the Beschlussbuch that the city's department keeps."""

from pathlib import Path
from typing import TYPE_CHECKING

from flows.display import console
from flows.settings import Settings
from schemas.contract import register
from warehouse.durable import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.submission import Value


def write_book(settings: Settings, out: Path) -> int:
    """Write the Beschlussbuch with the decisions that are known, ready to be continued after a meeting."""
    from transforms.workbook.register import write_register

    known = _known(settings)
    out.parent.mkdir(parents=True, exist_ok=True)
    replace(out, write_register(known))
    console().print(f"{out}  {len(known)} decisions", soft_wrap=True)
    return 0


def _known(settings: Settings) -> "list[Mapping[str, Value]]":
    if not settings.home.published.exists():
        return []
    from warehouse.reading import query

    fields = tuple(register().fields)
    rows = query(settings.home.published, f"select {', '.join(fields)} from decision order by decision_no").rows
    return [dict(zip(fields, row, strict=True)) for row in rows]  # type: ignore[arg-type]  # as the contract types them
