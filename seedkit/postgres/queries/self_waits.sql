-- One row for each other session that waits for the run's, directly or behind others, and for each that the run's waits
-- for, where the holder of the locks has nothing to do; with the tables that it is about, as far as they are known.
-- Asked in whatever search path there is.
with recursive waiting as materialized (
    select
        pid,
        pg_catalog.pg_blocking_pids(pid) as blockers
    from (select distinct pid from pg_catalog.pg_locks where not granted) as found
),
behind (pid) as (
    select pid
    from waiting
    where %(run)s operator(pg_catalog.=) any (blockers)
    union
    select waiting.pid
    from waiting
    join behind on behind.pid operator(pg_catalog.=) any (waiting.blockers)
),
ahead (pid) as (
    select pg_catalog.unnest(blockers)
    from waiting
    where pid operator(pg_catalog.=) %(run)s
    union
    select pg_catalog.unnest(waiting.blockers)
    from waiting
    join ahead on ahead.pid operator(pg_catalog.=) waiting.pid
),
pairs as (
    select pid as other, pid as waiting, %(run)s as holder
    from behind
    union all
    select pid, %(run)s, pid
    from ahead
),
relations as (
    select
        locks.pid,
        locks.granted,
        class.oid,
        namespace.nspname as schema,
        class.relname as name
    from pg_catalog.pg_locks as locks
    join pg_catalog.pg_class as class on class.oid operator(pg_catalog.=) locks.relation
    join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace
    where
        class.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog."char"[])
        and class.oid operator(pg_catalog.>=) 16384::pg_catalog.oid
        and locks.database operator(pg_catalog.=) (
            select oid from pg_catalog.pg_database where datname operator(pg_catalog.=) pg_catalog.current_database()
        )
)
select
    pairs.other,
    pairs.waiting,
    other.datname as other_database,
    other.usename as other_role,
    waiter.query as statement,
    pg_catalog.concat(waiter.query_start, ' ', holder.state_change) as moment,
    coalesce(pg_catalog.host(waiter.client_addr), '') operator(pg_catalog.=)
    coalesce(pg_catalog.host(holder.client_addr), '') as same_host,
    exists (
        select
        from pg_catalog.pg_locks as locks
        where
            locks.pid operator(pg_catalog.=) pairs.waiting and not locks.granted
            and locks.locktype operator(pg_catalog.=) 'advisory'
    ) as advisory,
    array(
        select distinct pg_catalog.json_build_array(wanted.schema, wanted.name)::pg_catalog.text
        from relations as wanted
        where
            wanted.pid operator(pg_catalog.=) pairs.waiting
            and (
                not wanted.granted
                or exists (
                    select
                    from relations as held
                    where
                        held.pid operator(pg_catalog.=) pairs.holder
                        and held.oid operator(pg_catalog.=) wanted.oid
                )
            )
    ) as tables
from pairs
join pg_catalog.pg_stat_activity as waiter on waiter.pid operator(pg_catalog.=) pairs.waiting
join pg_catalog.pg_stat_activity as other on other.pid operator(pg_catalog.=) pairs.other
join pg_catalog.pg_stat_activity as holder on holder.pid operator(pg_catalog.=) pairs.holder
where holder.state operator(pg_catalog.=) 'idle in transaction'
