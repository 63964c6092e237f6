-- What is the committee asked to decide, and by when?
select d.decision_id, o.name, d.subject, d.decision_type, d.amount, d.needed_by, c.meeting_from_on
from decision_request as d
join organisation as o using (org_code)
join calendar as c using (report_quarter)
where d.report_quarter = '2026-Q3'
order by d.needed_by
