create type mood as enum ('happy', 'so-so', '');
create type item as (name text, price numeric);
create domain positive as integer check (value > 0);
create domain pair as integer[] check (cardinality(value) = 2);
create table lists (
    id         integer primary key,
    words      text[],
    moods      mood[],
    counts     positive[],
    pairs      pair[],
    items      item[],
    documents  jsonb[],
    boxes      box[],
    files      bytea[],
    spans      int4range[]
);
