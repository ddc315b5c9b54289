-- One row for each of the tables that the catalog has shown (%(oids)s, by %(schemas)s and %(names)s) whose name means
-- something else by now. Asked in whatever search path there is, and of what knows the present: in a transaction that is
-- REPEATABLE READ the catalog itself still shows what was.
select shown.oid::pg_catalog.int8 as oid
from rows from (
    pg_catalog.unnest(%(oids)s::pg_catalog.int8[]),
    pg_catalog.unnest(%(schemas)s::pg_catalog.text[]),
    pg_catalog.unnest(%(names)s::pg_catalog.text[])
) as shown (oid, schema, name)
cross join lateral (
    select pg_catalog.to_regclass(pg_catalog.format('%%I.%%I', shown.schema, shown.name))::pg_catalog.oid as oid
) as found
cross join lateral pg_catalog.pg_identify_object('pg_catalog.pg_class'::pg_catalog.regclass, found.oid, 0) as what
where not coalesce(
    found.oid operator(pg_catalog.=) shown.oid::pg_catalog.oid and what.type operator(pg_catalog.=) 'table',
    false
)
