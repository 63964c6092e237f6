-- Who has delivered for a quarter, how punctually, and who is missing?
--
-- „Nicht geliefert“ is a state of its own. Days are those of Europe/Berlin.
select o.name, d.delivery_state, d.punctuality, d.due_on, d.first_received_on, d.version
from report.deliveries as d
join organisation as o using (org_code)
where d.report_quarter = '2026-Q1'
order by o.position
