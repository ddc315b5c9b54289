-- One row for each of the asked for, in their order: the sequence (null where there is none), and whether the role that
-- wrote it down has a right to it, and by a rule one to insert into the column. A sequence is given as its OID, or as a
-- name, which is looked for in its schema or in a path.
select
    sequence.oid::int8 as sequence,
    coalesce(
        has_sequence_privilege(asked.role::oid, sequence.oid, 'usage,update')
        and (
            not asked.by_rule
            or has_column_privilege(asked.role::oid, asked."table"::oid, asked."column"::int2, 'insert')
        ),
        false
    ) as entitled
from unnest(
    %(oids)s::int8[],
    %(schemas)s::text[],
    %(names)s::text[],
    %(paths)s::text[],
    %(roles)s::int8[],
    %(by_rules)s::bool[],
    %(tables)s::int8[],
    %(columns)s::int4[]
) with ordinality as asked (oid, schema, name, path, role, by_rule, "table", "column", place)
left join lateral (
    select
        relation.oid,
        0 as rank
    from pg_class as relation
    where relation.oid = asked.oid::oid and relation.relkind = 'S'
    union all
    select
        relation.oid,
        case
            when asked.schema is null then array_position(asked.path::name[], namespace.nspname)
            when namespace.nspname = asked.schema::name then 0
        end as rank
    from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where asked.oid is null and relation.relname = asked.name::name and relation.relkind = 'S'
    order by rank nulls last
    limit 1
) as sequence on sequence.rank is not null
order by asked.place
