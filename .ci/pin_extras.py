"""Pin packages with extras under their plain name too: pip 23 asks for both when it checks hashes.

Run by ``make requirements`` on the files it has just made.
"""

import re
import sys
from pathlib import Path

_BLOCK = re.compile(r"^([\w.-]+)\[[^]]+\](==[^ ]+ \\\n(?:    --hash=[^\n]+\n)+)", re.MULTILINE)


def main() -> None:
    """Write each file again with the additional blocks."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(_BLOCK.sub(r"\1\2\g<0>", path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
