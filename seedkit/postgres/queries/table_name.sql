-- One row with the schema, the name and the kind of a table by its OID, %(table)s. Asked in whatever search path there is.
select namespace.nspname, relation.relname, relation.relkind::pg_catalog.text
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid operator(pg_catalog.=) relation.relnamespace
where relation.oid operator(pg_catalog.=) %(table)s::pg_catalog.oid
