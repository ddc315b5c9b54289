-- One row: how many of %(tables)s this session has locked, as whoever reads them must.
select count(distinct lock.relation) as tables
from pg_locks as lock
where lock.pid = pg_backend_pid()
    and lock.locktype = 'relation'
    and lock.database = (select oid from pg_database where datname = current_database())
    and lock.relation = any (%(tables)s::oid[])
