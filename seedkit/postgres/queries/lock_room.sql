-- One row: what else a run locks that fills %(tables)s, and what the server's room for locks is made from.
select
    (select count(*) from pg_index as index where index.indrelid = any (%(tables)s::oid[]))::int8 as indexes,
    (
        select count(distinct link.objid)
        from pg_depend as link
        join pg_class as sequence on sequence.oid = link.objid and sequence.relkind = 'S'
        where link.classid = 'pg_class'::regclass
            and link.refclassid = 'pg_class'::regclass
            and link.refobjid = any (%(tables)s::oid[])
            and link.deptype in ('a', 'i')
    )::int8 as sequences,
    setting.sessions,
    setting.sessions
        + current_setting('max_worker_processes')::int8
        + current_setting('max_wal_senders')::int8
        + coalesce(
            current_setting('autovacuum_worker_slots', true),
            current_setting('autovacuum_max_workers')
        )::int8
        + 2 as processes,
    current_setting('max_locks_per_transaction')::int8 as locks_each
from (
    select
        current_setting('max_connections')::int8 + current_setting('max_prepared_transactions')::int8 as sessions
) as setting
