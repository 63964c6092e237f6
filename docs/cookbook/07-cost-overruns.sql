-- Which projects are going to cost more than planned?
--
-- Below 5,000 EUR or 5 % the costs stay green (thresholds of the Ampelvorschlag in die8.toml).
select
    project_id,
    title,
    budget_total,
    forecast_total,
    forecast_total - budget_total as overrun,
    round((forecast_total - budget_total) * 100 / budget_total, 1) as overrun_pct,
    status_cost
from project
where report_quarter = '2026-Q3' and forecast_total - budget_total >= 5000 and forecast_total > budget_total * 1.05
order by overrun desc
