"""A place and its text are the same thing said twice."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.place import Place

names = st.text(st.characters(exclude_characters="!", exclude_categories=["Cs"]), min_size=1, max_size=31)
numbers = st.none() | st.integers(1, 16384)


@given(sheet=names, row=numbers, column=numbers)
def test_any_place_is_read_back_from_its_text(sheet: str, row: int | None, column: int | None) -> None:
    assert Place.of(str(Place(sheet, row, column))) == Place(sheet, row, column)
