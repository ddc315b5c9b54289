-- One row for each row trigger BEFORE INSERT on a table that calls one of the functions %(drawing)s, with the columns of
-- the table by name and number, and those that own a sequence.
select
    fed.oid::int8 as table_oid,
    fed_schema.nspname as table_schema,
    fed.relname as table_name,
    trigger.tgname as name,
    trigger.tgfoid::int8 as function,
    encode(trigger.tgargs, 'hex') as arguments,
    columns.names,
    columns.numbers
from pg_trigger as trigger
join pg_class as fed on fed.oid = trigger.tgrelid and fed.relkind in ('r', 'p')
join pg_namespace as fed_schema on fed_schema.oid = fed.relnamespace
cross join lateral (
    select
        array_agg(attname::text order by attnum) as names,
        array_agg(attnum::int4 order by attnum) as numbers
    from pg_attribute
    where attrelid = fed.oid and attnum > 0 and not attisdropped
) as columns
where trigger.tgfoid::int8 = any (%(drawing)s::int8[])
    and trigger.tgtype & 7 = 7
    and trigger.tgparentid = 0
    and trigger.tgenabled in ('O', 'A')
    and not trigger.tgisinternal
    and not pg_is_other_temp_schema(fed.relnamespace)
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
    trigger.tgname
