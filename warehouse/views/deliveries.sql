-- Who delivered for which quarter, and how punctually: one row per organisation that is expected or did deliver.
--
-- report_quarter = calendar.report_quarter
-- org_code = organisation.org_code
-- delivery_state: delivered, nil_return (Fehlanzeige) or not_delivered (nicht geliefert).
-- punctuality: on_time, late (after the due day), after_close (after the Redaktionsschluss) or missing.
-- due_on: The last day on which the return was in time.
-- first_received_on: The day in Europe/Berlin on which the first accepted version was received.
-- days_late: Calendar days from the due day to that day; nought when in time.
-- received_on: The day in Europe/Berlin on which the version that counts was received.
-- version: The number of the version that counts.
-- corrections: How many accepted versions it has replaced.
-- corrections_after_close: How many accepted versions came after the report had closed, the first one not counted.
-- rejected_files: Files of the organisation and quarter that were rejected.
-- draft_files: Files of the organisation and quarter that were drafts.
-- submission_id: The submission that counts.
create or replace view report.deliveries as
with quarters as (
    select report_quarter, delivery_on, editorial_close_on
    from main.calendar
    where report_quarter between
        (select min(report_quarter) from main.submission) and (select max(report_quarter) from main.submission)
),
files as (
    select
        org_code,
        report_quarter,
        min(received_on) filter (where state in ('current', 'superseded')) as first_received_on,
        count(*) filter (where version > 1 and is_after_close) as corrections_after_close,
        count(*) filter (where state = 'rejected') as rejected_files,
        count(*) filter (where state = 'draft') as draft_files
    from report.versions
    where kind = 'return'
    group by all
)
select
    q.report_quarter,
    o.org_code,
    case
        when s.submission_id is null then 'not_delivered'
        when s.submission_status = 'nil_return' then 'nil_return'
        else 'delivered'
    end as delivery_state,
    case
        when s.submission_id is null then 'missing'
        when f.first_received_on > q.editorial_close_on then 'after_close'
        when f.first_received_on > q.delivery_on then 'late'
        else 'on_time'
    end as punctuality,
    q.delivery_on as due_on,
    f.first_received_on,
    case
        when f.first_received_on > q.delivery_on then f.first_received_on - q.delivery_on
        when f.first_received_on is not null then 0
    end as days_late,
    berlin_day(s.received_at) as received_on,
    s.version,
    s.version - 1 as corrections,
    coalesce(f.corrections_after_close, 0) as corrections_after_close,
    coalesce(f.rejected_files, 0) as rejected_files,
    coalesce(f.draft_files, 0) as draft_files,
    s.submission_id
from quarters as q
cross join main.organisation as o
left join main.submission as s
    on s.org_code = o.org_code and s.report_quarter = q.report_quarter
left join files as f
    on f.org_code = o.org_code and f.report_quarter = q.report_quarter
where o.is_counted or s.submission_id is not null
