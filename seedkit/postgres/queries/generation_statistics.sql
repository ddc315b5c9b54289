-- One row for each of some tables: the statistics of its columns that this role may see, and why there may be none.
select
    relation.oid::int8 as table,
    greatest(relation.reltuples, 0)::int8 as rows,
    row_security_active(relation.oid) as hidden,
    has_table_privilege(relation.oid, 'select') or has_any_column_privilege(relation.oid, 'select') as readable,
    (
        select coalesce(json_agg(json_build_object(
            'name', stats.attname,
            'nulls', stats.null_frac::text,
            'common', stats.most_common_vals::text::text[],
            'shares', stats.most_common_freqs::text[],
            'bounds', stats.histogram_bounds::text::text[]
        ) order by stats.attname), '[]')
        from pg_stats as stats
        where stats.schemaname = namespace.nspname
            and stats.tablename = relation.relname
            and stats.inherited = (relation.relkind = 'p')
    ) as columns
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.oid = any (%(tables)s::oid[])
