-- One row for each foreign or unique key of one of %(tables)s that is checked at the end only, and for each constraint
-- trigger that waits so long, by its schema and its name.
-- SET CONSTRAINTS means all constraints of a name, and refuses one that can't be deferred: those of such a name wait.
select
    found.conrelid::int8 as table,
    namespace.nspname::text as schema,
    found.conname::text as name,
    found.contype = 't' as trigger
from pg_constraint as found
join pg_namespace as namespace on namespace.oid = found.connamespace
where found.conrelid = any (%(tables)s::oid[])
    and found.contype in ('f', 'p', 'u', 'x', 't')
    and found.condeferred
    and not exists (
        select
        from pg_constraint as namesake
        where namesake.connamespace = found.connamespace
            and namesake.conname = found.conname
            and not namesake.condeferrable
    )
order by 1, 3
