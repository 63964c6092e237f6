-- What was each report made from, and how much of that has changed since?
--
-- The changes themselves are what annex B of the next report tells. In the samples there are none.
select
    r.since_report,
    any_value(r.reported_on) as reported_on,
    count(*) as returns,
    (select count(*) from report.restated_since as c where c.since_report = r.since_report) as changes
from report.reported_versions as r
group by r.since_report
order by r.since_report
