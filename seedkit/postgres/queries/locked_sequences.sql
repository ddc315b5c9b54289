-- One row: whether this session has locked %(sequence)s as an ALTER does, and no other sequence so.
select coalesce(bool_and(lock.relation = %(sequence)s::oid), false) as alone
from pg_locks as lock
join pg_class as sequence on sequence.oid = lock.relation and sequence.relkind = 'S'
where lock.pid = pg_backend_pid()
    and lock.locktype = 'relation'
    and lock.database = (select oid from pg_database where datname = current_database())
    and lock.mode in ('ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
