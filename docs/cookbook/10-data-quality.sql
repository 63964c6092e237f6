-- How good is the data of each organisation?
--
-- An error made a cell null; the row is kept and marked incomplete.
select
    o.name,
    count(q.version) as returns,
    sum(q.errors)::integer as errors,
    sum(q.warnings)::integer as warnings,
    sum(q.incomplete_rows)::integer as incomplete_rows,
    sum(q.corrections)::integer as corrections
from report.data_quality as q
join organisation as o using (org_code)
group by o.name, o.position
order by o.position
