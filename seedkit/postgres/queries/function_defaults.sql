-- One row for each column whose default calls one of the functions %(drawing)s, which draw from a sequence, or is a
-- number and a key whose default calls one of %(opaque)s, of which that can't be known.
with calls as (
    select
        classid as class,
        objid as object,
        array_agg(refobjid::int8) as functions,
        bool_or(refobjid::int8 = any (%(drawing)s::int8[])) as draws
    from pg_depend
    where classid in ('pg_attrdef'::regclass, 'pg_type'::regclass)
        and refclassid = 'pg_proc'::regclass
        and refobjid::int8 = any (%(drawing)s::int8[] || %(opaque)s::int8[])
    group by
        classid,
        objid
),
stored as (
    select
        expression.adrelid as "table",
        expression.adnum as "column",
        expression.adbin::text as tree,
        calls.functions,
        calls.draws
    from calls
    join pg_attrdef as expression on expression.oid = calls.object
    where calls.class = 'pg_attrdef'::regclass
    union all
    select
        attribute.attrelid,
        attribute.attnum,
        domain.typdefaultbin::text,
        calls.functions,
        calls.draws
    from calls
    join pg_type as domain on domain.oid = calls.object
    join pg_attribute as attribute on attribute.atttypid = domain.oid
    where calls.class = 'pg_type'::regclass and not attribute.atthasdef and attribute.attidentity = ''
),
calling as (
    select
        stored.*,
        attribute.attname
    from stored
    join pg_attribute as attribute
        on attribute.attrelid = stored."table"
        and attribute.attnum = stored."column"
        and attribute.attgenerated = ''
        and not attribute.attisdropped
    where stored.draws
        or strpos(stored.tree, ':funcid 1574 ') = 0
        and exists (
            select
            from pg_type as type
            join pg_index as index on index.indrelid = stored."table"
            where type.oid = attribute.atttypid
                and type.typcategory = 'N'
                and index.indisprimary
                and stored."column" = any (index.indkey)
        )
)
select
    fed.oid::int8 as table_oid,
    fed_schema.nspname as table_schema,
    fed.relname as table_name,
    calling."column"::int4 as column_number,
    calling.attname as column_name,
    left(calling.tree, 1000001) as tree, -- enough to see that it is too long
    calling.functions,
    owned_schema.nspname as owned_schema,
    owned.relname as owned_name,
    case when fed.relispartition then array(select relid::int8 from pg_partition_ancestors(fed.oid)) end as line
from calling
join pg_class as fed on fed.oid = calling."table" and fed.relkind in ('r', 'p')
join pg_namespace as fed_schema on fed_schema.oid = fed.relnamespace
left join pg_depend as owning
    on owning.refclassid = 'pg_class'::regclass
    and owning.refobjid = calling."table"
    and owning.refobjsubid = calling."column"
    and owning.classid = 'pg_class'::regclass
    and owning.deptype = 'a'
left join pg_class as owned on owned.oid = owning.objid and owned.relkind = 'S'
left join pg_namespace as owned_schema on owned_schema.oid = owned.relnamespace
where not pg_is_other_temp_schema(fed.relnamespace)
    and not exists ( -- an extension's own table, unless pg_extension_config_dump made it its users' data
        select
        from pg_depend as belonging
        join pg_extension as extension on extension.oid = belonging.refobjid
        where belonging.classid = 'pg_class'::regclass
            and belonging.objid = fed.oid
            and belonging.refclassid = 'pg_extension'::regclass
            and belonging.deptype = 'e'
            and not coalesce(fed.oid = any (extension.extconfig), false)
    )
order by
    fed_schema.nspname,
    fed.relname,
    calling."column"
