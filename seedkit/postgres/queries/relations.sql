-- One row for each table, partitioned table, view and foreign table that is not PostgreSQL's own, and for each sequence.
-- Visible is what the user's search path finds, which seedkit.schemas keeps: its first relation of a name, of any kind.
with ranked as (
    select
        relation.oid,
        relation.relname,
        relation.relkind,
        namespace.nspname,
        namespace.oid as namespace,
        array_position(current_setting('seedkit.schemas')::name[], namespace.nspname) as rank
    from pg_class as relation
    join pg_namespace as namespace on namespace.oid = relation.relnamespace
),
first as (
    select
        relname,
        min(rank) as rank
    from ranked
    group by relname
)
select
    ranked.oid::int8 as oid,
    ranked.nspname as schema,
    ranked.relname as name,
    ranked.relkind::text as kind,
    coalesce(ranked.rank = first.rank, false) as visible
from ranked
join first on first.relname = ranked.relname
where ranked.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and (ranked.nspname not in ('pg_catalog', 'information_schema') or ranked.relkind = 'S')
    and ranked.nspname !~ '^pg_toast'
    and not pg_is_other_temp_schema(ranked.namespace)
order by
    ranked.nspname,
    ranked.relname
