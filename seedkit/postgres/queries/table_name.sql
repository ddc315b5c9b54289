-- One row with the schema and the name of a table by its OID, %(table)s.
select namespace.nspname, relation.relname
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.oid = %(table)s::oid
