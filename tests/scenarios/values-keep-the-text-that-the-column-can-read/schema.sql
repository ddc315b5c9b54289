create table shops (
    id       integer primary key,
    country  char(2),
    open     boolean,
    zip      text,
    opens    time,
    version  text,
    price    numeric(10, 2),
    specs    jsonb
);
