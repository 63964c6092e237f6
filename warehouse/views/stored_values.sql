-- Every value of every accepted version as text, one per row, with the cell that it was read from.
--
-- submission_id = project.submission_id
-- table_name = source_column.table_name
-- row_key: What names the row: KLI-001, KLI-001/2; of Zusammenarbeit all that the row says; of the Deckblatt nothing.
-- field = source_column.field
-- value_text: The value as text: dates as in ISO 8601, numbers with a point, lists in brackets; null when not given.
-- cell: Where it stands in the submitted file, such as Projekte!F12; null when that is not known.
create or replace view report.stored_values as
select
    v.submission_id,
    v.table_name,
    v.row_key,
    v.field,
    v.value_text,
    c.source_sheet || '!' || c.column_letters || coalesce(v.source_row, c.source_row) as cell
from history.stored_value as v
left join history.source_column as c
    on c.submission_id = v.submission_id
    and c.table_name = v.table_name
    and c.field = v.field
    and c.source_sheet = coalesce(v.source_sheet, c.source_sheet)
