-- One row for each foreign or unique key of one of %(tables)s that is checked at the end only, by its schema and its name.
select
    found.conrelid::int8 as table,
    namespace.nspname::text as schema,
    found.conname::text as name
from pg_constraint as found
join pg_namespace as namespace on namespace.oid = found.connamespace
where found.conrelid = any (%(tables)s::oid[])
    and found.contype in ('f', 'p', 'u', 'x')
    and found.condeferred
order by 1, 3
