-- What has changed since each report in what the committee saw there: annex B of the report for the next quarter.
--
-- since_report: The quarter of the report that showed the value before; a change stands here once for each of them.
-- report_quarter = submission.report_quarter
-- org_code = submission.org_code
-- table_name = source_column.table_name
-- row_key: What names the row: KLI-001, KLI-001/2; of Zusammenarbeit all that the row says; of the Deckblatt nothing.
-- field: The column of that table; null when the whole return came only after the report.
-- change: changed, new or gone row; late_return when the organisation had been „nicht geliefert“ in the report.
-- value_before: The value in the report, as text.
-- value_after: The value that holds now, as text.
-- reason: Why it was corrected, in the organisation's words. German label: „Grund der Korrektur“.
-- reported_on: The day of the report's latest release; until it is released, the day on which it is due.
-- corrected_on: The day in Europe/Berlin on which the version that counts now was received.
-- cell_before: Where the value of the report stands in its file.
-- cell_after: Where the present value stands in its file.
-- submission_id_before: The submission that the report was made from.
-- submission_id_after: The submission that counts now.
create or replace view report.restated_since as
with reports as (
    select distinct r.since_report, r.reported_on, c.quarter_no
    from report.reported_versions as r
    join main.calendar as c
        on c.report_quarter = r.since_report
),
replaced as (
    select
        t.since_report,
        t.reported_on,
        v.org_code,
        v.report_quarter,
        v.received_on as corrected_on,
        v.correction_reason as reason,
        r.version as version_before,
        v.version as version_after,
        v.submission_id
    from reports as t
    join main.calendar as q
        on q.quarter_no between t.quarter_no - 7 and t.quarter_no
    join report.versions as v
        on v.report_quarter = q.report_quarter and v.kind = 'return' and v.state = 'current'
    left join report.reported_versions as r
        on r.since_report = t.since_report
        and r.org_code = v.org_code
        and r.report_quarter = v.report_quarter
    where r.submission_id is distinct from v.submission_id
)
select
    c.since_report,
    c.report_quarter,
    c.org_code,
    d.table_name,
    d.row_key,
    d.field,
    d.change,
    d.value_before,
    d.value_after,
    c.reason,
    c.reported_on,
    c.corrected_on,
    d.cell_before,
    d.cell_after,
    d.submission_id_before,
    d.submission_id_after
from replaced as c
join report.version_differences as d
    on d.org_code = c.org_code
    and d.report_quarter = c.report_quarter
    and d.version_before = c.version_before
    and d.version_after = c.version_after
    and d.kind = 'return'
    and d.field <> 'correction_reason'
union all
select
    since_report,
    report_quarter,
    org_code,
    'submission',
    '',
    null,
    'late_return',
    null,
    null,
    reason,
    reported_on,
    corrected_on,
    null,
    null,
    null,
    submission_id
from replaced
where version_before is null
