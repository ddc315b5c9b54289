-- One row with the condition of the CHECK %(check)s of a table by its schema and name, and the columns that it asks for.
-- Asked of tables that are locked by us already, in whatever search path there is.
select
    pg_catalog.pg_get_expr(found.conbin, found.conrelid) as condition,
    array(
        select attribute.attname::pg_catalog.text
        from pg_catalog.pg_attribute as attribute
        where attribute.attrelid operator(pg_catalog.=) found.conrelid
            and attribute.attnum operator(pg_catalog.=) any (found.conkey)
    ) as columns
from pg_catalog.pg_constraint as found
join pg_catalog.pg_class as relation on relation.oid operator(pg_catalog.=) found.conrelid
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
where found.contype operator(pg_catalog.=) 'c'
    and found.conname operator(pg_catalog.=) %(check)s::pg_catalog.name
    and relation.relname operator(pg_catalog.=) %(table)s::pg_catalog.name
    and namespace.nspname operator(pg_catalog.=) %(schema)s::pg_catalog.name
