create table meetings (
    id       integer primary key,
    starts   timestamp,
    several  timestamp[],
    during   tsrange
);
