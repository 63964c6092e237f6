-- What did a correction change, cell by cell?
--
-- Any two versions of a return can be compared, also the first with the third.
select table_name, row_key, field, value_before, value_after, cell_before, cell_after, reason
from report.version_differences
where org_code = 'KLI' and report_quarter = '2026-Q2' and version_before = 1 and version_after = 2
order by table_name, row_key, field
