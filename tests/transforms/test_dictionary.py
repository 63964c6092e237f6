"""The generated documents: complete, and equal to the files in docs/."""

from pathlib import Path

import pytest

from schemas.codes import code_lists, indicators
from schemas.contract import Required, TableKind, tables
from transforms.contract_texts import requirement, texts
from transforms.dictionary import data_dictionary, filling_guide
from warehouse.views import views

DOCS = Path(__file__).parents[2] / "docs"


def test_the_dictionary_describes_every_field_on_a_line_of_its_own() -> None:
    lines = data_dictionary(views().values()).splitlines()

    for table in tables().values():
        section = lines.index(f"## `{table.name}`")
        end = next(n for n, line in enumerate(lines) if n > section and line.startswith("## "))
        for field in table.fields.values():
            [line] = [line for line in lines[section:end] if line.startswith(f"| `{field.name}` |")]
            assert field.label in line
            assert field.description in line


def test_the_dictionary_explains_every_view_and_each_of_its_columns() -> None:
    lines = data_dictionary(views().values()).splitlines()

    for view in views().values():
        section = lines.index(f"### `report.{view.name}`")
        assert lines[section + 2] == view.comment
        rows = lines[section + 6 : section + 6 + len(view.columns)]
        assert [row.split(" | ")[0] for row in rows] == [f"| `{name}`" for name in view.columns]


def test_the_dictionary_lists_every_code_and_every_indicator() -> None:
    text = data_dictionary(views().values())

    for code_list in code_lists().values():
        assert all(f"| `{code}` |" in text for code in code_list.codes)
    assert all(indicator.name in text for indicator in indicators().values())


def test_the_filling_guide_explains_every_field_that_offices_fill_in() -> None:
    lines = filling_guide().splitlines()

    for table in tables().values():
        if table.kind is TableKind.REGISTER:
            continue
        section = lines.index(f"## {table.sheet}")
        end = next(n for n, line in enumerate(lines) if n > section and line.startswith("## "))
        for field in table.fields.values():
            assert any(
                line.startswith((f"| {field.label} |", f"| {field.label} ▪ |")) and requirement(field) in line
                for line in lines[section:end]
            ), field.label


def test_table_lines_keep_their_number_of_columns_when_a_cell_holds_a_bar() -> None:
    for document in (data_dictionary(views().values()), filling_guide()):
        columns = None
        for line in document.splitlines():
            if not line.startswith("|"):
                columns = None
                continue
            count = line.replace("\\|", "").count("|")
            assert columns in (None, count), line
            columns = count


def test_each_condition_of_the_contract_has_its_words_and_none_is_left_over() -> None:
    conditions = {
        field.condition
        for table in tables().values()
        for field in table.fields.values()
        if field.required is Required.CONDITIONAL
    }

    assert conditions == set(texts("condition"))


@pytest.mark.parametrize(
    ("file_name", "generated"),
    [("data-dictionary.md", data_dictionary(views().values())), ("ausfuellhilfe.md", filling_guide())],
)
def test_the_documents_in_docs_are_current(file_name: str, generated: str) -> None:
    assert (DOCS / file_name).read_text(encoding="utf-8") == generated
