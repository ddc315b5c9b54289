-- One row for each table of %(tables)s that has not a single page, and so no rows. A partitioned table and a parent have
-- theirs elsewhere; what another access method does with pages is its own affair.
select relation.oid::int8 as oid
from pg_class as relation
join pg_am as method on method.oid = relation.relam
where relation.oid = any (%(tables)s::oid[])
    and not relation.relhassubclass
    and method.amname = 'heap'
    and pg_relation_size(relation.oid) = 0
