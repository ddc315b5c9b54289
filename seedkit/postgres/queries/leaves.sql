-- One row for each table that holds rows of %(table)s: itself, its partitions, and the tables that inherit from it.
with recursive below as (
    select %(table)s::oid as oid
    union
    select inherits.inhrelid
    from below
    join pg_inherits as inherits on inherits.inhparent = below.oid
)
select namespace.nspname as schema, leaf.relname as name
from below
join pg_class as leaf on leaf.oid = below.oid
join pg_namespace as namespace on namespace.oid = leaf.relnamespace
where leaf.relkind <> 'p'
