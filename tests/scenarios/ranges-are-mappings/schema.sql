create type moods as enum ('low', 'middle', 'high');
create type mood_range as range (subtype = moods);
create type text_range as range (subtype = text);
create domain term as daterange check (not isempty(value));
create table bookings (
    id       integer primary key,
    rooms    int4range,
    price    numrange,
    days     term,
    moment   tsrange,
    names    text_range,
    mood     mood_range,
    nights   datemultirange,
    several  numrange[]
);
