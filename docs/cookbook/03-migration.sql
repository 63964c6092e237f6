-- What has moved since the quarter before?
--
-- The Wanderung as the report draws it; `report.light_moves` has a row per project.
select light_before, light_now, count(*) as projects, string_agg(project_id, ', ' order by project_id) as which
from report.light_moves
where report_quarter = '2026-Q3' and light_before <> light_now
group by light_before, light_now
order by projects desc, light_before, light_now
