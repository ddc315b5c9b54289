create table events (
    id     integer primary key,
    at     timestamptz,
    day    date,
    clock  time,
    zoned  timetz,
    lasts  interval
);
-- Shown alike, whatever the session: the column types are what is tested.
create view shown as
select id, at at time zone 'UTC' as at, day, clock, zoned, extract(epoch from lasts)::bigint as lasts from events;
