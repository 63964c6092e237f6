-- What has changed since the report of its quarter was closed?
--
-- „Q2 korrigiert von … auf …, Grund“. In the samples everything came in time, so there is nothing to tell.
select report_quarter, org_code, row_key, field, change, value_before, value_after, reason, corrected_on
from report.restated
order by report_quarter, org_code, row_key, field
