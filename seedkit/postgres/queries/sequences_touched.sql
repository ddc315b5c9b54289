-- The sequences that this transaction has moved: it holds their locks until it ends, also after its savepoints.
select lock.relation
from pg_catalog.pg_locks as lock
join pg_catalog.pg_class as relation
    on relation.oid operator(pg_catalog.=) lock.relation and relation.relkind operator(pg_catalog.=) 'S'
where lock.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
    and lock.locktype operator(pg_catalog.=) 'relation'
    and lock.mode operator(pg_catalog.=) any ('{RowExclusiveLock,ShareRowExclusiveLock,AccessExclusiveLock}')
