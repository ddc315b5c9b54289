-- The sequences of the database that the role at work may read and set, but for temporary ones: OID, schema and name.
select relation.oid, schema.nspname::text, relation.relname::text
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as schema on schema.oid operator(pg_catalog.=) relation.relnamespace
where relation.relkind operator(pg_catalog.=) 'S' and relation.relpersistence operator(pg_catalog.<>) 't'
    and pg_catalog.has_schema_privilege(schema.oid, 'usage')
    and case when relation.relkind operator(pg_catalog.=) 'S' -- what is none, there is no privilege to ask for
        then pg_catalog.has_sequence_privilege(relation.oid, 'select')
            and pg_catalog.has_sequence_privilege(relation.oid, 'update')
        else false end
order by relation.oid
