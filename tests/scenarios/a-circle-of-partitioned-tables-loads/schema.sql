create schema plant;

create table plant.machines (
    id        integer generated always as identity primary key,
    line_id   integer not null,
    spare_id  integer references plant.machines
);

create table plant.lines (
    id       integer not null,
    site     text not null,
    main_id  integer not null references plant.machines,
    primary key (id, site)
) partition by list (site);

create table plant.lines_oslo partition of plant.lines for values in ('oslo');
create table plant.lines_rest partition of plant.lines default;

alter table plant.machines add column site text not null;
alter table plant.machines add foreign key (line_id, site) references plant.lines;
