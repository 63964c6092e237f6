"""A place is listed folder by folder, whatever one of its folders refuses."""

import pytest

from flows.collectors.place import Listed, PlaceError
from flows.collectors.walking import FOLDERS, walk

TREE = {"": ["a", "b", Listed("one.xlsx")], "a": [Listed("a/two.xlsx")], "b": [Listed("b/three.xlsx")]}


def test_every_file_below_the_root_is_listed() -> None:
    listing = walk("cloud.example", "", TREE.__getitem__)

    assert [item.path for item in listing.items] == ["one.xlsx", "a/two.xlsx", "b/three.xlsx"]


def refusing(folder: str, *, is_passing: bool) -> list[str | Listed]:
    if folder == "a":
        msg = "Ordner a ist gesperrt"
        raise PlaceError(msg, is_passing=is_passing)
    return TREE[folder]


def test_a_folder_that_refuses_is_told_and_the_others_are_listed() -> None:
    listing = walk("cloud.example", "", lambda folder: refusing(folder, is_passing=False))

    assert listing.problems == ("Ordner a ist gesperrt",)
    assert [item.path for item in listing.items] == ["one.xlsx", "b/three.xlsx"]


@pytest.mark.parametrize(("root", "is_passing"), [("a", False), ("", True)])
def test_a_root_that_refuses_and_a_trouble_that_may_pass_end_the_listing(root: str, is_passing: bool) -> None:  # noqa: FBT001
    with pytest.raises(PlaceError, match="Ordner a ist gesperrt"):
        walk("cloud.example", root, lambda folder: refusing(folder, is_passing=is_passing))


def test_a_whole_drive_is_not_searched() -> None:
    with pytest.raises(
        PlaceError,
        match=f"Auf cloud.example liegen .* mehr als {FOLDERS} Ordner. Bitte in die8.toml einen Ordner weiter unten",
    ):
        walk("cloud.example", "", lambda folder: [f"{folder}/x", f"{folder}/y"])
