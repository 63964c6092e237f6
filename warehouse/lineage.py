"""From the source of a figure to the cell of the submitted file."""

FINDINGS = "finding"
"""The table whose sources are counted findings: their row is the finding's position."""

PLACES = f"""
from stream as s
left join history.source_column as c
  on c.submission_id = s.submission_id
  and c.table_name = s.table_name
  and c.field = s.field
  and (c.source_row is not null or c.source_sheet = s.source_sheet)
left join history.finding as f
  on s.table_name = '{FINDINGS}'
  and f.submission_id = s.submission_id
  and f.position = s.source_row
"""
"""Joins ``stream`` (submission_id, table_name, field, source_sheet, source_row) with where it stands."""

SHEET = "coalesce(c.source_sheet, f.sheet, if(s.source_row is null, null, s.source_sheet))"
ROW = f"if(s.table_name = '{FINDINGS}', null, coalesce(c.source_row, s.source_row))"
CELL = "coalesce(c.source_sheet || '!' || c.column_letters || coalesce(c.source_row, s.source_row), f.cell)"
"""Of the rows of `PLACES`: sheet, row and cell. All three are null for what stands in no file, such as its receipt."""
