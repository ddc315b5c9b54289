-- One row for each table that is not filled as others are: a partition, one of an extension, a temporary one, one that
-- this role may not read, or not insert into, or one whose name is such that its columns tell whether a tool keeps its
-- books there. `root` is the table that a partition's rows come with.
select
    relation.oid::int8 as oid,
    case
        when relation.relispartition
        then (
            select case when namespace.nspname = 'public' then '' else quote_ident(namespace.nspname) || '.' end
                || quote_ident(root.relname)
            from pg_class as root
            join pg_namespace as namespace on namespace.oid = root.relnamespace
            where root.oid = pg_partition_root(relation.oid)
        )
    end as root,
    extension.extname as extension,
    relation.relpersistence = 't' as temporary,
    not may.fill as forbidden,
    array(
        select attribute.attname::text
        from pg_attribute as attribute
        where doubt.is_open and attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    ) as columns
from pg_class as relation
left join pg_depend as membership
    on membership.classid = 'pg_class'::regclass
    and membership.objid = relation.oid
    and membership.objsubid = 0
    and membership.deptype = 'e'
left join pg_extension as extension on extension.oid = membership.refobjid
cross join lateral (
    select
        has_schema_privilege(relation.relnamespace, 'usage')
        and has_any_column_privilege(relation.oid, 'select') -- a list of privileges would ask for one of them
        and has_table_privilege(relation.oid, 'insert') as fill
) as may
cross join lateral (select lower(relation.relname) ~ %(doubtful)s as is_open) as doubt
where relation.relkind in ('r', 'p')
    and relation.oid >= 16384
    and (relation.relispartition or extension.extname is not null or relation.relpersistence = 't' or not may.fill or doubt.is_open)
