-- How do plan, actual and forecast compare by Handlungsfeld?
--
-- Deviations compare only projects that name both values; `forecasts_missing` tells how many do not. Choose one
-- `scope`: `organisation`, `action_field` and `total` hold the same projects.
select
    action_field,
    projects,
    budget_eur,
    actual_eur,
    forecast_eur,
    deviation_eur,
    round(deviation_pct, 1) as deviation_pct,
    forecasts_missing
from report.budgets
where report_quarter = '2026-Q3' and scope = 'action_field'
order by budget_eur desc
