-- How do the traffic lights stand, organisation by organisation?
--
-- `running` counts the projects reported; those of an organisation without a return stand under `not_delivered`.
select o.name, t.running, t.green, t.yellow, t.red, t.grey, t.unknown, t.not_delivered
from report.traffic_lights as t
join organisation as o using (org_code)
where t.report_quarter = '2026-Q3'
order by o.position
