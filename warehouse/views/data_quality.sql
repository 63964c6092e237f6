-- How good each return was: findings, incomplete rows, corrections and rejected files per organisation and quarter.
--
-- report_quarter = calendar.report_quarter
-- org_code = organisation.org_code
-- delivery_state: delivered, nil_return (Fehlanzeige) or not_delivered (nicht geliefert).
-- version: The number of the version that counts.
-- errors: Findings that made a cell null, or a file be rejected that nothing newer has replaced.
-- warnings: Findings that are worth a question.
-- notes: Findings that only inform.
-- rules: The rules behind errors and warnings, the most frequent first.
-- rows_reported: Rows of all sheets of the version that counts, without the Deckblatt.
-- incomplete_rows: Of these, the rows with a cell that had an error and is therefore null.
-- incomplete_pct: The same in percent.
-- corrections: How many accepted versions it has replaced.
-- rejected_files: Files of the organisation and quarter that were rejected.
create or replace view report.data_quality as
with rows_of_returns as (
    select org_code, report_quarter, is_incomplete from main.project
    union all
    select org_code, report_quarter, is_incomplete from main.milestone
    union all
    select org_code, report_quarter, is_incomplete from main.kpi_value
    union all
    select org_code, report_quarter, is_incomplete from main.risk
    union all
    select org_code, report_quarter, is_incomplete from main.decision_request
    union all
    select org_code, report_quarter, is_incomplete from main.cooperation
),
rows_counted as (
    select
        org_code,
        report_quarter,
        count(*) as rows_reported,
        count(*) filter (where is_incomplete) as incomplete_rows
    from rows_of_returns
    group by all
),
rules_counted as (
    select
        org_code,
        report_quarter,
        rule,
        count(*) filter (where severity = 'error') as errors,
        count(*) filter (where severity = 'warning') as warnings,
        count(*) filter (where severity = 'info') as notes
    from main.finding
    group by all
),
findings_counted as (
    select
        org_code,
        report_quarter,
        sum(errors)::bigint as errors,
        sum(warnings)::bigint as warnings,
        sum(notes)::bigint as notes,
        list(rule order by errors + warnings desc, rule) filter (where errors + warnings > 0) as rules
    from rules_counted
    group by all
)
select
    d.report_quarter,
    d.org_code,
    d.delivery_state,
    d.version,
    case when d.submission_id is not null then coalesce(f.errors, 0) end as errors,
    case when d.submission_id is not null then coalesce(f.warnings, 0) end as warnings,
    case when d.submission_id is not null then coalesce(f.notes, 0) end as notes,
    f.rules,
    case when d.submission_id is not null then coalesce(r.rows_reported, 0) end as rows_reported,
    case when d.submission_id is not null then coalesce(r.incomplete_rows, 0) end as incomplete_rows,
    r.incomplete_rows * 100 / nullif(r.rows_reported, 0) as incomplete_pct,
    d.corrections,
    d.rejected_files
from report.deliveries as d
left join findings_counted as f
    on f.org_code = d.org_code and f.report_quarter = d.report_quarter
left join rows_counted as r
    on r.org_code = d.org_code and r.report_quarter = d.report_quarter
