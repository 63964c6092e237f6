-- What must never be: this view holds no row in a sound file. It proves that the file is one consistent state.
--
-- promise: The promise that is broken.
-- submission_id: The submission that breaks it.
-- detail: Where to look.
create or replace view report.contradictions as
with accepted as (
    select *
    from history.submission
    where verdict in ('accepted', 'accepted_with_findings')
),
rows_stored as (
    select 'project' as table_name, submission_id, recorded_at, superseded_at from history.project
    union all
    select 'milestone', submission_id, recorded_at, superseded_at from history.milestone
    union all
    select 'kpi_value', submission_id, recorded_at, superseded_at from history.kpi_value
    union all
    select 'risk', submission_id, recorded_at, superseded_at from history.risk
    union all
    select 'decision_request', submission_id, recorded_at, superseded_at from history.decision_request
    union all
    select 'cooperation', submission_id, recorded_at, superseded_at from history.cooperation
    union all
    select 'decision', submission_id, recorded_at, superseded_at from history.decision
),
lasting as (
    select table_name, submission_id, recorded_at, superseded_at, count(*) as amount
    from rows_stored
    group by all
)
select
    'exactly one version of a return counts' as promise,
    submission_id,
    concat_ws(' ', kind, org_code, report_quarter) as detail
from accepted
where superseded_at is null
qualify count(*) over (partition by kind, org_code, report_quarter) > 1
union all
select
    'a version counts until the next one does',
    submission_id,
    concat_ws(' ', kind, org_code, report_quarter, version)
from accepted
qualify superseded_at is distinct from
    lead(recorded_at) over (partition by kind, org_code, report_quarter order by version)
union all
select
    'versions are numbered without a gap',
    submission_id,
    concat_ws(' ', kind, org_code, report_quarter, version)
from accepted
qualify version is distinct from
    row_number() over (partition by kind, org_code, report_quarter order by version)
union all
select
    'only accepted versions have a number',
    submission_id,
    verdict
from history.submission
where version is not null and verdict not in ('accepted', 'accepted_with_findings')
union all
select
    'only accepted versions have rows, and these live as long as their submission',
    l.submission_id,
    l.table_name || ': ' || l.amount || ' rows'
from lasting as l
left join accepted as s
    on s.submission_id = l.submission_id
    and s.recorded_at = l.recorded_at
    and s.superseded_at is not distinct from l.superseded_at
where s.submission_id is null
union all
select
    'findings live as long as their submission',
    f.submission_id,
    f.rule
from history.finding as f
left join history.submission as s
    on s.submission_id = f.submission_id
    and s.recorded_at = f.recorded_at
    and s.superseded_at is not distinct from f.superseded_at
where s.submission_id is null
