-- What PostgreSQL has from 18 on, and types and keys that its extensions bring.

create extension btree_gist;
create extension citext;
create extension hstore;
create extension ltree;
create extension cube;

-- a key that is in order of time; computed when it is read, so that what does not fit is told then
create table visits (
    id uuid primary key default uuidv7(), pages integer not null check (pages > 0), seconds integer not null check (seconds between 1 and 3600),
    per_page integer generated always as (seconds / pages) virtual, path text not null,
    hours numeric(3, 2) generated always as (pages * 1.25) virtual
);

-- rules that nobody has looked at yet, or that nobody will
create table lenient (
    id serial primary key, amount integer not null, visit_id uuid not null,
    constraint few check (amount < 10) not enforced, constraint of_visit foreign key (visit_id) references visits not enforced
);
alter table lenient add column label text;
alter table lenient add constraint labelled not null label not valid;

-- keys over spans of time
create table tariffs (code integer not null, during daterange not null, price numeric(6, 2) not null, primary key (code, during without overlaps));
create table sales (
    id serial primary key, code integer not null, during daterange not null, amount integer not null,
    foreign key (code, period during) references tariffs (code, period during)
);
create table reservations (
    id serial primary key, room integer not null check (room between 1 and 5), during tstzrange not null,
    exclude using gist (room with =, during with &&)
);

create table labels (
    id serial primary key, name citext not null unique, properties hstore not null, path ltree not null unique, place cube not null,
    shade citext not null check (shade in ('red', 'green', 'blue')), email citext not null
);
