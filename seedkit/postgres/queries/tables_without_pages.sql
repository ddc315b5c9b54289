-- One row for each table of %(tables)s that has not a single page, and so no rows. A partitioned table and a parent have
-- theirs elsewhere; what another access method does with pages is its own affair. Asked in whatever search path there is.
select relation.oid::pg_catalog.int8 as oid
from pg_catalog.pg_class as relation
join pg_catalog.pg_am as method on method.oid operator(pg_catalog.=) relation.relam
where relation.oid operator(pg_catalog.=) any (%(tables)s::pg_catalog.oid[])
    and not relation.relhassubclass
    and method.amname operator(pg_catalog.=) 'heap'
    and pg_catalog.pg_relation_size(relation.oid) operator(pg_catalog.=) 0
