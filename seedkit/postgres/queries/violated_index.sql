-- The index by which a constraint or unique index %(name)s of a table is kept: the columns that it asks, `plain` where one
-- stands in it as it is and not in an expression, a generated column or the condition, and the OIDs of the table and of those
-- above it. `followed` are columns of the table whose values go over to the rows that refer to them, by ON UPDATE CASCADE.
select
    index.indisexclusion as exclusion,
    index.indnullsnotdistinct as nulls_alike,
    array(
        select relation.oid::int8
        union
        select ancestor.relid::oid::int8
        from pg_partition_ancestors(relation.oid) as ancestor (relid)
    ) as tables,
    array(
        select attribute.attname::text
        from pg_attribute as attribute
        where attribute.attrelid = relation.oid and attribute.attnum = any (keys.attnums)
        order by array_position(keys.attnums, attribute.attnum)
    ) as plain,
    array(
        select distinct on (attribute.attnum) attribute.attname::text
        from pg_attribute as attribute
        join pg_depend as dependency
            on dependency.refclassid = 'pg_class'::regclass
            and dependency.refobjid = relation.oid
            and dependency.refobjsubid = attribute.attnum
        left join pg_attrdef as generation -- of a generated column that stands in the index
            on generation.adrelid = relation.oid
            and generation.adnum = any (keys.attnums)
            and (
                dependency.classid = 'pg_attrdef'::regclass and dependency.objid = generation.oid
                or dependency.classid = 'pg_class'::regclass and dependency.objid = relation.oid
                    and dependency.objsubid = generation.adnum
            )
        left join pg_attribute as generated
            on generated.attrelid = relation.oid
            and generated.attnum = generation.adnum
            and generated.attgenerated <> ''
        where attribute.attrelid = relation.oid
            and attribute.attnum > 0
            and attribute.attnum <> all (keys.attnums)
            and (
                generated.attnum is not null
                or dependency.classid = 'pg_class'::regclass
                    and dependency.objid = index.indexrelid
                    and (index.indexprs is not null or index.indpred is not null) -- else it is only included
            )
        order by attribute.attnum
    ) as others,
    array(
        select distinct attribute.attname::text
        from pg_constraint as reference
        join pg_attribute as attribute
            on attribute.attrelid = relation.oid and attribute.attnum = any (reference.confkey)
        where reference.contype = 'f' and reference.confrelid = relation.oid and reference.confupdtype = 'c'
    ) as followed
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_index as index on index.indrelid = relation.oid
join pg_class as index_relation on index_relation.oid = index.indexrelid
cross join lateral (
    select array(select unnest((index.indkey::int2[])[0:index.indnkeyatts - 1])) as attnums
) as keys
where namespace.nspname = %(schema)s
    and relation.relname = %(table)s
    and index_relation.relname = %(name)s
