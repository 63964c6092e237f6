-- How far each milestone has slipped from its plan, how often and how far it moved, quarter by quarter.
--
-- report_quarter = milestone.report_quarter
-- org_code = milestone.org_code
-- project_id = milestone.project_id
-- milestone_no = milestone.milestone_no
-- title = milestone.title
-- milestone_status = milestone.milestone_status
-- date_baseline = milestone.date_baseline
-- date_forecast = milestone.date_forecast
-- date_actual = milestone.date_actual
-- slip_days: Days from the agreed date to the actual, else to the expected one; negative when earlier.
-- moved_days: Days by which the expected date has moved since the quarter before.
-- times_moved: How often the expected date moved back within this quarter and the eight before.
-- first_forecast: The first date that was ever expected.
-- overdue_days: Days from the agreed date to the Stichtag while still open; null when not overdue.
-- submission_id = milestone.submission_id
create or replace view report.milestone_slips as
with forecasts as (
    select
        m.*,
        c.quarter_no,
        c.as_of_date,
        lag(m.date_forecast) over w as forecast_before,
        lag(c.quarter_no) over w as no_before,
        first_value(m.date_forecast ignore nulls) over w as first_forecast
    from main.milestone as m
    join main.calendar as c
        on c.report_quarter = m.report_quarter
    window w as (partition by m.org_code, m.project_id, m.milestone_no order by c.quarter_no)
),
known as (
    select
        org_code,
        project_id,
        milestone_no,
        quarter_no,
        lag(quarter_no) over w as no_before,
        date_forecast > lag(date_forecast) over w as is_later
    from forecasts
    where date_forecast is not null
    window w as (partition by org_code, project_id, milestone_no order by quarter_no)
),
moves as (
    select f.org_code, f.project_id, f.milestone_no, f.quarter_no, count(*) as times_moved
    from forecasts as f
    join known as k
        on k.org_code = f.org_code
        and k.project_id = f.project_id
        and k.milestone_no = f.milestone_no
        and k.is_later
        and k.quarter_no <= f.quarter_no
        and k.no_before >= f.quarter_no - 8
    group by all
)
select
    f.report_quarter,
    f.org_code,
    f.project_id,
    f.milestone_no,
    f.title,
    f.milestone_status,
    f.date_baseline,
    f.date_forecast,
    f.date_actual,
    coalesce(f.date_actual, f.date_forecast) - f.date_baseline as slip_days,
    case when f.no_before = f.quarter_no - 1 then f.date_forecast - f.forecast_before end as moved_days,
    coalesce(m.times_moved, 0) as times_moved,
    f.first_forecast,
    case
        when f.milestone_status = 'open' and f.date_baseline < f.as_of_date then f.as_of_date - f.date_baseline
    end as overdue_days,
    f.submission_id
from forecasts as f
left join moves as m
    on m.org_code = f.org_code
    and m.project_id = f.project_id
    and m.milestone_no = f.milestone_no
    and m.quarter_no = f.quarter_no
