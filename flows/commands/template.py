"""``die8 template``: the workbooks that organisations fill in."""

from pathlib import Path

from flows.display import console
from flows.settings import Settings
from schemas.codes import organisations, the_eight
from schemas.quarter import Quarter
from warehouse.durable import replace


def write_templates(settings: Settings, quarter: Quarter, org: str | None, out: Path) -> int:
    """Write one workbook per expected organisation, or for the one named, under its canonical name."""
    from flows.usage import UsageError
    from transforms.workbook.template import write_template

    if org is not None and org not in organisations():
        msg = f"unknown organisation {org}; known are {', '.join(organisations())}"
        raise UsageError(msg)
    codes = (org,) if org else settings.configuration.expected or the_eight()
    out.mkdir(parents=True, exist_ok=True)
    for code in codes:
        path = out / f"D8_{code}_{quarter}_v01.xlsx"
        replace(path, write_template(code, quarter))
        console().print(f"{path}  {organisations()[code].name}")
    return 0
