-- One row for the session with a number, if the server knows it: what it waits for, and of a lock the relation, and who
-- holds it or stands before it, with what that session is. Asked in whatever search path there is.
select
    activity.wait_event_type as kind,
    activity.wait_event as event,
    (
        select pg_catalog.json_build_array(namespace.nspname, class.relname)::pg_catalog.text
        from pg_catalog.pg_locks as locks
        join pg_catalog.pg_class as class on class.oid operator(pg_catalog.=) locks.relation
        join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) class.relnamespace
        where locks.pid operator(pg_catalog.=) activity.pid and not locks.granted
        limit 1
    ) as relation,
    holder.pid as holder,
    0 operator(pg_catalog.=) any (pg_catalog.pg_blocking_pids(activity.pid)) as prepared,
    holder.usename as role,
    holder.application_name as application,
    holder.state,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) holder.state_change) as since
from pg_catalog.pg_stat_activity as activity
left join lateral (
    select other.*
    from pg_catalog.unnest(pg_catalog.pg_blocking_pids(activity.pid)) as blocking (pid)
    join pg_catalog.pg_stat_activity as other on other.pid operator(pg_catalog.=) blocking.pid
    order by other.state_change using operator(pg_catalog.<)
    limit 1
) as holder on true
where activity.pid operator(pg_catalog.=) %(session)s
