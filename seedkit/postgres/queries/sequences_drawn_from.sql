-- One row for each of the asked for, in their order: the sequence (null where there is none), and whether the role that
-- wrote it down has a right to it. A sequence is given as its OID, or as a name with its schema or without: that is then
-- looked for in the path that a function sets, else in the schema of the table, then in the user's search path.
select
    sequence.oid::int8 as oid,
    coalesce(has_sequence_privilege(asked.role::oid, sequence.oid, 'usage,update'), false) as entitled
from unnest(
    %(oids)s::int8[], %(schemas)s::text[], %(names)s::text[], %(paths)s::text[], %(tables)s::int8[], %(roles)s::int8[]
) with ordinality as asked (oid, schema, name, path, "table", role, place)
left join pg_class as fed on fed.oid = asked."table"::oid
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
            when asked.schema is not null then case when namespace.nspname = asked.schema::name then 0 end
            when asked.path is not null then array_position(asked.path::name[], namespace.nspname)
            when namespace.oid = fed.relnamespace then 0
            else array_position(current_setting('seedkit.schemas')::name[], namespace.nspname)
        end as rank
    from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where relation.relname = asked.name::name and relation.relkind = 'S'
    order by rank nulls last
    limit 1
) as sequence on sequence.rank is not null
order by asked.place
