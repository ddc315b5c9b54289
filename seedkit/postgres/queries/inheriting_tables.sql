-- One row for each table that inherits from one of %(tables)s or from one that does, with each of its parents there.
with recursive below as (
    select
        inhparent as parent,
        inhrelid as child
    from pg_inherits
    where inhparent::int8 = any (%(tables)s::int8[])
    union
    select
        inherits.inhparent,
        inherits.inhrelid
    from pg_inherits as inherits
    join below on below.child = inherits.inhparent
)
select
    below.parent::int8 as parent,
    child.oid::int8 as oid,
    namespace.nspname as schema,
    child.relname as name
from below
join pg_class as child on child.oid = below.child
join pg_namespace as namespace on namespace.oid = child.relnamespace
order by
    below.parent,
    child.oid
