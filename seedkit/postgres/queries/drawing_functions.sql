-- One row for each function that a default or a row trigger BEFORE INSERT calls, and that draws from a sequence itself or
-- through another one; also for one of a default of which that can't be known (opaque).
-- Takes no lock on a user's table and runs no function of a user's: sources are read as they are stored.
with recursive of_default as (
    select distinct refobjid as oid
    from pg_depend
    where classid in ('pg_attrdef'::regclass, 'pg_type'::regclass) and refclassid = 'pg_proc'::regclass
),
named as (
    select oid
    from of_default
    union
    select tgfoid
    from pg_trigger
    where tgtype & 7 = 7 and tgparentid = 0 and tgenabled in ('O', 'A') and not tgisinternal
),
-- The named functions, those that they call, and those that these call.
reached as (
    select oid
    from named
    union
    select called.oid
    from reached
    join pg_proc as caller on caller.oid = reached.oid
    join pg_language as language on language.oid = caller.prolang and language.lanname in ('sql', 'plpgsql')
    cross join lateral (
        select function.oid
        from regexp_matches(left(caller.prosrc, 100000), '\m(\w+)"?\s*\(', 'g') as word (parts)
        join pg_proc as function on function.proname in (word.parts[1]::name, lower(word.parts[1])::name)
        where caller.prosqlbody is null and function.oid >= 16384
        union
        select refobjid
        from pg_depend
        where caller.prosqlbody is not null
            and classid = 'pg_proc'::regclass
            and objid = caller.oid
            and refclassid = 'pg_proc'::regclass
    ) as called
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
-- Who calls whom, as above.
call as materialized (
    select
        caller.oid as caller,
        called.oid as called
    from reached
    join pg_proc as caller on caller.oid = reached.oid
    join pg_language as language on language.oid = caller.prolang and language.lanname in ('sql', 'plpgsql')
    cross join lateral (
        select function.oid
        from regexp_matches(left(caller.prosrc, 100000), '\m(\w+)"?\s*\(', 'g') as word (parts)
        join pg_proc as function on function.proname in (word.parts[1]::name, lower(word.parts[1])::name)
        where caller.prosqlbody is null and function.oid >= 16384
        union
        select refobjid
        from pg_depend
        where caller.prosqlbody is not null
            and classid = 'pg_proc'::regclass
            and objid = caller.oid
            and refclassid = 'pg_proc'::regclass
    ) as called
),
drawing as (
    select oid
    from function
    where draws
    union
    select call.caller
    from drawing
    join call on call.called = drawing.oid
),
opaque as (
    select oid
    from function
    where opaque
    union
    select call.caller
    from opaque
    join call on call.called = opaque.oid
),
-- The planner knows nothing of how many come out of a recursion, but takes few for what is distinct.
calling as materialized (
    select
        call.caller as oid,
        array_agg(distinct called.proname::text) as drawing
    from call
    join (select distinct oid from drawing) as drawing on drawing.oid = call.called
    join pg_proc as called on called.oid = call.called
    group by call.caller
),
found as materialized (
    select
        named.oid as root,
        drawing.oid is not null as draws,
        coalesce(calling.drawing, '{}') as drawing
    from named
    left join (select distinct oid from drawing) as drawing on drawing.oid = named.oid
    left join (select distinct oid from opaque) as opaque on opaque.oid = named.oid
    left join calling on calling.oid = named.oid
    left join of_default on of_default.oid = named.oid
    where drawing.oid is not null or opaque.oid is not null and of_default.oid is not null
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
    found.drawing,
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
