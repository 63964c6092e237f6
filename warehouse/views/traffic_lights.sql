-- The Ampelbilanz: how many running projects show which light, for each organisation and quarter.
--
-- report_quarter = calendar.report_quarter
-- org_code = organisation.org_code
-- delivery_state: delivered, nil_return (Fehlanzeige) or not_delivered (nicht geliefert).
-- running: Projects reported that are neither completed nor cancelled.
-- green: Of these, the green ones. German label: „grün“.
-- yellow: Of these, the yellow ones. German label: „gelb“.
-- red: Of these, the red ones. German label: „rot“.
-- grey: Of these, the ones that are not judged. German label: „grau“.
-- unknown: Of these, the ones without a valid Ampel.
-- not_delivered: Projects last known of an organisation without a return: never counted with their old light.
create or replace view report.traffic_lights as
with counts as (
    select
        report_quarter,
        org_code,
        count(*) filter (where light <> 'not_delivered') as running,
        count(*) filter (where light = 'green') as green,
        count(*) filter (where light = 'yellow') as yellow,
        count(*) filter (where light = 'red') as red,
        count(*) filter (where light = 'grey') as grey,
        count(*) filter (where light = 'unknown') as unknown,
        count(*) filter (where light = 'not_delivered') as not_delivered
    from report.project_states
    where not is_closed
    group by all
)
select
    coalesce(d.report_quarter, c.report_quarter) as report_quarter,
    coalesce(d.org_code, c.org_code) as org_code,
    coalesce(d.delivery_state, 'not_delivered') as delivery_state,
    coalesce(c.running, 0) as running,
    coalesce(c.green, 0) as green,
    coalesce(c.yellow, 0) as yellow,
    coalesce(c.red, 0) as red,
    coalesce(c.grey, 0) as grey,
    coalesce(c.unknown, 0) as unknown,
    coalesce(c.not_delivered, 0) as not_delivered
from report.deliveries as d
full join counts as c
    on c.org_code = d.org_code and c.report_quarter = d.report_quarter
