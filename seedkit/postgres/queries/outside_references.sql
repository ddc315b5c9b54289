-- One row for each table outside %(tables)s and their partitions that has a foreign key to one of them.
with recursive emptied as (
    select relid::oid as oid
    from unnest(%(tables)s::oid[]) as relid
    union
    select inherits.inhrelid
    from pg_inherits as inherits
    join emptied on emptied.oid = inherits.inhparent
    join pg_class as partition on partition.oid = inherits.inhrelid and partition.relispartition
)
select distinct
    namespace.nspname as schema,
    relation.relname as name,
    relation.relkind::text as kind,
    has_table_privilege(relation.oid, 'select') as readable
from pg_constraint as foreign_key
join pg_class as relation on relation.oid = foreign_key.conrelid
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where foreign_key.contype = 'f'
    and not exists ( -- a key that a partition has from the table above it
        select
        from pg_constraint as above
        where above.oid = foreign_key.conparentid and above.conrelid <> foreign_key.conrelid
    )
    and foreign_key.confrelid in (select oid from emptied)
    and foreign_key.conrelid not in (select oid from emptied)
order by
    namespace.nspname,
    relation.relname
