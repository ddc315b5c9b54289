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
-- The named functions, those that they call, and those that these call. A source calls a name, and by that whatever has
-- it: so each function and each name is looked at once, however many of one name call each other.
reached as (
    select oid, null::name as name
    from named
    union
    select next.oid, next.name
    from reached
    cross join lateral (
        select null::oid as oid, word.name
        from pg_proc as caller
        join pg_language as language on language.oid = caller.prolang and language.lanname in ('sql', 'plpgsql')
        cross join lateral (
            select distinct spelled.name
            from regexp_matches(left(caller.prosrc, 100000), '\m(\w+)"?\s*\(', 'g') as found (parts)
            cross join lateral (values (found.parts[1]::name), (lower(found.parts[1])::name)) as spelled (name)
        ) as word
        where caller.oid = reached.oid
            and caller.prosqlbody is null
            -- Not "exists", of which the planner may make a loop over all functions for each word.
            and (select true from pg_proc as called where called.proname = word.name and called.oid >= 16384 limit 1)
        union all
        select called.oid, null
        from pg_proc as called
        where called.proname = reached.name and called.oid >= 16384
        union all
        select depend.refobjid, null
        from pg_proc as caller
        join pg_depend as depend
            on depend.classid = 'pg_proc'::regclass
            and depend.objid = caller.oid
            and depend.refclassid = 'pg_proc'::regclass
        where caller.oid = reached.oid and caller.prosqlbody is not null
    ) as next
),
-- The planner takes many for what comes out of a recursion, but few for what is distinct; and for each that it takes to
-- come out of the recursions below it makes room before they begin, tens of megabytes.
known as materialized (
    select distinct oid from reached where oid is not null
),
-- 1574 is nextval(regclass).
function as materialized (
    select
        proc.oid,
        proc.proname as name,
        language.lanname as language,
        case
            when proc.prosqlbody is null then strpos(lower(proc.prosrc), 'nextval') > 0 or proc.prosrc = 'autoinc'
            else strpos(proc.prosqlbody::text, ':funcid 1574 ') > 0
        end as draws,
        proc.prosqlbody is null
            and (language.lanname not in ('sql', 'plpgsql', 'internal') or proc.prosrc ~* '\mexecute\M') as opaque
    from known
    join pg_proc as proc on proc.oid = known.oid
    join pg_language as language on language.oid = proc.prolang
),
-- Who calls which name (n), or which function (f), as above, and which functions have the name.
call as materialized (
    select
        'f' || caller.oid as caller,
        'n' || word.name::text collate "default" as called
    from known
    join pg_proc as caller on caller.oid = known.oid and caller.prosqlbody is null
    join pg_language as language on language.oid = caller.prolang and language.lanname in ('sql', 'plpgsql')
    cross join lateral (
        select distinct spelled.name
        from regexp_matches(left(caller.prosrc, 100000), '\m(\w+)"?\s*\(', 'g') as found (parts)
        cross join lateral (values (found.parts[1]::name), (lower(found.parts[1])::name)) as spelled (name)
    ) as word
    where word.name in (select distinct name from reached)
    union all
    select 'f' || caller.oid, 'f' || depend.refobjid
    from known
    join pg_proc as caller on caller.oid = known.oid and caller.prosqlbody is not null
    join pg_depend as depend
        on depend.classid = 'pg_proc'::regclass
        and depend.objid = caller.oid
        and depend.refclassid = 'pg_proc'::regclass
    union all
    select 'n' || function.name::text collate "default", 'f' || function.oid
    from function
    where function.oid >= 16384
),
drawing as (
    select 'f' || oid as node
    from function
    where draws
    union
    select call.caller
    from drawing
    join call on call.called = drawing.node
),
opaque as (
    select 'f' || oid as node
    from function
    where opaque
    union
    select call.caller
    from opaque
    join call on call.called = opaque.node
),
calling as materialized (
    select
        call.caller as node,
        array_agg(distinct coalesce(function.name::text, substr(call.called, 2))) as drawing
    from call
    join (select distinct node from drawing) as drawing on drawing.node = call.called
    left join function on 'f' || function.oid = call.called
    where call.caller in (select 'f' || oid from named)
    group by call.caller
),
found as materialized (
    select
        named.oid as root,
        drawing.node is not null as draws,
        coalesce(calling.drawing, '{}') as drawing
    from named
    left join (select distinct node from drawing) as drawing on drawing.node = 'f' || named.oid
    left join (select distinct node from opaque) as opaque on opaque.node = 'f' || named.oid
    left join calling on calling.node = 'f' || named.oid
    left join of_default on of_default.oid = named.oid
    where drawing.node is not null or opaque.node is not null and of_default.oid is not null
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
