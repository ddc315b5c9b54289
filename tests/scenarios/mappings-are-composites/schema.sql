create type address as (gone text, street text, zip char(5), "Floor No" integer, active boolean, tags text[], notes jsonb);
alter type address drop attribute gone;
create type person as (name text, born timestamp, home address, others address[]);
create domain home as address check ((value).street is not null);
create table towns (name text, mayor person);
create table people (
    id      integer primary key,
    person  person,
    home    home,
    town    towns
);
