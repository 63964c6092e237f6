-- Which projects are red, for how long, and for what reason?
select s.project_id, s.title, s.trend, s.red_quarters, p.cause_code, p.status_reason
from report.project_states as s
join project as p using (report_quarter, org_code, project_id)
where s.report_quarter = '2026-Q3' and s.light = 'red'
order by s.red_quarters desc, s.project_id
