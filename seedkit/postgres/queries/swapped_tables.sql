-- One row for each of the tables that the catalog has shown (%(oids)s, by %(schemas)s and %(names)s) whose name means
-- something else by now. Asked in whatever search path there is.
select shown.oid::pg_catalog.int8 as oid
from rows from (
    pg_catalog.unnest(%(oids)s::pg_catalog.int8[]),
    pg_catalog.unnest(%(schemas)s::pg_catalog.text[]),
    pg_catalog.unnest(%(names)s::pg_catalog.text[])
) as shown (oid, schema, name)
where not exists (
    select
    from pg_catalog.pg_class as relation
    join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
    where relation.oid operator(pg_catalog.=) shown.oid::pg_catalog.oid
        and relation.relname operator(pg_catalog.=) shown.name::pg_catalog.name
        and namespace.nspname operator(pg_catalog.=) shown.schema::pg_catalog.name
        and relation.relkind operator(pg_catalog.=) any ('{r,p}'::pg_catalog."char"[])
)
