-- One row for each CHECK and each foreign key of one of %(tables)s that all of its rows meet: the condition of a CHECK, and the
-- columns that are asked. No foreign key where the session checks none. Asked with names qualified.
select
    found.conrelid::int8 as table,
    found.conname::text as name,
    pg_get_expr(found.conbin, found.conrelid) as condition,
    array(
        select attribute.attname::text
        from pg_attribute as attribute
        where attribute.attrelid = found.conrelid and attribute.attnum = any (found.conkey)
    ) as columns
from pg_constraint as found
where found.conrelid = any (%(tables)s::oid[])
    and found.convalidated
    and (
        found.contype = 'c'
        or found.contype = 'f' and current_setting('session_replication_role') <> 'replica'
    )
order by found.conname
