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
rows_of_versions as (
    select distinct submission_id, table_name, row_key
    from report.stored_values
),
both_sides as (
    select p.submission_id_before, p.submission_id_after, v.table_name, v.row_key, v.field
    from pairs as p
    join report.stored_values as v
        on v.submission_id = p.submission_id_before
    union
    select p.submission_id_before, p.submission_id_after, v.table_name, v.row_key, v.field
    from pairs as p
    join report.stored_values as v
        on v.submission_id = p.submission_id_after
)
select
    p.kind,
    p.org_code,
    p.report_quarter,
    p.version_before,
    p.version_after,
    p.is_current,
    s.table_name,
    s.row_key,
    s.field,
    case
        when rb.row_key is null then 'new'
        when ra.row_key is null then 'gone'
        else 'changed'
    end as change,
    b.value_text as value_before,
    a.value_text as value_after,
    b.cell as cell_before,
    a.cell as cell_after,
    p.reason,
    p.recorded_at,
    p.submission_id_before,
    p.submission_id_after
from pairs as p
join both_sides as s
    on s.submission_id_before = p.submission_id_before and s.submission_id_after = p.submission_id_after
left join report.stored_values as b
    on b.submission_id = s.submission_id_before
    and b.table_name = s.table_name
    and b.row_key = s.row_key
    and b.field = s.field
left join report.stored_values as a
    on a.submission_id = s.submission_id_after
    and a.table_name = s.table_name
    and a.row_key = s.row_key
    and a.field = s.field
left join rows_of_versions as rb
    on rb.submission_id = s.submission_id_before and rb.table_name = s.table_name and rb.row_key = s.row_key
left join rows_of_versions as ra
    on ra.submission_id = s.submission_id_after and ra.table_name = s.table_name and ra.row_key = s.row_key
where b.value_text is distinct from a.value_text
