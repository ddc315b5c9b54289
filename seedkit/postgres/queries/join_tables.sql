-- One row for each table of two columns, both of them foreign keys of their own, one to a table of %(tables)s, to one that
-- is above it or to a partition of it; and for each that has no foreign key at all, but both columns are called like some.
select relation.oid::int8 as oid
from pg_class as relation
where relation.relkind in ('r', 'p')
    and not relation.relispartition
    and exists (
        select
        from pg_constraint as foreign_key
        where foreign_key.conrelid = relation.oid
            and foreign_key.contype = 'f'
            and (
                foreign_key.confrelid = any (%(tables)s::oid[])
                or exists (
                    select
                    from pg_partition_ancestors(foreign_key.confrelid) as ancestor (relid)
                    where ancestor.relid = any (%(tables)s::oid[])
                )
                or foreign_key.confrelid in (
                    select ancestor.relid
                    from unnest(%(tables)s::oid[]) as filled (oid)
                    cross join pg_partition_ancestors(filled.oid) as ancestor (relid)
                )
            )
    )
    and (
        select count(*) = 2 and bool_and(exists (
            select
            from pg_constraint as foreign_key
            where foreign_key.conrelid = relation.oid
                and foreign_key.contype = 'f'
                and foreign_key.conkey = array[attribute.attnum]
        ))
        from pg_attribute as attribute
        where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    )
union all
select relation.oid::int8
from pg_class as relation
where relation.relkind in ('r', 'p')
    and relation.relnatts = 2
    and not relation.relispartition
    and (
        select count(*) = 2 and bool_and(attribute.attname ~ '(_id|_ID|[a-z0-9]I[dD])$')
        from pg_attribute as attribute
        where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    )
    and not exists (
        select
        from pg_constraint as foreign_key
        where foreign_key.conrelid = relation.oid and foreign_key.contype = 'f'
    )
