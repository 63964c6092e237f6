-- What differs between two accepted versions of the same return, cell by cell; also from the first to the third.
--
-- kind = submission.kind
-- org_code = submission.org_code
-- report_quarter = submission.report_quarter
-- version_before: The number of the earlier version.
-- version_after: The number of the later version.
-- is_current: Whether the later version is the one that counts.
-- table_name = source_column.table_name
-- row_key: What names the row: KLI-001, KLI-001/2; of Zusammenarbeit all that the row says; of the Deckblatt nothing.
-- field = source_column.field
-- change: changed, new (the row was not there before) or gone (the row is no longer there).
-- value_before: The earlier value as text; null when nothing was given.
-- value_after: The later value as text; null when nothing is given.
-- cell_before: Where the earlier value stands in its file, such as Projekte!F12.
-- cell_after: Where the later value stands in its file.
-- reason: Why it was corrected, in the words of the later version. German label: „Grund der Korrektur“.
-- recorded_at: Since when the later version is known, UTC.
-- submission_id_before: The submission with the earlier version.
-- submission_id_after: The submission with the later version.
create or replace view report.version_differences as
with accepted as (
    select *
    from report.versions
    where state in ('current', 'superseded')
),
pairs as (
    select
        a.kind,
        a.org_code,
        a.report_quarter,
        b.version as version_before,
        a.version as version_after,
        a.state = 'current' as is_current,
        a.correction_reason as reason,
        a.recorded_at,
        b.submission_id as submission_id_before,
        a.submission_id as submission_id_after
    from accepted as a
    join accepted as b
        on b.kind = a.kind
        and b.org_code is not distinct from a.org_code
        and b.report_quarter is not distinct from a.report_quarter
        and b.version < a.version
),
sides as (
    select *, unnest([submission_id_before, submission_id_after]) as submission_id
    from pairs
),
beside as (
    select
        s.* exclude (submission_id),
        v.table_name,
        v.row_key,
        v.field,
        bool_or(s.submission_id = s.submission_id_before) as was_there,
        bool_or(s.submission_id = s.submission_id_after) as is_there,
        max(v.value_text) filter (where s.submission_id = s.submission_id_before) as value_before,
        max(v.value_text) filter (where s.submission_id = s.submission_id_after) as value_after,
        max(v.cell) filter (where s.submission_id = s.submission_id_before) as cell_before,
        max(v.cell) filter (where s.submission_id = s.submission_id_after) as cell_after
    from sides as s
    join report.stored_values as v
        on v.submission_id = s.submission_id
    group by all
)
select
    kind,
    org_code,
    report_quarter,
    version_before,
    version_after,
    is_current,
    table_name,
    row_key,
    field,
    case
        when not was_there then 'new'
        when not is_there then 'gone'
        else 'changed'
    end as change,
    value_before,
    value_after,
    cell_before,
    cell_after,
    reason,
    recorded_at,
    submission_id_before,
    submission_id_after
from beside
where value_before is distinct from value_after
