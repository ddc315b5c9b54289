-- One row for each table, partitioned table, view, foreign table and sequence that is not PostgreSQL's own.
select
    relation.oid::int8 as oid,
    namespace.nspname as schema,
    relation.relname as name,
    relation.relkind::text as kind,
    pg_table_is_visible(relation.oid) as visible
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and namespace.nspname not in ('pg_catalog', 'information_schema')
    and namespace.nspname !~ '^pg_toast'
    and not pg_is_other_temp_schema(namespace.oid)
order by
    namespace.nspname,
    relation.relname
