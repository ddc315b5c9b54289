-- One row for each column of the table %(table)s, with what a person who writes a row wants to know besides its type.
-- Asked in the user's search path, in which a default's text reads as the person knows it: so all names are qualified.
with recursive based as (
    select oid, oid as base
    from pg_catalog.pg_type
    where typtype operator(pg_catalog.<>) 'd'
    union all
    select domain.oid, based.base
    from pg_catalog.pg_type as domain
    join based on based.oid operator(pg_catalog.=) domain.typbasetype
    where domain.typtype operator(pg_catalog.=) 'd'
)
select
    attribute.attname as name,
    case
        when attribute.attgenerated operator(pg_catalog.=) ''
        then pg_catalog.pg_get_expr(preset.adbin, preset.adrelid)
    end as default,
    array(
        select enumlabel::pg_catalog.text
        from pg_catalog.pg_enum
        where enumtypid operator(pg_catalog.=) based.base
        order by enumsortorder
    ) as labels,
    pg_catalog.col_description(attribute.attrelid, attribute.attnum) as comment
from pg_catalog.pg_attribute as attribute
join based on based.oid operator(pg_catalog.=) attribute.atttypid
left join pg_catalog.pg_attrdef as preset
    on preset.adrelid operator(pg_catalog.=) attribute.attrelid
    and preset.adnum operator(pg_catalog.=) attribute.attnum
where attribute.attrelid operator(pg_catalog.=) %(table)s::pg_catalog.oid
    and attribute.attnum operator(pg_catalog.>) 0
    and not attribute.attisdropped
order by attribute.attnum
