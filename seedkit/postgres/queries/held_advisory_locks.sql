-- The advisory locks that sessions of whatever database hold by one number of 64 bits, as that number.
select (classid::pg_catalog.int8 operator(pg_catalog.<<) 32) operator(pg_catalog.|) objid::pg_catalog.int8
from pg_catalog.pg_locks
where locktype operator(pg_catalog.=) 'advisory'
    and objsubid operator(pg_catalog.=) 1::pg_catalog.int2
    and granted
