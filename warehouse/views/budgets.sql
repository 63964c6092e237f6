-- Plan, actual and forecast summed up: for each organisation, each Handlungsfeld and all together, per quarter.
--
-- report_quarter = project.report_quarter
-- scope: What the sum is over: organisation, action_field or total. Choose one: they hold the same projects.
-- org_code: The organisation; null in the other scopes. German label: „Gesellschaft“.
-- action_field: The field of the Digitale Agenda; null in the other scopes. German label: „Handlungsfeld“.
-- projects: Projects in the sum, closed ones included in the quarter that still names them.
-- budget_eur: The planned costs. In EUR. German label: „Budget gesamt Plan“.
-- actual_eur: What was spent since the beginning. In EUR. German label: „Ist kumuliert“.
-- forecast_eur: The total costs expected. In EUR. German label: „Prognose gesamt“.
-- deviation_eur: Forecast minus plan over the projects that name both. In EUR.
-- deviation_pct: The same in percent of their plan.
-- actual_pct: What was spent in percent of the plan, over the projects that name both.
-- forecast_pct: The forecast in percent of the plan, over the projects that name both.
-- funding_approved_eur: The funds granted. In EUR. German label: „Fördermittel bewilligt“.
-- funding_drawn_eur: The funds drawn so far. In EUR. German label: „Fördermittel abgerufen“.
-- funding_drawn_pct: The funds drawn in percent of those granted.
-- budgets_missing: Projects whose plan is missing or was wrong: the sum lacks them.
-- actuals_missing: Projects whose actual is missing or was wrong.
-- forecasts_missing: Projects whose forecast is missing or was wrong.
-- drawn_missing: Projects with grants that do not say how much was drawn.
create or replace view report.budgets as
with summed as (
    select
        d.report_quarter,
        grouping(d.org_code) as is_not_by_organisation,
        grouping(p.action_field) as is_not_by_action_field,
        d.org_code,
        p.action_field,
        count(p.project_id) as projects,
        sum(p.budget_total) as budget_eur,
        sum(p.actual_cum) as actual_eur,
        sum(p.forecast_total) as forecast_eur,
        sum(p.forecast_total - p.budget_total) as deviation_eur,
        sum(p.budget_total) filter (where p.forecast_total is not null) as forecast_base_eur,
        sum(p.actual_cum) filter (where p.budget_total is not null) as spent_eur,
        sum(p.budget_total) filter (where p.actual_cum is not null) as actual_base_eur,
        sum(p.funding_approved) as funding_approved_eur,
        sum(p.funding_drawn) as funding_drawn_eur,
        count(p.project_id) filter (where p.budget_total is null) as budgets_missing,
        count(p.project_id) filter (where p.actual_cum is null) as actuals_missing,
        count(p.project_id) filter (where p.forecast_total is null) as forecasts_missing,
        count(p.project_id) filter (where p.funding_approved > 0 and p.funding_drawn is null) as drawn_missing
    from report.deliveries as d
    left join main.project as p
        on p.org_code = d.org_code and p.report_quarter = d.report_quarter
    where d.delivery_state <> 'not_delivered'
    group by grouping sets ((d.report_quarter, d.org_code), (d.report_quarter, p.action_field), (d.report_quarter))
)
select
    report_quarter,
    case
        when is_not_by_organisation = 0 then 'organisation'
        when is_not_by_action_field = 0 then 'action_field'
        else 'total'
    end as scope,
    org_code,
    action_field,
    projects,
    case when budgets_missing < projects or projects = 0 then coalesce(budget_eur, 0) end as budget_eur,
    case when actuals_missing < projects or projects = 0 then coalesce(actual_eur, 0) end as actual_eur,
    case when forecasts_missing < projects or projects = 0 then coalesce(forecast_eur, 0) end as forecast_eur,
    deviation_eur,
    deviation_eur * 100 / nullif(forecast_base_eur, 0) as deviation_pct,
    spent_eur * 100 / nullif(actual_base_eur, 0) as actual_pct,
    (deviation_eur + forecast_base_eur) * 100 / nullif(forecast_base_eur, 0) as forecast_pct,
    coalesce(funding_approved_eur, 0) as funding_approved_eur,
    case when drawn_missing = 0 or funding_drawn_eur is not null then coalesce(funding_drawn_eur, 0) end
        as funding_drawn_eur,
    case when drawn_missing = 0 or funding_drawn_eur is not null then coalesce(funding_drawn_eur, 0) end * 100
        / nullif(funding_approved_eur, 0) as funding_drawn_pct,
    budgets_missing,
    actuals_missing,
    forecasts_missing,
    drawn_missing
from summed
where is_not_by_action_field = 1 or projects > 0
