create table users (
    id       integer generated always as identity primary key,
    name     text not null,
    initial  text generated always as (left(name, 1)) stored
);
