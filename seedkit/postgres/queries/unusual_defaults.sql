-- One row for each column whose default draws from a sequence, or may do so, otherwise than by a plain nextval('s'):
-- in an expression, by a name that is looked up at every insert, by a domain's default, by a function of the user's.
-- Takes no lock on a user's table: the default is read as stored, never through pg_get_expr.
with calls as (
    select classid as class, objid as object, refobjid as function
    from pg_depend
    where classid in ('pg_attrdef'::regclass, 'pg_type'::regclass) and refclassid = 'pg_proc'::regclass
),
-- A function that is not PostgreSQL's own may draw from a sequence, unless its source can be read and mentions neither
-- nextval, nor dynamic SQL, nor another such function.
suspect as (
    select
        function.oid,
        case
            when starts_with(function.oid::regprocedure::text, quote_ident(namespace.nspname) || '.')
                and namespace.nspname = any (current_setting('seedkit.schemas')::name[])
            then substr(function.oid::regprocedure::text, length(quote_ident(namespace.nspname)) + 2)
            else function.oid::regprocedure::text
        end as name,
        case when function.pronargs = 0 and function.proconfig is null then function.prosrc end as source
    from pg_proc as function
    join pg_namespace as namespace on namespace.oid = function.pronamespace
    join pg_language as language on language.oid = function.prolang
    where function.oid in (select function from calls)
        and (
            language.lanname not in ('sql', 'plpgsql')
            or function.prosqlbody is not null
            or function.prosrc ~* '[[:<:]](nextval|execute)[[:>:]]'
            or exists (
                select
                from pg_proc as other
                where other.oid >= 16384
                    and other.oid <> function.oid
                    and strpos(lower(function.prosrc), lower(other.proname)) > 0
            )
        )
),
calling as (
    select
        calls.class,
        calls.object,
        min(suspect.name) as function,
        min(suspect.source) as source
    from calls
    join suspect on suspect.oid = calls.function
    group by calls.class, calls.object
),
-- 1574 is nextval(regclass), 2205 regclass. A plain nextval has two nodes, itself and the constant, or three with a
-- cast to integer, smallint or numeric around it. (Regular expressions on these texts take seconds for 50,000 of them.)
stored as (
    select
        expression.adrelid as "table",
        expression.adnum as "column",
        default_value.tree,
        calling.function,
        calling.source
    from pg_attrdef as expression
    cross join lateral (select expression.adbin::text as tree offset 0) as default_value
    left join calling on calling.class = 'pg_attrdef'::regclass and calling.object = expression.oid
    where calling.function is not null
        or strpos(default_value.tree, ':funcid 1574 ') > 0
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
        domain.typdefaultbin::text,
        calling.function,
        calling.source
    from pg_type as domain
    left join calling on calling.class = 'pg_type'::regclass and calling.object = domain.oid
    join pg_attribute as attribute on attribute.atttypid = domain.oid
    where domain.typdefaultbin is not null
        and (calling.function is not null or strpos(domain.typdefaultbin::text, ':funcid 1574 ') > 0)
        and not attribute.atthasdef
        and attribute.attidentity = ''
),
-- The lateral OFFSET keeps PostgreSQL, which takes the few for many, from reading all columns of the database.
unusual as (
    select
        stored."table",
        stored."column",
        attribute.attname as column_name,
        stored.tree,
        stored.function,
        stored.source
    from stored
    cross join lateral (
        select attname, atttypid
        from pg_attribute
        where attrelid = stored."table" and attnum = stored."column" and attgenerated = '' and not attisdropped
        offset 0
    ) as attribute
    where strpos(stored.tree, ':funcid 1574 ') > 0
        or exists (
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
    unusual."column"::int4 as column_number,
    unusual.column_name,
    left(unusual.tree, 1000001) as tree, -- enough to see that it is too long
    unusual.function,
    left(unusual.source, 1000001) as source,
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
