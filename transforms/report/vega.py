"""One Vega-Lite specification to SVG. Imports next to nothing: a process of its own waits for it (flows.drawing)."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite spec; the library's edge, hence Any."""

ToSvg: TypeAlias = Callable[[Spec], str]
"""Draws one specification as SVG."""

_registered: list[str] = []


def to_svg(spec: Spec) -> str:
    """Draw a Vega-Lite specification with vl-convert, measuring texts with the face that they will be set in."""
    import vl_convert  # noqa: PLC0415 - not needed where another process draws

    if not _registered:
        face = find_spec("fontpkg_source_sans_3")
        for folder in face.submodule_search_locations or () if face else ():
            vl_convert.register_font_directory(f"{folder}/files")
            _registered.append(folder)
    return str(vl_convert.vegalite_to_svg(spec))
