create type pair as (a text, b text);
create table texts (
    id        integer primary key,
    word      text,
    short     varchar(5),
    words     text[],
    pair      pair,
    document  jsonb
);
