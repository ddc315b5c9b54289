create domain thumbnail as bytea;
create table files (
    id       integer primary key,
    content  bytea,
    small    thumbnail
);
