-- One row for each sequence that no column owns, no identity and no default draws from, and no extension has made.
-- What links is gathered once: asked for each sequence, the planner may walk through all defaults for each.
with linked as materialized (
    select depend.objid as sequence
    from pg_depend as depend
    where depend.classid = 'pg_class'::regclass
        and (depend.deptype = 'e' or depend.deptype in ('a', 'i') and depend.refobjsubid > 0)
    union
    select depend.refobjid
    from pg_depend as depend
    join pg_attrdef as expression on expression.oid = depend.objid
    where depend.classid = 'pg_attrdef'::regclass
        and depend.refclassid = 'pg_class'::regclass
        and strpos(expression.adbin::text, ':funcid 1574 ') > 0
)
select
    sequence.oid::int8 as oid,
    namespace.nspname as schema,
    sequence.relname as name
from pg_class as sequence
join pg_namespace as namespace on namespace.oid = sequence.relnamespace
where sequence.relkind = 'S'
    and namespace.nspname not in ('pg_catalog', 'information_schema')
    and not pg_is_other_temp_schema(sequence.relnamespace)
    and sequence.oid not in (select linked.sequence from linked)
order by
    namespace.nspname,
    sequence.relname
