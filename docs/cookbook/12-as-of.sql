-- What was known on a certain day?
--
-- Each table has such a function. A day alone is its start in Europe/Berlin, whatever zone your program is set to.
select report_quarter, project_id, end_forecast, status_overall
from project_as_of('2026-07-01')
where project_id = 'KLI-001'
order by report_quarter
