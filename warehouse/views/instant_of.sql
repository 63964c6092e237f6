-- The instant that a text, a day or a time means: without a zone it is one of Europe/Berlin, a day alone its start.
create or replace macro main.instant_of(moment) as (
    case
        when regexp_matches(moment::varchar, '(:.*[+-]\d\d(:?\d\d)?|[A-Za-z])$') then moment::varchar::timestamptz
        -- Clocks go forward at 02:00 on the last Sunday of March and back at 03:00 on the last Sunday of October.
        when moment::varchar::timestamp >= last_sunday(year(moment::varchar::timestamp), 3) + to_hours(3)
            and moment::varchar::timestamp < last_sunday(year(moment::varchar::timestamp), 10) + to_hours(3)
            then concat(moment::varchar::timestamp - to_hours(2), '+00')::timestamptz
        else concat(moment::varchar::timestamp - to_hours(1), '+00')::timestamptz
    end
)
