-- One row for each of %(tables)s that another transaction has written to, which has not ended: by OID, with a name for
-- it. Those of this session's own transaction are none.
select
    locks.relation::int8 as table,
    coalesce(locks.pid, 0) as pid,
    coalesce(activity.usename, '')::text as role,
    coalesce(activity.application_name, '') as application
from pg_locks as locks
left join pg_stat_activity as activity on activity.pid = locks.pid
where locks.relation = any (%(tables)s::oid[])
    and locks.database = (select oid from pg_database where datname = current_database())
    and locks.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and locks.granted
    and locks.pid is distinct from pg_backend_pid()
order by 1, 2
