-- Each indicator quarter by quarter beside its target, the quarter before and that of the year before.
--
-- org_code = kpi_value.org_code
-- kpi_code = kpi_value.kpi_code
-- name = kpi.name
-- unit = kpi.unit
-- direction = kpi.direction
-- report_quarter = kpi_value.report_quarter
-- value = kpi_value.value
-- target_year = kpi_value.target_year
-- measurement = kpi_value.measurement
-- data_as_of = kpi_value.data_as_of
-- model_version = kpi_value.model_version
-- series_no: Counts on where the model changes: values of different numbers must not be compared.
-- is_break: Whether the series breaks with this quarter, because the model is another one (rule Q13).
-- previous_value: The value of the quarter before, whatever its model.
-- year_before_value: The value of the same quarter of the year before, whatever its model.
-- compared_quarter: The quarter to compare with: that of the year before, else the one before; null across a break.
-- compared_value: Its value.
-- change: The value minus the compared one.
-- change_pct: The same in percent of the compared one.
-- trend: better, same or worse by the indicator's direction; null when it has none or nothing compares.
-- year_to_date: For what is counted anew each quarter, the sum since January when all its quarters are known.
-- submission_id = kpi_value.submission_id
create or replace view report.kpi_series as
with reported as (
    select
        v.*,
        c.quarter_no,
        c.previous_quarter,
        c.year_before_quarter,
        year(c.as_of_date) as year,
        quarter(c.as_of_date) as number,
        coalesce(
            v.model_version <> lag(v.model_version ignore nulls) over (
                partition by v.org_code, v.kpi_code
                order by c.quarter_no
            ),
            false
        ) as is_break
    from main.kpi_value as v
    join main.calendar as c
        on c.report_quarter = v.report_quarter
),
series as (
    select
        *,
        1 + sum(is_break::integer) over (partition by org_code, kpi_code order by quarter_no) as series_no,
        sum(value) over this_year as sum_of_year,
        count(value) over this_year as known_of_year
    from reported
    window this_year as (partition by org_code, kpi_code, year order by quarter_no)
),
beside as (
    select
        s.*,
        p.value as previous_value,
        y.value as year_before_value,
        case
            when y.value is not null and y.series_no = s.series_no then s.year_before_quarter
            when p.value is not null and p.series_no = s.series_no then s.previous_quarter
        end as compared_quarter
    from series as s
    left join series as p
        on p.org_code = s.org_code and p.kpi_code = s.kpi_code and p.report_quarter = s.previous_quarter
    left join series as y
        on y.org_code = s.org_code and y.kpi_code = s.kpi_code and y.report_quarter = s.year_before_quarter
),
compared as (
    select
        *,
        case compared_quarter
            when year_before_quarter then year_before_value
            when previous_quarter then previous_value
        end as compared_value
    from beside
)
select
    c.org_code,
    c.kpi_code,
    coalesce(k.name, c.kpi_name, c.kpi_code) as name,
    coalesce(k.unit, c.unit) as unit,
    k.direction,
    c.report_quarter,
    c.value,
    c.target_year,
    c.measurement,
    c.data_as_of,
    c.model_version,
    c.series_no::integer as series_no,
    c.is_break,
    c.previous_value,
    c.year_before_value,
    c.compared_quarter,
    c.compared_value,
    (c.value - c.compared_value)::decimal(18, 4) as change,
    (c.value - c.compared_value) * 100 / nullif(c.compared_value, 0) as change_pct,
    case
        when c.value is null or c.compared_value is null or coalesce(k.direction, 'steady') = 'steady' then null
        when c.value = c.compared_value then 'same'
        when (c.value > c.compared_value) = (k.direction = 'up') then 'better'
        else 'worse'
    end as trend,
    case when k.is_flow and c.known_of_year = c.number then c.sum_of_year end as year_to_date,
    c.submission_id
from compared as c
left join main.kpi as k
    on k.kpi_code = c.kpi_code
