-- How does an indicator develop, beside its target and what it is compared with?
--
-- Values with different `series_no` must not be compared: the model has changed in between.
select report_quarter, value, target_year, compared_quarter, change, round(change_pct, 1) as change_pct, trend, series_no
from report.kpi_series
where org_code = 'KLI' and kpi_code = 'KLI-01'
order by report_quarter
