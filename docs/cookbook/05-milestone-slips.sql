-- Which milestones have slipped most, and how often were they put off?
select project_id, milestone_no, title, date_baseline, date_forecast, slip_days, moved_days, times_moved
from report.milestone_slips
where report_quarter = '2026-Q3' and slip_days > 0
order by slip_days desc, project_id, milestone_no
limit 8
