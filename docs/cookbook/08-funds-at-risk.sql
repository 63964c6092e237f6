-- Which grants end within twelve months, and how much of them is not drawn yet?
--
-- `days_beyond_funding` warns of a claim for repayment: the project will not be done when the grant ends.
select
    project_id,
    funding_programme,
    funding_remaining,
    round(funding_drawn_pct, 0) as drawn_pct,
    funding_end,
    months_left,
    days_beyond_funding,
    operation_secured
from report.funds_at_risk
where report_quarter = '2026-Q3' and months_left <= 12
order by funding_remaining desc
