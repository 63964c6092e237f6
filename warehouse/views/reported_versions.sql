-- What each report was made from: the returns of its quarter and the seven before it that the committee saw in it.
--
-- since_report: The quarter of the report. One that was not released counts when a return of it was there in time.
-- reported_on: The day of the report's latest release; until it is released, the day on which it is due.
-- org_code = submission.org_code
-- report_quarter = submission.report_quarter
-- version = submission.version
-- submission_id = submission.submission_id
create or replace view report.reported_versions as
with reports as (
    select
        c.report_quarter as since_report,
        c.quarter_no,
        r.report_id,
        coalesce(berlin_day(r.released_at), c.report_on) as reported_on,
        instant_of(c.report_on + 1) as end_of_day
    from main.calendar as c
    left join main.report as r
        on r.report_quarter = c.report_quarter and r.is_current
    where r.report_id is not null or c.report_quarter in (select report_quarter from main.submission)
),
seen as (
    select
        r.since_report,
        r.report_id,
        r.reported_on,
        v.org_code,
        v.report_quarter,
        v.version,
        v.submission_id
    from reports as r
    join main.calendar as q
        on q.quarter_no between r.quarter_no - 7 and r.quarter_no
    join report.versions as v
        on v.report_quarter = q.report_quarter
        and v.kind = 'return'
        and v.state in ('current', 'superseded')
    left join main.report_submission as s
        on s.report_id = r.report_id and s.submission_id = v.submission_id
    where s.submission_id is not null
        -- A release is the list of its submissions, whatever the clocks said; else the day decides.
        or (
            r.report_id is null
            and v.recorded_at <= r.end_of_day
            and (v.superseded_at is null or v.superseded_at > r.end_of_day)
        )
)
select since_report, reported_on, org_code, report_quarter, version, submission_id
from seen
where report_id is not null
    or since_report in (select since_report from seen where report_quarter = since_report)
