"""The programs that some tests look at our results with. Without one its tests skip, and say so loudly.

`.ci/run` installs all of them; a newcomer's machine needs none.
"""

import shutil

import pytest

OFFICE = shutil.which("soffice") or ""
PAINTER = shutil.which("pdftoppm") or ""
CHROMIUM = shutil.which("chromium") or ""
SMBD = (shutil.which("smbd") and shutil.which("pdbedit")) or ""
SYSTEMD_ANALYZE = shutil.which("systemd-analyze") or ""


def _without(program: str, found: str, tests: str, package: str) -> pytest.MarkDecorator:
    reason = f"SKIPPED {tests}: {program} is not installed (apt-get install {package})"
    return pytest.mark.skipif(not found, reason=reason)


needs_office = _without("soffice", OFFICE, "THE LIBREOFFICE TESTS", "libreoffice-calc-nogui")
needs_painter = _without("pdftoppm", PAINTER, "THE TESTS OF PICTURES", "poppler-utils")
needs_chromium = _without("chromium", CHROMIUM, "THE BROWSER TESTS", "chromium")
needs_samba = _without("smbd", SMBD, "THE TESTS OF WINDOWS SHARES", "samba")
needs_systemd = _without("systemd-analyze", SYSTEMD_ANALYZE, "THE TEST OF THE UNITS", "systemd")
NO_STRACE = "SKIPPED THE CRASH POINTS: strace is not installed, or may not trace here (apt-get install strace)"
NO_MOUNT = "SKIPPED THE FULL VOLUMES: no tmpfs can be mounted here, which only root may"
NOT_ROOT = "SKIPPED THE RIGHTS OF ANALYSTS: only root can become another user"
