create table teams (id serial primary key, name text not null unique);
create table users (
    id       integer primary key,
    team_id  integer not null references teams,
    country  char(2) not null,
    email    text
);
