create table users (
    id       serial primary key,
    email    text not null unique,
    country  char(2) not null,
    active   boolean not null default true
);
