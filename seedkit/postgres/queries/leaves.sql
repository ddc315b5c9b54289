-- One row for %(table)s, its partitions, and the tables that inherit from it, with their kinds; none where it is gone.
with recursive below as (
    select %(table)s::oid as oid
    union
    select inherits.inhrelid
    from below
    join pg_inherits as inherits on inherits.inhparent = below.oid
)
select
    leaf.oid::int8 as oid,
    namespace.nspname as schema,
    leaf.relname as name,
    leaf.relkind::text as kind
from below
join pg_class as leaf on leaf.oid = below.oid
join pg_namespace as namespace on namespace.oid = leaf.relnamespace
