-- One row for each table whose rows a view (%(view)s, an OID) shows or takes, through whatever views between them.
with recursive shown as (
    select %(view)s::int8::oid as relation
    union
    select depend.refobjid
    from shown
    join pg_class as view on view.oid = shown.relation and view.relkind in ('v', 'm')
    join pg_rewrite as rule on rule.ev_class = view.oid
    join pg_depend as depend
        on depend.classid = 'pg_rewrite'::regclass
        and depend.objid = rule.oid
        and depend.refclassid = 'pg_class'::regclass
)
select
    namespace.nspname as schema,
    base.relname as name
from shown
join pg_class as base on base.oid = shown.relation and base.relkind in ('r', 'p', 'f')
join pg_namespace as namespace on namespace.oid = base.relnamespace
order by
    namespace.nspname,
    base.relname
