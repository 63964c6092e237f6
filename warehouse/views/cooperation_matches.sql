-- Who seeks what another offers: needs and offers of different organisations on the same topic in the same quarter.
--
-- report_quarter = cooperation.report_quarter
-- topic = cooperation.topic
-- seeking_org_code: The organisation that seeks.
-- seeks: What it seeks, in its own words.
-- offering_org_code: The organisation that offers something on the topic; null when nobody does yet.
-- offers: What that one offers, in its own words.
-- is_named: Whether one of the two names the other in „Mit“.
create or replace view report.cooperation_matches as
select
    s.report_quarter,
    s.topic,
    s.org_code as seeking_org_code,
    s.description as seeks,
    o.org_code as offering_org_code,
    o.description as offers,
    coalesce(list_contains(s.with_orgs, o.org_code), false)
        or coalesce(list_contains(o.with_orgs, s.org_code), false) as is_named
from main.cooperation as s
left join main.cooperation as o
    on o.report_quarter = s.report_quarter
    and o.topic = s.topic
    and o.org_code <> s.org_code
    and o.coop_kind = 'offers'
where s.coop_kind = 'seeks'
