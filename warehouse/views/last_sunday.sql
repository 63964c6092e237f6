-- The last Sunday of March or October of a year, on which clocks change in Europe/Berlin; both months have 31 days.
create or replace macro main.last_sunday(a_year, a_month) as (
    make_date(a_year::integer, a_month, 31) - dayofweek(make_date(a_year::integer, a_month, 31))::integer
)
