-- One row for each function in SQL that a constraint, an index or a default uses: its name, parameters and body.
select
    format('%s.%s', namespace.nspname, function.proname) as name,
    coalesce(function.proargnames, array_fill(''::text, array[function.pronargs::int])) as parameters,
    coalesce(pg_get_function_sqlbody(function.oid), function.prosrc) as source,
    function.proisstrict as strict
from pg_proc as function
join pg_namespace as namespace on namespace.oid = function.pronamespace
join pg_language as language on language.oid = function.prolang
where language.lanname = 'sql'
    and not function.proretset
    and namespace.nspname <> 'pg_catalog'
    and function.oid in (
        select dependency.refobjid
        from pg_depend as dependency
        where dependency.refclassid = 'pg_proc'::regclass
            and dependency.classid in ('pg_constraint'::regclass, 'pg_class'::regclass, 'pg_attrdef'::regclass)
    )
    and not exists ( -- another of the same name: which one is meant is a matter of types
        select
        from pg_proc as other
        where other.proname = function.proname
            and other.pronamespace = function.pronamespace
            and other.oid <> function.oid
    )
order by 1
