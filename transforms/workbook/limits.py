"""How big a delivery may be before it is refused unread (reliability.md §4, BSI APP.1.1)."""

from msgspec import Struct

MEGABYTE = 1_000_000


class Limits(Struct, frozen=True):
    """Upper bounds for one file. Whatever lies above is refused with F03, never cut off silently.

    Sizes are bytes. The defaults leave an honest return of a large organisation about a factor of 50.
    """

    file_bytes: int = 25 * MEGABYTE
    total_bytes: int = 300 * MEGABYTE
    """Sum of all parts of a container, unpacked."""
    part_bytes: int = 150 * MEGABYTE
    """One part of a container, unpacked."""
    ratio: int = 200
    """Unpacked to packed size of a part; counts only beyond ``ratio_from_bytes``, small parts pack well."""
    ratio_from_bytes: int = MEGABYTE
    entries: int = 2_000
    sheets: int = 50
    sheet_cells: int = 750_000
    workbook_cells: int = 750_000
    """About as many as the reading process has memory for; beyond it could no longer say why it gave up."""
    extent: int = 5_000_000
    """Rows x columns up to the last used cell. The value reader reserves memory for all of them: 20 million, which
    one stray cell reaches, take more than the child may have, and then nobody could name the cell."""
    text_spaces: int = 32_767
    """Spaces that an ods file may claim in one place (``text:c``); the value reader would write them out."""


DEFAULT_LIMITS = Limits()
