-- Everything that PostgreSQL itself brings stands a second time in the schema trap, and raises when it is used:
-- functions, aggregates, operators, types and the catalog's relations. Whoever finds trap first has to name things in full.
create schema trap;

create function trap.sprung(what pg_catalog.text) returns pg_catalog.bool language plpgsql as $$
begin
    raise exception 'a trap was sprung: %', what using errcode = 'XX999';
end $$;

do $do$
declare
    found record;
    number int := 0;
begin
    for found in
        select proname, oidvectortypes(proargtypes) as arguments, format_type(prorettype, null) as result, proretset
        from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and prokind in ('f', 'w')
    loop
        begin
            execute format(
                'create function trap.%I(%s) returns %s %s language plpgsql as %L', found.proname, found.arguments,
                case when found.proretset then 'setof' else '' end, found.result,
                format('begin perform trap.sprung(%L); end', found.proname || '(' || found.arguments || ')')
            );
        exception when others then null; -- such as those of cstring and internal, which no SQL of ours can call
        end;
    end loop;

    for found in
        select
            oprname,
            format_type(nullif(oprleft, 0), null) as left_type,
            format_type(oprright, null) as right_type,
            format_type(oprresult, null) as result
        from pg_operator
        where oprnamespace = 'pg_catalog'::regnamespace
    loop
        number := number + 1;
        begin
            execute format(
                'create function trap.operator_%s(%s) returns %s language plpgsql as %L', number,
                concat_ws(', ', found.left_type, found.right_type), found.result,
                format('begin perform trap.sprung(%L); end', 'operator ' || found.oprname)
            );
            execute format(
                'create operator trap.%s (function = trap.operator_%s, %s)', found.oprname, number,
                concat_ws(', ', 'leftarg = ' || found.left_type, 'rightarg = ' || found.right_type)
            );
        exception when others then null;
        end;
    end loop;

    for found in
        select proname, oidvectortypes(proargtypes) as arguments, pronargs
        from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and prokind = 'a'
    loop
        number := number + 1;
        begin
            execute format(
                'create function trap.state_%s(%s) returns pg_catalog.int8 language plpgsql as %L', number,
                concat_ws(', ', 'pg_catalog.int8', nullif(found.arguments, '')),
                format('begin perform trap.sprung(%L); end', found.proname || '(' || found.arguments || ')')
            );
            execute format(
                'create aggregate trap.%I(%s) (sfunc = trap.state_%s, stype = pg_catalog.int8, initcond = 0)',
                found.proname, coalesce(nullif(found.arguments, ''), '*'), number
            );
        exception when others then null;
        end;
    end loop;

    for found in
        select typname
        from pg_type
        where typnamespace = 'pg_catalog'::regnamespace and typtype = 'b' and typelem = 0 and typname <> 'bool'
    loop
        begin
            execute format('create domain trap.%1$I as pg_catalog.%1$I check (trap.sprung(%2$L))', found.typname, 'type ' || found.typname);
        exception when others then null;
        end;
    end loop;

    for found in
        select relname
        from pg_class
        where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v')
    loop
        begin
            execute format(
                'create view trap.%1$I as select * from pg_catalog.%1$I where trap.sprung(%2$L)', found.relname, 'relation ' || found.relname
            );
        exception when others then null;
        end;
    end loop;
end $do$;
