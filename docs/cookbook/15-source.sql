-- From which cell of which file does a number come?
select s.file_name, v.cell, v.value_text, s.received_on, left(f.sha256, 12) as sha256
from report.stored_values as v
join report.versions as s using (submission_id)
join history.submission as f using (submission_id)
where s.report_quarter = '2026-Q3' and v.row_key = 'KLI-001' and v.field = 'actual_cum' and s.state = 'current'
