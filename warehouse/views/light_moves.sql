-- The Wanderung: from which status to which each project went from one quarter to the next, as both stand now.
--
-- report_quarter = calendar.report_quarter
-- org_code = organisation.org_code
-- project_id = project.project_id
-- title = project.title
-- light_before: The light of the quarter before; new, or not_delivered when there was no return then.
-- light_now: The light of the quarter; completed, dropped (cancelled or gone), or not_delivered without a return.
create or replace view report.light_moves as
with compared as (
    select report_quarter, previous_quarter
    from main.calendar
    where report_quarter in (select report_quarter from main.submission)
        and previous_quarter in (select report_quarter from main.submission)
),
known as (
    select
        s.report_quarter,
        c.previous_quarter,
        s.org_code,
        s.project_id,
        s.title,
        s.phase,
        s.is_closed,
        s.light,
        s.light_before,
        b.light as light_then,
        coalesce(b.is_closed, false) as was_closed,
        exists (
            from main.submission as r
            where r.org_code = s.org_code and r.report_quarter = c.previous_quarter
        ) as had_delivered
    from report.project_states as s
    join compared as c
        on c.report_quarter = s.report_quarter
    left join report.project_states as b
        on b.org_code = s.org_code
        and b.project_id = s.project_id
        and b.report_quarter = c.previous_quarter
        and b.light <> 'not_delivered'
),
moved as (
    select
        report_quarter,
        org_code,
        project_id,
        title,
        case
            when light_then is not null then light_then
            when had_delivered or light_before is null then 'new'
            else 'not_delivered'
        end as light_before,
        case
            when phase = 'completed' then 'completed'
            when is_closed then 'dropped'
            else light
        end as light_now
    from known
    where not was_closed
),
gone as (
    select c.report_quarter, b.org_code, b.project_id, b.title, b.light as light_before, 'dropped' as light_now
    from compared as c
    join report.project_states as b
        on b.report_quarter = c.previous_quarter and not b.is_closed and b.light <> 'not_delivered'
    join main.submission as s
        on s.org_code = b.org_code and s.report_quarter = c.report_quarter
    left join main.project as p
        on p.org_code = b.org_code and p.project_id = b.project_id and p.report_quarter = c.report_quarter
    where p.project_id is null
)
select report_quarter, org_code, project_id, title, light_before, light_now
from moved
union all
select report_quarter, org_code, project_id, title, light_before, light_now
from gone
