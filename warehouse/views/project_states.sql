-- The overall light of every project and quarter beside the one last known; without a return it is „nicht geliefert“.
--
-- report_quarter = calendar.report_quarter
-- org_code = organisation.org_code
-- project_id = project.project_id
-- title = project.title
-- phase: How far the project is; null where nothing was delivered. German label: „Projektphase“.
-- is_closed: Whether it is completed or cancelled: then it is told, but not counted among the running ones.
-- light: green, yellow, red, grey, unknown (no valid Ampel) or not_delivered. German label: „Ampel gesamt“.
-- light_before: The light when the organisation last delivered, at most eight quarters ago; null for a new project.
-- quarter_before: The quarter of that light.
-- trend: new, better, same, worse, completed, dropped (cancelled) or not_delivered; null where no word is true.
-- red_quarters: For how many quarters in a row it has been red, this one included, at most nine.
-- submission_id: The submission that holds the light; where nothing was delivered, the one last known.
create or replace view report.project_states as
with returns as (
    select s.org_code, s.report_quarter, c.quarter_no
    from main.submission as s
    join main.calendar as c
        on c.report_quarter = s.report_quarter
),
quarters as (
    select report_quarter, quarter_no
    from main.calendar
    where quarter_no between (select min(quarter_no) from returns) and (select max(quarter_no) from returns)
),
standing as (
    select
        q.report_quarter,
        q.quarter_no,
        o.org_code,
        bool_or(r.quarter_no = q.quarter_no) as has_delivered,
        max(r.quarter_no) filter (where r.quarter_no < q.quarter_no) as last_no
    from quarters as q
    cross join main.organisation as o
    join returns as r
        on r.org_code = o.org_code and r.quarter_no between q.quarter_no - 8 and q.quarter_no
    group by all
),
lights as (
    select
        p.org_code,
        c.quarter_no,
        p.report_quarter,
        p.project_id,
        p.title,
        p.phase,
        coalesce(p.phase in ('completed', 'cancelled'), false) as is_closed,
        case
            when p.status_overall in ('green', 'yellow', 'red', 'grey') then p.status_overall
            else 'unknown'
        end as light,
        p.submission_id
    from main.project as p
    join main.calendar as c
        on c.report_quarter = p.report_quarter
),
red as (
    select
        org_code,
        project_id,
        quarter_no,
        quarter_no - row_number() over (partition by org_code, project_id order by quarter_no) as run
    from lights
    where light = 'red' and not is_closed
),
red_runs as (
    select
        org_code,
        project_id,
        quarter_no,
        row_number() over (partition by org_code, project_id, run order by quarter_no) as quarters
    from red
),
reported as (
    select
        s.report_quarter,
        s.org_code,
        l.project_id,
        l.title,
        l.phase,
        l.is_closed,
        l.light,
        b.light as light_before,
        b.report_quarter as quarter_before,
        case
            when l.phase = 'cancelled' then 'dropped'
            when l.is_closed then 'completed'
            when b.light is null and s.last_no is not null then 'new'
            when b.light is null then null
            when l.light = b.light and l.light <> 'unknown' then 'same'
            when l.light in ('unknown', 'grey') or b.light in ('unknown', 'grey') then null
            when (l.light = 'red') or (l.light = 'yellow' and b.light = 'green') then 'worse'
            else 'better'
        end as trend,
        least(coalesce(r.quarters, 0), 9) as red_quarters,
        l.submission_id
    from standing as s
    join lights as l
        on l.org_code = s.org_code and l.quarter_no = s.quarter_no
    left join lights as b
        on b.org_code = s.org_code and b.quarter_no = s.last_no and b.project_id = l.project_id
    left join red_runs as r
        on r.org_code = l.org_code and r.project_id = l.project_id and r.quarter_no = l.quarter_no
    where s.has_delivered
),
not_reported as (
    select
        s.report_quarter,
        s.org_code,
        l.project_id,
        l.title,
        null as phase,
        false as is_closed,
        'not_delivered' as light,
        l.light as light_before,
        l.report_quarter as quarter_before,
        'not_delivered' as trend,
        0 as red_quarters,
        l.submission_id
    from standing as s
    join lights as l
        on l.org_code = s.org_code and l.quarter_no = s.last_no
    where not s.has_delivered and not l.is_closed
)
select * from reported
union all by name
select * from not_reported
