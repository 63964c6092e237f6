-- What clocks that show UTC say at an instant: a TIMESTAMP without zone, whatever zone the connection has.
create or replace macro main.utc_time(instant) as make_timestamp(epoch_us(instant))
