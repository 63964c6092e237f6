"""One Vega-Lite specification to SVG. Imports next to nothing: a process of its own waits for it (flows.drawing)."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite spec; the library's edge, hence Any."""

ToSvg: TypeAlias = Callable[[Spec], str]
"""Draws one specification as SVG."""


def to_svg(spec: Spec) -> str:
    """Draw a Vega-Lite specification with vl-convert, measuring texts with the face that they will be set in."""
    return str(_engine().vegalite_to_svg(spec))


@cache
def _engine() -> Any:  # noqa: ANN401 - the module vl_convert has no stubs
    """Give the engine, which reads no file and asks no server, whatever a specification says."""
    import vl_convert  # noqa: PLC0415 - not needed where another process draws

    face = find_spec("fontpkg_source_sans_3")
    for folder in face.submodule_search_locations or () if face else ():
        vl_convert.register_font_directory(f"{folder}/files")
    vl_convert.configure(base_url=False, allowed_base_urls=[])
    return vl_convert
