"""Nothing that knows a field may drift from the contract."""

from schemas.contract import TEMPLATE_VERSION, TEMPLATE_VERSIONS, FieldType, Required, layouts, register, tables
from schemas.frames import conditions, dtypes, pandera_schema
from schemas.stored import COLUMN_TYPES, row_tables, stored_tables
from schemas.tabular import read_definitions
from transforms.dictionary import data_dictionary


def test_every_field_of_the_contract_is_a_column_of_its_table_in_the_same_order() -> None:
    for name in row_tables():
        assert stored_tables()[name].field_names == tuple(tables()[name].fields)


def test_organisation_and_quarter_of_a_submission_are_stored_once() -> None:
    columns = list(stored_tables()["submission"].columns)

    assert len(columns) == len(set(columns))
    assert set(tables()["submission"].fields) <= set(columns)


def test_every_table_and_field_has_exactly_one_english_sentence() -> None:
    written = [(row["table"], row["field"]) for row in read_definitions("comments")]
    wanted = {(name, "") for name in stored_tables()} | {
        (name, field) for name, table in tables().items() for field in table.fields
    }

    assert len(written) == len(set(written))
    assert set(written) == wanted
    assert all(row["comment"].endswith(".") for row in read_definitions("comments"))


def test_comments_carry_the_label_that_people_see() -> None:
    for name, table in tables().items():
        for field in table.fields.values():
            column = stored_tables()[name].columns[field.name]
            if column.field is not None:
                assert f"„{field.label}“" in column.comment


def test_every_field_type_has_a_column_type() -> None:
    assert set(COLUMN_TYPES) == set(FieldType)


def test_keys_must_be_given_and_other_fields_may_be_missing() -> None:
    for name in row_tables():
        columns = stored_tables()[name].columns
        for field in tables()[name].fields:
            assert columns[field].is_required == (field in tables()[name].key)


def test_the_pandera_schema_holds_the_columns_types_and_conditions_of_the_stored_table() -> None:
    for name, table in stored_tables().items():
        schema = pandera_schema(name)
        assert list(schema.columns) == list(table.columns)
        for column in table.columns.values():
            checked = schema.columns[column.name]
            assert checked.dtype.type == dtypes(name)[column.name]
            assert checked.nullable == (not column.is_required)
            asked = {text for text in conditions(name).get(column.name, {}) if text != "is given"}
            assert {check.name for check in checked.checks} == asked


def test_code_lists_patterns_and_ranges_of_the_contract_become_conditions() -> None:
    for name, table in tables().items():
        for field in table.fields.values():
            if stored_tables()[name].columns[field.name].field is None:
                continue
            asked = " ".join(conditions(name).get(field.name, {}))
            assert (f"is a code of {field.code_list}" in asked) == bool(field.code_list)
            assert (f"matches {field.pattern}" in asked) == bool(field.pattern)
            assert (f"is at least {field.lowest}" in asked) == (field.lowest is not None)
            assert (f"is at most {field.highest}" in asked) == (field.highest is not None)


def test_the_reader_knows_a_heading_for_every_field() -> None:
    for layout in layouts().values():
        for name, table in layout.tables.items():
            assert list(layout.headings[name]) == list(table.fields)
            assert all(layout.headings[name][field.name][0] == field.label for field in table.fields.values())


def test_the_newest_template_asks_for_all_that_the_contract_has() -> None:
    assert list(layouts()) == list(TEMPLATE_VERSIONS)
    assert layouts()[TEMPLATE_VERSION].tables == tables()


def test_what_a_later_template_adds_was_no_duty_before() -> None:
    """Old rows hold nothing there: it can be no key, and no duty in the Beschlussbuch, which names no version."""
    later = [field for table in tables().values() for field in table.fields.values() if field.since != "1.0"]

    assert {field.since for table in tables().values() for field in table.fields.values()} <= set(TEMPLATE_VERSIONS)
    assert not [field for field in later if field.name in tables()[field.table].key]
    assert not [field for field in later if field.table == register().name and field.required is not Required.NO]


def test_the_data_dictionary_has_a_line_for_every_field() -> None:
    written = data_dictionary(())

    for table in tables().values():
        for field in table.fields.values():
            assert f"| `{field.name}` | {field.label} |" in written


def test_the_data_dictionary_has_a_line_for_every_stored_column() -> None:
    written = data_dictionary(())

    for name, table in stored_tables().items():
        assert f"{name}`" in written
        for column in table.columns.values():
            assert f"| `{column.name}` |" in written, (name, column.name)
    for column in ("verdict", "message", "column_letters", "is_incomplete", "superseded_at"):
        assert f"| `{column}` |" in written
