"""Processes of our own: what they may know of ours."""

import os
from pathlib import Path

import flows

_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT", "TZ")
"""Of our own environment only what Python needs to start; passwords of shares and mailboxes stay here."""


def environment() -> dict[str, str]:
    """Let a process find our packages wherever they lie, checkout or wheel, and nothing else of our settings."""
    root = Path(flows.__file__).resolve().parent.parent
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
