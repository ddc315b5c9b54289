create type mood as enum ('happy', 'sad');
create table boards (
    id     integer primary key,
    cells  integer[][],
    words  text[],
    moods  mood[],
    spans  int4range[]
);
