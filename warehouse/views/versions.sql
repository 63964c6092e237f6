-- Every file that was handed in, with the state it is in: which counts, which was replaced, which never counted.
--
-- kind = submission.kind
-- org_code = submission.org_code
-- report_quarter = submission.report_quarter
-- version = submission.version
-- state: current, superseded, rejected, draft or unassigned; at most one of an organisation's quarter is current.
-- verdict = submission.verdict
-- submission_id = submission.submission_id
-- file_name = submission.file_name
-- received_on: The day in Europe/Berlin on which the file was received.
-- recorded_at = submission.recorded_at
-- superseded_at = submission.superseded_at
-- closed_on: The day of the report's latest release; until it is released, the Redaktionsschluss of the quarter.
-- is_after_close: Whether the version came after that, as a Nachmeldung (rule Q12).
-- correction_reason = submission.correction_reason
create or replace view report.versions as
select
    s.kind,
    s.org_code,
    s.report_quarter,
    s.version,
    case
        when s.verdict not in ('accepted', 'accepted_with_findings') then s.verdict
        when s.superseded_at is null then 'current'
        else 'superseded'
    end as state,
    s.verdict,
    s.submission_id,
    s.file_name,
    berlin_day(s.received_at) as received_on,
    s.recorded_at,
    s.superseded_at,
    coalesce(berlin_day(r.released_at), c.editorial_close_on) as closed_on,
    coalesce(s.recorded_at > r.released_at, berlin_day(s.recorded_at) > c.editorial_close_on) as is_after_close,
    s.correction_reason
from history.submission as s
left join main.calendar as c
    on c.report_quarter = s.report_quarter
left join main.report as r
    on r.report_quarter = s.report_quarter and r.is_current
