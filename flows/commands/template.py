"""``die8 template``: the workbooks that organisations fill in."""

from pathlib import Path

from flows.display import console
from flows.settings import Settings
from schemas.codes import organisations
from schemas.quarter import Quarter
from warehouse.durable import replace


def write_templates(settings: Settings, quarter: Quarter, org: str | None, out: Path, *, as_ods: bool = False) -> int:
    """Write one workbook per expected organisation, or for the one named, under its canonical name.

    Each holds what the organisation last reported and was accepted; without that it is the empty template. The format
    is the one that die8.toml names for the organisation, or ods for all.
    """
    from flows.inviting import expected_organisations, invitations
    from flows.usage import UsageError

    if org is not None and org not in organisations():
        msg = f"unknown organisation {org}; known are {', '.join(organisations())}"
        raise UsageError(msg)
    out.mkdir(parents=True, exist_ok=True)
    codes = (org,) if org else expected_organisations(settings)
    for invitation in invitations(settings, quarter, codes, "ods" if as_ods else None):
        path = out / invitation.file_name
        replace(path, invitation.content)
        source = f"mit den Angaben aus {invitation.source.in_tables}" if invitation.source else "leer"
        console().print(f"{path}  {organisations()[invitation.org_code].name}, {source}", soft_wrap=True)
    return 0
