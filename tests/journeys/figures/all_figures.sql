-- Every figure of a quarter's report, worked out from the published tables alone: (figure, value as text).
-- {q} is the quarter, {p} the one before, {as_of} its last day. Sums and shares are exact; nothing is rounded.
with
quarters as (
    select '{q}' as quarter, 0 as back
    union all
    select cast(y - cast(back > n - 1 as integer) * ((back - n) // 4 + 1) as varchar) || '-Q' || ((n - 1 - back) % 4 + 4) % 4 + 1, back
    from (select cast(left('{q}', 4) as integer) as y, cast(right('{q}', 1) as integer) as n), range(1, 9) as backs (back)
),
returned as (
    select org_code, report_quarter as quarter, back, submission_id, version, received_at
    from submission join quarters on quarter = report_quarter
    where kind = 'return'
),
expected as (select org_code from organisation where is_counted),
told as (
    select org_code from organisation
    where is_counted or org_code in (select org_code from returned where back = 0)
),
last_return as (select org_code, min(back) as back from returned where back > 0 group by org_code),
rows_of as (
    select p.*, back, coalesce(phase in ('completed', 'cancelled'), false) as is_closed,
        case when status_overall in ('green', 'yellow', 'red', 'grey') then status_overall else 'unknown' end as light
    from project as p join quarters on quarter = report_quarter
),
now as (select * from rows_of where back = 0),
before as (select * from rows_of where back = 1),
missing as (
    -- Projects of organisations without a return, as their last return knew them: running ones only.
    select r.* from rows_of as r join last_return using (org_code, back)
    where org_code not in (select org_code from returned where back = 0) and not is_closed
),
past as (
    -- How each project stood when its organisation last delivered.
    select n.project_id, n.org_code, n.light, n.is_closed, n.phase, l.back as last_back, r.light as then_light
    from now as n
    left join last_return as l using (org_code)
    left join rows_of as r on r.project_id = n.project_id and r.back = l.back
),
ranks as (select * from (values ('green', 0), ('yellow', 1), ('red', 2)) as ranks (light, position)),
trend_of as (
    select
        project_id,
        case
            when phase = 'cancelled' then 'dropped'
            when is_closed then 'completed'
            when then_light is null then case when last_back is not null then 'new' end
            when light = then_light and light <> 'unknown' then 'same'
            when (select position from ranks where light = past.light)
                > (select position from ranks where light = past.then_light) then 'worse'
            when (select position from ranks where light = past.light)
                < (select position from ranks where light = past.then_light) then 'better'
        end as trend
    from past
    union all
    select project_id, 'not_delivered' from missing
),
lights as (select unnest(['green', 'yellow', 'red', 'grey', 'unknown', 'not_delivered']) as light),
has_before as (select count(*) > 0 as is_known from returned where back = 1),
before_lights as (
    select light, project_id from before where not is_closed
    union all
    -- Who had not delivered then was „nicht geliefert“ then.
    select 'not_delivered', r.project_id
    from rows_of as r
    join (
        select org_code, min(back) as back from returned where back > 1
            and org_code not in (select org_code from returned where back = 1) group by org_code
    ) using (org_code, back)
    where not is_closed
),
light_counts as (
    select
        light,
        (select count(*) from now where not is_closed and light = lights.light)
            + case when light = 'not_delivered' then (select count(*) from missing) else 0 end as at_present,
        case when is_known then (select count(*) from before_lights where light = lights.light) end as at_before
    from lights, has_before
),
dropped as (
    select r.* from rows_of as r join last_return using (org_code, back)
    where org_code in (select org_code from returned where back = 0)
        and not is_closed and project_id not in (select project_id from now)
),
moves as (
    select
        case
            when b.project_id is not null then b.light
            when n.org_code in (select org_code from returned where back = 1) or past.then_light is null then 'new'
            else 'not_delivered'
        end as was,
        case when n.phase = 'completed' then 'completed' when n.phase = 'cancelled' then 'dropped' else n.light end as is_now
    from now as n left join before as b using (project_id) join past on past.project_id = n.project_id
    where not coalesce(b.is_closed, false)
    union all
    select coalesce(b.light, 'not_delivered'), 'not_delivered' from missing as m left join before as b using (project_id)
    union all
    select light, 'dropped' from dropped where back = 1
),
reds as (
    -- In how many quarters on end, this one included: until the first that is not red, closed, or missing.
    select
        n.project_id,
        coalesce(
            (
                select min(q.back) from quarters as q
                left join rows_of as r on r.project_id = n.project_id and r.back = q.back
                where coalesce(r.light, '') <> 'red' or r.is_closed
            ),
            9
        ) as red_quarters
    from now as n
),
money as (
    select
        org_code, project_id, budget_total as plan, actual_cum as actual, forecast_total as forecast,
        funding_approved as approved, case when funding_approved > 0 then funding_drawn end as drawn, funding_drawn,
        funding_end, back
    from now
),
sums as (
    select
        org_code,
        case when count(plan) > 0 or count(*) = 0 then coalesce(sum(plan), 0) end as plan,
        case when count(actual) > 0 or count(*) = 0 then coalesce(sum(actual), 0) end as actual,
        case when count(forecast) > 0 or count(*) = 0 then coalesce(sum(forecast), 0) end as forecast,
        sum(forecast - plan) as deviation,
        sum(plan) filter (where forecast is not null) as plan_of_forecast,
        sum(actual) filter (where plan is not null) as spent,
        sum(plan) filter (where actual is not null) as plan_of_actual,
        coalesce(sum(approved), 0) as approved,
        coalesce(sum(funding_drawn), 0) as drawn
    from (
        select org_code, plan, actual, forecast, approved, funding_drawn from money
        union all
        select 'total', plan, actual, forecast, approved, funding_drawn from money
    )
    group by org_code
),
all_sums as (
    select t.org_code, s.*, t.org_code in (select org_code from returned where back = 0) or t.org_code = 'total' as is_told
    from (select org_code from told union all select 'total') as t left join sums as s using (org_code)
),
grants as (
    select *, approved - drawn as remaining, funding_end <= cast('{as_of}' as date) + interval 12 months as is_soon
    from money where approved > 0
),
open_grants as (select * from grants where funding_end is not null and coalesce(remaining, 1) > 0),
steps as (
    select m.project_id, m.milestone_no, date_forecast, back,
        lead(date_forecast) over (partition by m.project_id, m.milestone_no order by back) as earlier
    from milestone as m join quarters on quarter = report_quarter where date_forecast is not null
),
stones as (
    select
        m.project_id || '/' || m.milestone_no as id, m.*, b.date_forecast as forecast_before,
        (
            select count(*) from steps as s
            where s.project_id = m.project_id and s.milestone_no = m.milestone_no and s.date_forecast > s.earlier
        ) as times
    from milestone as m
    left join milestone as b
        on b.project_id = m.project_id and b.milestone_no = m.milestone_no and b.report_quarter = '{p}'
    where m.report_quarter = '{q}'
),
values_of as (
    select k.*, back, is_flow, direction from kpi_value as k join quarters on quarter = report_quarter left join kpi using (kpi_code)
),
course as (
    select n.org_code, n.kpi_code, q.quarter, q.back, v.value, v.model_version, n.is_flow
    from (select * from values_of where back = 0) as n cross join quarters as q
    left join values_of as v on v.org_code = n.org_code and v.kpi_code = n.kpi_code and v.back = q.back
),
shown as (select max(back) as oldest from returned where back <= 7),
broken as (
    -- The latest quarter in which the model was another than in the quarter known before.
    select org_code, kpi_code, min(back) as back
    from (
        select *, lead(model_version) over (partition by org_code, kpi_code order by back) as model_before
        from course where model_version is not null and back <= (select greatest(oldest, 1) from shown)
    )
    where model_version <> model_before group by all
),
against as (
    select n.org_code, n.kpi_code, (
        select c.value from course as c
        left join broken as b on b.org_code = c.org_code and b.kpi_code = c.kpi_code
        where c.org_code = n.org_code and c.kpi_code = n.kpi_code and c.value is not null and c.back in (4, 1)
            and (b.back is null or c.back <= b.back) and c.back <= (select greatest(oldest, 1) from shown)
        order by c.back desc limit 1
    ) as value
    from values_of as n where n.back = 0
),
asked as (select * from decision_request where report_quarter = '{q}'),
asked_before as (
    select d.*, back, row_number() over (partition by decision_id order by back) as latest
    from decision_request as d join quarters on quarter = report_quarter where back > 0
),
carried as (
    select * from asked_before where latest = 1 and decision_type <> 'information'
        and decision_id not in (select decision_id from asked)
),
incomplete as (
    select org_code from project where report_quarter = '{q}' and is_incomplete
    union all select org_code from milestone where report_quarter = '{q}' and is_incomplete
    union all select org_code from kpi_value where report_quarter = '{q}' and is_incomplete
    union all select org_code from risk where report_quarter = '{q}' and is_incomplete
    union all select org_code from decision_request where report_quarter = '{q}' and is_incomplete
    union all select org_code from cooperation where report_quarter = '{q}' and is_incomplete
),
all_projects as (select project_id from now union select project_id from missing),
figures (figure, value) as (
    select 'delivery.delivered', (select count(*) from returned where back = 0 and org_code in (from expected))::varchar
    union all select 'delivery.expected', (select count(*) from expected)::varchar
    union all select 'delivery.' || org_code || '.version', version::varchar
        from told left join (from returned where back = 0) using (org_code)
    union all select 'delivery.' || org_code || '.received_on', (received_at + interval {offset} hours)::date::varchar
        from told left join (select org_code, epoch_ms(epoch_ms(received_at)) as received_at from returned where back = 0) using (org_code)
    union all select 'delivery.' || org_code || '.' || kind, case when org_code in (select org_code from returned where back = 0) then (
            select count(*) from finding as f where f.org_code = told.org_code and report_quarter = '{q}' and severity = code
        ) end::varchar
        from told, (values ('errors', 'error'), ('warnings', 'warning'), ('notes', 'info')) as kinds (kind, code)
    union all select 'delivery.' || org_code || '.incomplete', case when org_code in (select org_code from returned where back = 0) then (
            select count(*) from incomplete as i where i.org_code = told.org_code
        ) end::varchar from told
    union all select 'projects.running', (select count(*) from now where not is_closed)::varchar
    union all select 'lights.' || light || '.count', at_present::varchar from light_counts
    union all select 'lights.' || light || '.before', at_before::varchar from light_counts
    union all select 'lights.' || light || '.change', (at_present - at_before)::varchar from light_counts
    union all select 'trends.' || word, (select count(*) from trend_of where trend = word)::varchar
        from (select unnest(['new', 'better', 'same', 'worse', 'completed', 'dropped', 'not_delivered']) as word)
    union all select 'migration.' || was || '.' || is_now, count(*)::varchar from moves, has_before where is_known group by was, is_now
    union all select 'project.' || project_id || '.red_quarters', red_quarters::varchar from all_projects left join reds using (project_id)
    union all select 'project.' || project_id || '.start', start_date::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.end_baseline', end_baseline::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.end_forecast', end_forecast::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.delay', (end_forecast - end_baseline)::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.end_moved', (n.end_forecast - b.end_forecast)::varchar
        from all_projects left join now as n using (project_id) left join before as b using (project_id)
    union all select 'project.' || project_id || '.progress', progress_pct::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.budget', budget_total::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.actual', actual_cum::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.forecast', forecast_total::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.deviation', (forecast_total - budget_total)::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.deviation_pct', ((forecast_total - budget_total)::double * 100 / nullif(budget_total, 0)::double)::varchar
        from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.forecast_moved', (n.forecast_total - b.forecast_total)::varchar
        from all_projects left join now as n using (project_id) left join before as b using (project_id)
    union all select 'project.' || project_id || '.funding_approved', funding_approved::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.funding_drawn', funding_drawn::varchar from all_projects left join now using (project_id)
    union all select 'project.' || project_id || '.funding_drawn_pct', (drawn::double * 100 / nullif(approved, 0)::double)::varchar
        from all_projects left join money using (project_id)
    union all select 'project.' || project_id || '.funding_remaining', remaining::varchar from all_projects left join grants using (project_id)
    union all select 'project.' || project_id || '.funding_end', funding_end::varchar from all_projects left join now using (project_id)
    union all select 'requests.count', (select count(*) from asked)::varchar
    union all select 'requests.funding_count', (select count(*) from asked where decision_type = 'funding')::varchar
    union all select 'requests.funding_amount', (select coalesce(sum(amount), 0) from asked where decision_type = 'funding')::varchar
    union all select 'requests.carried_count', (select count(*) from carried)::varchar
    union all select 'request.' || decision_id || '.amount', amount::varchar from asked
    union all select 'request.' || decision_id || '.needed_by', needed_by::varchar from asked
    union all select 'carried.' || report_quarter || '.' || decision_id || '.amount', amount::varchar from carried
    union all select 'carried.' || report_quarter || '.' || decision_id || '.needed_by', needed_by::varchar from carried
    union all select 'decisions.open_count', (select count(*) from decision where state <> 'done')::varchar
    union all select 'decisions.overdue_count', (select count(*) from decision where state <> 'done' and due_date < cast('{as_of}' as date))::varchar
    union all select 'decisions.done_count', (select count(*) from decision where state = 'done')::varchar
    union all select 'milestone.' || id || '.baseline', date_baseline::varchar from stones
    union all select 'milestone.' || id || '.forecast', date_forecast::varchar from stones
    union all select 'milestone.' || id || '.actual', date_actual::varchar from stones
    union all select 'milestone.' || id || '.delay', (coalesce(date_actual, date_forecast) - date_baseline)::varchar from stones
    union all select 'milestone.' || id || '.moved_now', (date_forecast - forecast_before)::varchar from stones
    union all select 'milestone.' || id || '.times_moved', times::varchar from stones
    union all select 'milestone.' || id || '.overdue',
        case when milestone_status = 'open' and date_baseline < cast('{as_of}' as date) then cast('{as_of}' as date) - date_baseline end::varchar
        from stones
    union all select 'milestone.' || s.id || '.' || q.quarter, m.date_forecast::varchar
        from stones as s cross join quarters as q
        left join milestone as m
            on m.project_id = s.project_id and m.milestone_no = s.milestone_no and m.report_quarter = q.quarter
        where s.milestone_status = 'open' and s.times > 1 and q.back < 4
    union all select 'finance.' || org_code || '.budget', case when is_told then coalesce(plan, 0) end::varchar from all_sums
    union all select 'finance.' || org_code || '.actual', case when is_told then coalesce(actual, 0) end::varchar from all_sums
    union all select 'finance.' || org_code || '.forecast', case when is_told then coalesce(forecast, 0) end::varchar from all_sums
    union all select 'finance.' || org_code || '.deviation', deviation::varchar from all_sums
    union all select 'finance.' || org_code || '.deviation_pct', (deviation::double * 100 / plan_of_forecast::double)::varchar from all_sums
    union all select 'finance.' || org_code || '.forecast_pct', ((deviation + plan_of_forecast)::double * 100 / plan_of_forecast::double)::varchar from all_sums
    union all select 'finance.' || org_code || '.actual_pct', (spent::double * 100 / plan_of_actual::double)::varchar from all_sums
    union all select 'finance.' || org_code || '.funding_approved', case when is_told then coalesce(approved, 0) end::varchar from all_sums
    union all select 'finance.' || org_code || '.funding_drawn', case when is_told then coalesce(drawn, 0) end::varchar from all_sums
    union all select 'finance.' || org_code || '.funding_drawn_pct', (drawn::double * 100 / nullif(approved, 0)::double)::varchar from all_sums
    union all select 'funding.expiring_count', (select count(*) from open_grants where is_soon)::varchar
    union all select 'funding.expiring_total', (select coalesce(sum(remaining), 0) from open_grants where is_soon)::varchar
    union all select 'funding.expiring_until', (select max(funding_end) from open_grants where is_soon)::varchar
    union all select 'funding.expiry.' || year(funding_end) || '-Q' || quarter(funding_end) || case when is_soon then '' else '.later' end, sum(remaining)::varchar
        from open_grants group by year(funding_end), quarter(funding_end), is_soon
    union all select 'kpi.' || org_code || '.' || kpi_code || '.value', value::varchar from values_of where back = 0
    union all select 'kpi.' || org_code || '.' || kpi_code || '.target', target_year::varchar from values_of where back = 0
    union all select 'kpi.' || org_code || '.' || kpi_code || '.data_as_of', data_as_of::varchar from values_of where back = 0
    union all select 'kpi.' || org_code || '.' || kpi_code || '.previous', value::varchar from course where back = 1
    union all select 'kpi.' || org_code || '.' || kpi_code || '.year_before', value::varchar from course where back = 4
    union all select 'kpi.' || org_code || '.' || kpi_code || '.compared', null from against
        where value is null  -- else it is the one of the year before or the previous one
    union all select 'kpi.' || org_code || '.' || kpi_code || '.' || quarter, value::varchar
        from course where back <= (select greatest(oldest, 1) from shown)
    union all select 'kpi.' || org_code || '.' || kpi_code || '.year_to_date',
        case when any_value(is_flow) and count(value) = cast(right('{q}', 1) as integer) then sum(value) end::varchar
        from course where back < cast(right('{q}', 1) as integer) group by org_code, kpi_code
    union all select 'risk.' || risk_id || '.likelihood', likelihood::varchar from risk where report_quarter = '{q}' and risk_trend is distinct from 'closed'
    union all select 'risk.' || risk_id || '.impact', impact::varchar from risk where report_quarter = '{q}' and risk_trend is distinct from 'closed'
    union all select 'risk.' || risk_id || '.weight', (likelihood * impact)::varchar from risk where report_quarter = '{q}' and risk_trend is distinct from 'closed'
)
select figure, value from figures order by figure
