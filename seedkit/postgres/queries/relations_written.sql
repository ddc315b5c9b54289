-- What this transaction has written or moved, sequences among it: it holds their locks until it ends, also after its savepoints.
select relation
from pg_catalog.pg_locks
where pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
    and locktype operator(pg_catalog.=) 'relation'
    and mode operator(pg_catalog.=) any ('{RowExclusiveLock,ShareRowExclusiveLock,AccessExclusiveLock}')
