-- One row for each function that a default or a row trigger BEFORE INSERT calls, and that draws from a sequence itself or
-- through another one, or of which that can't be known (opaque).
-- Takes no lock on a user's table and runs no function of a user's: sources are read as they are stored.
with recursive named as (
    select refobjid as oid
    from pg_depend
    where classid in ('pg_attrdef'::regclass, 'pg_type'::regclass) and refclassid = 'pg_proc'::regclass
    union
    select tgfoid
    from pg_trigger
    where tgtype & 7 = 7 and tgparentid = 0 and tgenabled in ('O', 'A') and not tgisinternal
),
-- Each named function, with those that it calls and those that these call; called is the one that it calls itself.
reached as (
    select oid as root, oid, null::oid as called
    from named
    union
    select reached.root, other.oid, coalesce(reached.called, other.oid)
    from reached
    join pg_proc as caller on caller.oid = reached.oid
    join pg_language as language on language.oid = caller.prolang and language.lanname in ('sql', 'plpgsql')
    cross join lateral (
        select function.oid
        from regexp_matches(left(caller.prosrc, 100000), '\m(\w+)"?\s*\(', 'g') as word (parts)
        join pg_proc as function on function.proname in (word.parts[1]::name, lower(word.parts[1])::name)
        where caller.prosqlbody is null and function.oid >= 16384
        union all
        select refobjid
        from pg_depend
        where caller.prosqlbody is not null
            and classid = 'pg_proc'::regclass
            and objid = caller.oid
            and refclassid = 'pg_proc'::regclass
    ) as other
),
-- 1574 is nextval(regclass).
function as materialized (
    select
        proc.oid,
        language.lanname as language,
        case
            when proc.prosqlbody is null then strpos(lower(proc.prosrc), 'nextval') > 0 or proc.prosrc = 'autoinc'
            else strpos(proc.prosqlbody::text, ':funcid 1574 ') > 0
        end as draws,
        proc.prosqlbody is null
            and (language.lanname not in ('sql', 'plpgsql', 'internal') or proc.prosrc ~* '\mexecute\M') as opaque
    from pg_proc as proc
    join pg_language as language on language.oid = proc.prolang
    where proc.oid in (select oid from reached)
),
found as (
    select
        reached.root,
        bool_or(function.draws) as draws,
        bool_or(function.opaque) as opaque,
        array_agg(distinct called.proname::text) filter (where function.draws and called.oid is not null) as drawing
    from reached
    join function on function.oid = reached.oid
    left join pg_proc as called on called.oid = reached.called
    group by reached.root
)
select
    proc.oid::int8 as oid,
    case
        when starts_with(proc.oid::regprocedure::text, quote_ident(namespace.nspname) || '.')
            and namespace.nspname = any (current_setting('seedkit.schemas')::name[])
        then substr(proc.oid::regprocedure::text, length(quote_ident(namespace.nspname)) + 2)
        else proc.oid::regprocedure::text
    end as name,
    function.language,
    found.draws,
    coalesce(found.drawing, '{}') as drawing,
    case when found.draws then left(proc.prosrc, 100001) else '' end as source, -- enough to see that it is too long
    case when found.draws then left(proc.prosqlbody::text, 1000001) end as body,
    coalesce(proc.proargnames, '{}') as parameters,
    proc.proowner::int8 as owner,
    (
        select substr(setting, length('search_path=') + 1)
        from unnest(proc.proconfig) as setting
        where starts_with(setting, 'search_path=')
    ) as path
from found
join pg_proc as proc on proc.oid = found.root
join function on function.oid = found.root
join pg_namespace as namespace on namespace.oid = proc.pronamespace
where found.draws or found.opaque
