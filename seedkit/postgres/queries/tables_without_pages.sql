-- The OIDs of those tables of $1 that have not a single page, so no rows. A partitioned table and a parent have theirs
-- elsewhere, and what another access method does with pages is its own affair.
select pg_class.oid
from pg_class
join pg_am on pg_am.oid = pg_class.relam
where
    pg_class.oid = any(%s::oid[])
    and not relhassubclass
    and amname = 'heap'
    and pg_relation_size(pg_class.oid) = 0
