-- The sequences of the database, but for other sessions' temporary ones: OID, schema and name.
select relation.oid, schema.nspname::text, relation.relname::text
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as schema on schema.oid operator(pg_catalog.=) relation.relnamespace
where relation.relkind operator(pg_catalog.=) 'S' and relation.relpersistence operator(pg_catalog.<>) 't'
order by relation.oid
