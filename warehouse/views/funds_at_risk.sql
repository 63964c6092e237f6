-- Grants that are not fully drawn, with the time left: what is not drawn when the Bewilligungszeitraum ends is lost.
--
-- report_quarter = project.report_quarter
-- org_code = project.org_code
-- project_id = project.project_id
-- title = project.title
-- phase = project.phase
-- funding_programme = project.funding_programme
-- funding_approved = project.funding_approved
-- funding_drawn = project.funding_drawn
-- funding_remaining: Granted and not yet drawn; null when it is not known how much was drawn. In EUR.
-- funding_drawn_pct: What was drawn in percent of what was granted.
-- funding_end = project.funding_end
-- months_left: Months from the Stichtag to the end of the grant, a begun one as a whole; the report names up to 12.
-- end_forecast = project.end_forecast
-- days_beyond_funding: Days by which the expected end lies beyond the grant's: a claim for repayment threatens.
-- operation_secured = project.operation_secured
-- submission_id = project.submission_id
create or replace view report.funds_at_risk as
select
    p.report_quarter,
    p.org_code,
    p.project_id,
    p.title,
    p.phase,
    p.funding_programme,
    p.funding_approved,
    p.funding_drawn,
    (p.funding_approved - p.funding_drawn)::decimal(18, 2) as funding_remaining,
    p.funding_drawn * 100 / p.funding_approved as funding_drawn_pct,
    p.funding_end,
    datediff('month', c.as_of_date, p.funding_end) as months_left,
    p.end_forecast,
    case when p.end_forecast > p.funding_end then p.end_forecast - p.funding_end end as days_beyond_funding,
    p.operation_secured,
    p.submission_id
from main.project as p
join main.calendar as c
    on c.report_quarter = p.report_quarter
where p.funding_approved > 0
    and (p.funding_drawn is null or p.funding_drawn < p.funding_approved)
