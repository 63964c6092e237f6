"""Lists a place that shows its files folder by folder."""

from collections.abc import Callable, Iterable
from typing import Final

from flows.collectors.place import Listed, Listing, PlaceError
from schemas.reasons import told

FOLDERS: Final = 500
"""Who leaves a few files a quarter has fewer; more are somebody's whole drive."""


def walk(server: str, root: str, children: Callable[[str], Iterable[str | Listed]]) -> Listing:
    """List every file below ``root``; what one folder refuses does not keep the others from being listed.

    ``children`` gives what lies in a folder: its files, and the folders in it in the form in which it is asked for
    them. ``server`` is what a message calls the place.

    Raises:
        PlaceError: the root cannot be listed, the trouble may pass, or there are more folders than `FOLDERS`.
    """
    items: list[Listed] = []
    problems: list[str] = []
    folders = [root]
    for number, folder in enumerate(folders):
        try:
            for child in children(folder):
                if isinstance(child, Listed):
                    items.append(child)
                else:
                    folders.append(child)
        except PlaceError as error:
            if number == 0 or error.is_passing:
                raise
            problems.append(error.problem)
        if len(folders) > FOLDERS:
            raise PlaceError(told("too_many_folders", server=server, anzahl=FOLDERS))
    return Listing(tuple(items), tuple(problems))
