-- One row for each of some tables: what its constraints, indexes, defaults and triggers say, in PostgreSQL's own words.
select
    relation.oid::int8 as table,
    (
        select coalesce(json_agg(json_build_object(
            'name', rule.conname,
            'definition', pg_get_constraintdef(rule.oid),
            'partition', nullif(rule.conrelid, relation.oid)::int8
        ) order by rule.conrelid <> relation.oid, rule.conname), '[]')
        from pg_constraint as rule
        where rule.contype = 'c'
            and (rule.conrelid = relation.oid or rule.conrelid = any (below.partitions) and rule.conislocal)
    ) as checks,
    (
        select coalesce(json_agg(json_build_object(
            'name', attribute.attname,
            'type', attribute.atttypid::int8,
            'type_name', format_type(attribute.atttypid, attribute.atttypmod),
            'dimensions', attribute.attndims,
            'default', case when attribute.attgenerated = '' then pg_get_expr(ad.adbin, ad.adrelid) end,
            'generated', case when attribute.attgenerated <> '' then pg_get_expr(ad.adbin, ad.adrelid) end,
            'virtual', attribute.attgenerated = 'v',
            'comment', col_description(attribute.attrelid, attribute.attnum),
            'domain_checks', (
                with recursive domain as (
                    select type.oid, type.typbasetype
                    from pg_type as type
                    where type.oid = attribute.atttypid and type.typtype = 'd'
                    union all
                    select type.oid, type.typbasetype
                    from pg_type as type
                    join domain on domain.typbasetype = type.oid
                    where type.typtype = 'd'
                )
                select json_agg(json_build_object(
                    'name', rule.conname, 'definition', pg_get_constraintdef(rule.oid)
                ) order by rule.conname)
                from domain
                join pg_constraint as rule on rule.contypid = domain.oid and rule.contype = 'c'
            )
        ) order by attribute.attnum), '[]')
        from pg_attribute as attribute
        left join pg_attrdef as ad on ad.adrelid = attribute.attrelid and ad.adnum = attribute.attnum
        where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    ) as columns,
    (
        select coalesce(json_agg(json_build_object(
            'name', index_relation.relname,
            'primary', index.indisprimary,
            'nulls_not_distinct', index.indnullsnotdistinct,
            'keys', (
                select json_agg(pg_get_indexdef(index.indexrelid, place, false) order by place)
                from generate_series(1, index.indnkeyatts) as place
            ),
            'predicate', pg_get_expr(index.indpred, index.indrelid),
            'partition', nullif(index.indrelid, relation.oid)::int8
        ) order by index.indrelid <> relation.oid, index.indisprimary desc, index_relation.relname), '[]')
        from pg_index as index
        join pg_class as index_relation on index_relation.oid = index.indexrelid
        where index.indisunique
            and (
                index.indrelid = relation.oid
                or index.indrelid = any (below.partitions) and not index_relation.relispartition
            )
    ) as uniques,
    (
        select coalesce(json_agg(json_build_object(
            'name', rule.conname, 'definition', pg_get_constraintdef(rule.oid)
        ) order by rule.conname), '[]')
        from pg_constraint as rule
        where rule.contype = 'x' and rule.conrelid = relation.oid
    ) as exclusions,
    (
        select coalesce(json_agg(json_build_object(
            'oid', leaf.oid::int8,
            'name', format('%%I.%%I', namespace.nspname, leaf.relname),
            'bound', pg_get_partition_constraintdef(leaf.oid),
            'above', (
                select json_agg(ancestor.relid::oid::int8 order by ancestor.place)
                from pg_partition_ancestors(leaf.oid) with ordinality as ancestor (relid, place)
                where ancestor.place > 1
            )
        ) order by namespace.nspname, leaf.relname), '[]')
        from pg_class as leaf
        join pg_namespace as namespace on namespace.oid = leaf.relnamespace
        where leaf.oid = any (below.partitions) and leaf.relkind <> 'p'
    ) as leaves,
    case when relation.relkind = 'p' then pg_get_partkeydef(relation.oid) end as partitioned,
    (
        select coalesce(json_agg(rule.conname order by rule.conname), '[]')
        from pg_constraint as rule
        where rule.contype = 'f' and rule.conrelid = relation.oid and rule.confmatchtype = 'f'
    ) as match_full,
    (
        select coalesce(json_agg(json_build_object(
            'name', trigger.tgname,
            'before', trigger.tgtype & 2 > 0,
            'source', function.prosrc
        ) order by trigger.tgname), '[]')
        from pg_trigger as trigger
        join pg_proc as function on function.oid = trigger.tgfoid
        where trigger.tgrelid = relation.oid
            and not trigger.tgisinternal
            and trigger.tgenabled not in ('D', 'R')
            and trigger.tgtype & 4 > 0
    ) as triggers,
    (
        select coalesce(json_agg(rule.rulename order by rule.rulename), '[]')
        from pg_rewrite as rule
        where rule.ev_class = relation.oid and rule.ev_type = '3' and rule.is_instead and rule.ev_enabled not in ('D', 'R')
    ) as insteads
from pg_class as relation
cross join lateral (
    with recursive tree as (
        select inhrelid as oid
        from pg_inherits
        where inhparent = relation.oid
        union
        select inherits.inhrelid
        from pg_inherits as inherits
        join tree on inherits.inhparent = tree.oid
    )
    select coalesce(array_agg(tree.oid) filter (where leaf.relispartition), '{}') as partitions
    from tree
    join pg_class as leaf on leaf.oid = tree.oid
    where relation.relkind = 'p'
) as below
where relation.oid = any (%(tables)s::oid[])
order by relation.oid
