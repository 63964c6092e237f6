-- What has changed since the report of its quarter: „Q2 korrigiert von … auf …“, with the reason, cell by cell.
--
-- report_quarter = submission.report_quarter
-- org_code = submission.org_code
-- table_name = source_column.table_name
-- row_key: What names the row: KLI-001, KLI-001/2; of Zusammenarbeit all that the row says; of the Deckblatt nothing.
-- field: The column of that table; null when the whole return came only after the report.
-- change: changed, new or gone row; late_return when the organisation had been „nicht geliefert“ in the report.
-- value_before: The value in the report, as text.
-- value_after: The value that holds now, as text.
-- reason: Why it was corrected, in the organisation's words. German label: „Grund der Korrektur“.
-- closed_on: The day of the report's latest release; until it is released, the Redaktionsschluss of the quarter.
-- corrected_on: The day in Europe/Berlin since which the present value is known.
-- cell_before: Where the value of the report stands in its file.
-- cell_after: Where the present value stands in its file.
-- submission_id_before: The submission that the report was made from.
-- submission_id_after: The submission that counts now.
create or replace view report.restated as
with accepted as (
    select *
    from report.versions
    where kind = 'return' and state in ('current', 'superseded')
),
as_reported as (
    select org_code, report_quarter, max(version) as version
    from accepted
    where not is_after_close
    group by all
),
corrected as (
    select
        a.org_code,
        a.report_quarter,
        r.version as version_before,
        a.version as version_after,
        a.submission_id,
        a.correction_reason,
        a.closed_on,
        berlin_day(a.recorded_at) as corrected_on
    from accepted as a
    left join as_reported as r
        on r.org_code = a.org_code and r.report_quarter = a.report_quarter
    where a.state = 'current' and a.is_after_close
)
select
    c.report_quarter,
    c.org_code,
    d.table_name,
    d.row_key,
    d.field,
    d.change,
    d.value_before,
    d.value_after,
    d.reason,
    c.closed_on,
    c.corrected_on,
    d.cell_before,
    d.cell_after,
    d.submission_id_before,
    d.submission_id_after
from corrected as c
join report.version_differences as d
    on d.org_code = c.org_code
    and d.report_quarter = c.report_quarter
    and d.version_before = c.version_before
    and d.version_after = c.version_after
    and d.kind = 'return'
    and d.field <> 'correction_reason'
union all
select
    c.report_quarter,
    c.org_code,
    'submission',
    '',
    null,
    'late_return',
    null,
    null,
    c.correction_reason,
    c.closed_on,
    c.corrected_on,
    null,
    null,
    null,
    c.submission_id
from corrected as c
where c.version_before is null
