create table flags (
    id       integer primary key,
    yes      boolean,
    no       boolean,
    several  boolean[]
);
