"""Build the wheel, install it alone, and take a quarter through it: what is shipped works without the checkout.

Run by ``make wheel-journey``. The packages it needs come from the environment that runs this script; the code comes
from the wheel only.
"""

import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, cwd: Path, expect: tuple[int, ...] = (0,)) -> str:
    """Run a command, show it, and stop the journey when it fails."""
    sys.stdout.write(f"$ {' '.join(Path(str(word)).name for word in words[:3])} …\n")
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode not in expect:
        sys.exit(f"exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """Go the whole way in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build = "import hatchling.build as b, sys; print(b.build_wheel(sys.argv[1]))"
        run(sys.executable, "-c", build, folder, cwd=ROOT)
        [wheel] = folder.glob("die8-*.whl")
        venv.create(folder / "env", with_pip=False)
        python = folder / "env" / "bin" / "python"
        site = folder / "env" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        run(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check",
            "--target", site, wheel, cwd=folder)  # fmt: skip
        # The dependencies of this environment, but not the checkout that is installed in it.
        (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        die8 = [python, "-m", "flows.cli", "--home", folder / "home"]
        where = run(python, "-c", "import flows; print(flows.__file__)", cwd=folder)
        assert str(site) in where, where
        out = run(*die8, "template", "--quarter", "2026-Q3", "--out", folder / "templates", cwd=folder)
        assert "D8_KLI_2026-Q3_v01.xlsx" in out
        run(*die8, "init", cwd=folder)
        samples = ROOT.parent / "shared" / "samples" / "2026-Q3"
        run(*die8, "submit", *sorted(samples.iterdir()), "--received-at", "2026-10-09", cwd=folder, expect=(1,))
        run(*die8, "report", "--quarter", "2026-Q3", "--now", "2026-10-20", cwd=folder)
        report = folder / "home" / "reports" / "2026-Q3" / "Lenkungskreis_2026-Q3.pdf"
        assert report.read_bytes().startswith(b"%PDF"), report
    sys.stdout.write("The wheel alone takes a quarter from the files to the report.\n")


if __name__ == "__main__":
    main()
