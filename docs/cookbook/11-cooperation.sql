-- Who seeks what another offers?
--
-- Needs that nobody meets yet stay in the list, with nothing beside them.
select topic, seeking_org_code, seeks, offering_org_code, offers
from report.cooperation_matches
where report_quarter = '2026-Q3'
order by offering_org_code is null, topic, seeking_org_code
