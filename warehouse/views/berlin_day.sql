-- The day in Europe/Berlin on which an instant falls; needs no time-zone library.
create or replace macro main.berlin_day(instant) as (
    -- Summer time lasts from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.
    case
        when utc_time(instant) >= last_sunday(year(utc_time(instant)), 3) + to_hours(1)
            and utc_time(instant) < last_sunday(year(utc_time(instant)), 10) + to_hours(1)
            then (utc_time(instant) + to_hours(2))::date
        else (utc_time(instant) + to_hours(1))::date
    end
)
