create type mood as enum ('happy', 'sad');
create type point3 as (x integer, y integer, z integer);
create domain whole as integer;
create domain small as whole check (value < 100);
create domain flag as boolean;
create domain moment as timestamp not null;
create domain feeling as mood;
create domain wholes as small[];
create domain corner as point3;
create domain span as int4range;
create domain bag as json;
create table domains (
    id       small primary key,
    flag     flag,
    moment   moment,
    feeling  feeling,
    wholes   wholes,
    corner   corner,
    span     span,
    bag      bag
);
