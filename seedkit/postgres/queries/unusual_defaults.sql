-- One row for each column whose default draws from a sequence otherwise than by a plain nextval('s'): in an expression,
-- by a name that is looked up at every insert, by a domain's default.
-- Takes no lock on a user's table: the default is read as stored, never through pg_get_expr.
-- 1574 is nextval(regclass), 2205 regclass. A plain nextval has two nodes, itself and the constant, or three with a
-- cast to integer, smallint or numeric around it. (Regular expressions on these texts take seconds for 50,000 of them.)
with stored as (
    select
        expression.adrelid as "table",
        expression.adnum as "column",
        default_value.tree
    from pg_attrdef as expression
    cross join lateral (select expression.adbin::text as tree offset 0) as default_value
    where strpos(default_value.tree, ':funcid 1574 ') > 0
        and (
            strpos(default_value.tree, ':consttype 2205 ') = 0
            or length(default_value.tree) - length(replace(default_value.tree, '{', '')) is distinct from case
                when starts_with(default_value.tree, '{FUNCEXPR :funcid 1574 ') then 2
                when starts_with(default_value.tree, '{FUNCEXPR :funcid 480 ') then 3
                when starts_with(default_value.tree, '{FUNCEXPR :funcid 714 ') then 3
                when starts_with(default_value.tree, '{FUNCEXPR :funcid 1781 ') then 3
            end
        )
    union all
    select
        attribute.attrelid,
        attribute.attnum,
        domain.typdefaultbin::text
    from pg_type as domain
    join pg_attribute as attribute on attribute.atttypid = domain.oid
    where domain.typdefaultbin is not null
        and strpos(domain.typdefaultbin::text, ':funcid 1574 ') > 0
        and not attribute.atthasdef
        and attribute.attidentity = ''
),
-- The lateral OFFSET keeps PostgreSQL, which takes the few for many, from reading all columns of the database.
unusual as (
    select
        stored."table",
        stored."column",
        attribute.attname as column_name,
        stored.tree
    from stored
    cross join lateral (
        select attname
        from pg_attribute
        where attrelid = stored."table" and attnum = stored."column" and attgenerated = '' and not attisdropped
        offset 0
    ) as attribute
)
select
    fed.oid::int8 as table_oid,
    fed_schema.nspname as table_schema,
    fed.relname as table_name,
    unusual."column"::int4 as column_number,
    unusual.column_name,
    left(unusual.tree, 1000001) as tree, -- enough to see that it is too long
    owned_schema.nspname as owned_schema,
    owned.relname as owned_name,
    fed.relispartition and exists (
        select
        from pg_partition_ancestors(fed.oid) as ancestor
        join unusual as above on above."table" = ancestor.relid and above.column_name = unusual.column_name
        where ancestor.relid <> fed.oid
    ) as covered,
    exists ( -- an extension's own table, unless pg_extension_config_dump made it its users' data
        select
        from pg_depend as belonging
        join pg_extension as extension on extension.oid = belonging.refobjid
        where belonging.classid = 'pg_class'::regclass
            and belonging.objid = fed.oid
            and belonging.refclassid = 'pg_extension'::regclass
            and belonging.deptype = 'e'
            and not coalesce(fed.oid = any (extension.extconfig), false)
    ) as kept
from unusual
join pg_class as fed on fed.oid = unusual."table" and fed.relkind in ('r', 'p')
join pg_namespace as fed_schema on fed_schema.oid = fed.relnamespace
left join pg_depend as owning
    on owning.refclassid = 'pg_class'::regclass
    and owning.refobjid = unusual."table"
    and owning.refobjsubid = unusual."column"
    and owning.classid = 'pg_class'::regclass
    and owning.deptype = 'a'
left join pg_class as owned on owned.oid = owning.objid and owned.relkind = 'S'
left join pg_namespace as owned_schema on owned_schema.oid = owned.relnamespace
where not pg_is_other_temp_schema(fed.relnamespace)
order by
    fed_schema.nspname,
    fed.relname,
    unusual."column"
