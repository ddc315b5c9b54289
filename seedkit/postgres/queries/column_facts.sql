-- One row for each column of the table %(table)s, with what a person who writes a row wants to know besides its type.
with recursive based as (
    select oid, oid as base
    from pg_type
    where typtype <> 'd'
    union all
    select domain.oid, based.base
    from pg_type as domain
    join based on based.oid = domain.typbasetype
    where domain.typtype = 'd'
)
select
    attribute.attname as name,
    case when attribute.attgenerated = '' then pg_get_expr(preset.adbin, preset.adrelid) end as default,
    array(
        select enumlabel::text
        from pg_enum
        where enumtypid = based.base
        order by enumsortorder
    ) as labels,
    col_description(attribute.attrelid, attribute.attnum) as comment
from pg_attribute as attribute
join based on based.oid = attribute.atttypid
left join pg_attrdef as preset on preset.adrelid = attribute.attrelid and preset.adnum = attribute.attnum
where attribute.attrelid = %(table)s::oid and attribute.attnum > 0 and not attribute.attisdropped
order by attribute.attnum
