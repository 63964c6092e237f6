"""The pages in docs/ that are made from the definitions: ``make docs`` renews them, a test keeps them true."""

from collections.abc import Mapping
from pathlib import Path

from warehouse.durable import replace


def pages() -> Mapping[str, str]:
    """The generated pages by file name."""
    from flows.cli import app
    from transforms.dictionary import data_dictionary, filling_guide
    from transforms.dictionary_page import dictionary_page
    from transforms.rule_guide import rule_guide
    from warehouse.views import views

    return {
        "data-dictionary.md": data_dictionary(views().values()),
        "data-dictionary.html": dictionary_page(views().values()),
        "ausfuellhilfe.md": filling_guide(),
        "regeln.md": rule_guide(),
        "commands.md": app.generate_docs(output_format="markdown", include_hidden=False, heading_level=1),
    }


def main(folder: Path = Path("docs")) -> None:
    """Write every generated page."""
    for name, text in pages().items():
        replace(folder / name, text.rstrip("\n").encode() + b"\n")


if __name__ == "__main__":
    main()
