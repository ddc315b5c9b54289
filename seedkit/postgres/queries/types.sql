-- One row for each of %(types)s, each type of a column of %(tables)s, and each type that these are made of, whatever the
-- depth. `part_name` has length and precision, but an array's, which has those of the column.
with recursive made_of (oid) as (
    (
        select unnest(%(types)s::oid[])
        union
        select attribute.atttypid
        from pg_attribute as attribute
        where attribute.attrelid = any (%(tables)s::oid[]) and attribute.attnum > 0 and not attribute.attisdropped
    )
    union
    select part.oid
    from made_of
    cross join lateral (
        select domain.typbasetype
        from pg_type as domain
        where domain.oid = made_of.oid and domain.typtype = 'd'
        union all
        select element.oid
        from pg_type as list
        join pg_type as element on element.oid = list.typelem and element.typarray = list.oid
        where list.oid = made_of.oid
        union all
        select range.rngsubtype
        from pg_range as range
        where range.rngtypid = made_of.oid
        union all
        select range.rngtypid
        from pg_range as range
        where range.rngmultitypid = made_of.oid
        union all
        select field.atttypid
        from pg_type as composite
        join pg_attribute as field on field.attrelid = composite.typrelid
        where composite.oid = made_of.oid and composite.typtype = 'c' and field.attnum > 0 and not field.attisdropped
    ) as part (oid)
)
select
    type.oid::int8 as oid,
    format_type(type.oid, null) as name,
    case
        when schema.nspname <> 'pg_catalog'
            and schema.nspname = any (current_setting('seedkit.schemas')::name[])
            and not exists (
                select from pg_type as own
                where own.typname = type.typname and own.typnamespace = 'pg_catalog'::regnamespace
            )
        then quote_ident(schema.nspname) || '.'
        else ''
    end as found_in,
    case
        when type.typtype = 'd' then 'domain'
        when type.typtype = 'e' then 'enum'
        when type.typtype = 'c' then 'composite'
        when type.typtype = 'r' then 'range'
        when type.typtype = 'm' then 'multirange'
        when element.oid is not null then 'array'
        when type.typtype = 'b' and type.typname = 'hstore' then 'hstore'
        else 'scalar'
    end as kind,
    coalesce(nullif(type.typbasetype, 0), element.oid, range.rngsubtype, multirange.rngtypid)::int8 as part,
    format_type(
        coalesce(nullif(type.typbasetype, 0), range.rngsubtype, multirange.rngtypid), type.typtypmod
    ) as part_name,
    type.typnotnull as not_null,
    type.typdelim::text as delimiter,
    (
        select coalesce(json_agg(pg_get_constraintdef(rule.oid) order by rule.conname), '[]')
        from pg_constraint as rule
        where rule.contypid = type.oid and rule.contype = 'c'
    ) as checks,
    (
        select coalesce(json_agg(json_build_object(
            'name', field.attname,
            'type', field.atttypid::int8,
            'type_name', format_type(field.atttypid, field.atttypmod)
        ) order by field.attnum), '[]')
        from pg_attribute as field
        where type.typtype = 'c' and field.attrelid = type.typrelid and field.attnum > 0 and not field.attisdropped
    ) as fields,
    array(
        select label.enumlabel::text
        from pg_enum as label
        where label.enumtypid = type.oid
        order by label.enumsortorder
    ) as labels
from made_of
join pg_type as type on type.oid = made_of.oid
join pg_namespace as schema on schema.oid = type.typnamespace
left join pg_type as element on element.oid = type.typelem and element.typarray = type.oid
left join pg_range as range on range.rngtypid = type.oid
left join pg_range as multirange on multirange.rngmultitypid = type.oid
