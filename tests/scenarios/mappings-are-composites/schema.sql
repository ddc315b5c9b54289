create type address as (street text, zip char(5), "Floor No" integer, active boolean, tags text[], notes jsonb);
create type person as (name text, born timestamp, home address, others address[]);
create domain home as address check ((value).street is not null);
create table towns (name text, mayor person);
create table people (
    id      integer primary key,
    person  person,
    home    home,
    town    towns
);
