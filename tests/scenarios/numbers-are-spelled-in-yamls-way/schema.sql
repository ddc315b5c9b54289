create table numbers (
    id       bigint primary key,
    short    smallint,
    whole    integer,
    exact    numeric,
    single   real,
    double   double precision,
    price    money,
    object   oid,
    several  integer[]
);
