create table categories (
    id         integer generated always as identity primary key,
    parent_id  integer not null references categories,
    name       text not null unique
);
