-- The body of a DO block, which gives no row: it finds sequences when it runs, and moves them forward, never back.
declare
    names constant pg_catalog.text[] := {names};
    asked constant pg_catalog.oid[] := {tables}; -- null: all
    asked_column constant pg_catalog.text := {column};
    asked_schemas constant pg_catalog.text[] := {schemas};
    margin constant pg_catalog.int8 := {margin};
    own_lowest constant pg_catalog.int8 := {lowest};
    own_highest constant pg_catalog.int8 := {highest};
    found_in constant pg_catalog.name[] := pg_catalog.current_schemas(true);
    path constant pg_catalog.text := pg_catalog.current_setting('search_path');
    security constant pg_catalog.text := pg_catalog.current_setting('row_security');
    timeout constant pg_catalog.text := pg_catalog.current_setting('lock_timeout');
    mighty pg_catalog.bool;
    fed record;
    place record;
    state record;
    problem pg_catalog.text;
    spread pg_catalog.oid[]; -- tables that Citus knows, whose sequences are others on other nodes
    statement pg_catalog.text;
    answer pg_catalog.text;
    taken pg_catalog.numeric;
    base pg_catalog.numeric;
    steps pg_catalog.numeric;
    target pg_catalog.numeric;
    given pg_catalog.int8;
begin
    if pg_catalog.array_position(asked, null) is not null then
        raise exception using
            errcode = 'undefined_table',
            message = pg_catalog.format('table "%s" does not exist', names[pg_catalog.array_position(asked, null)]),
            hint = 'Name its schema too, if it has one that is not searched, and write the name as it is spelled.';
    end if;

    -- The tables were found as the session finds them. From here on no name is found but PostgreSQL's own.
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    perform set_config('row_security', 'off', true), set_config('lock_timeout', {lock_timeout}, true);
    if to_regclass('pg_catalog.pg_dist_partition') is not null then
        execute 'select array_agg(logicalrelid::oid) from pg_dist_partition' into spread;
    end if;
    mighty := exists (
        select from pg_roles where rolsuper and (rolname = current_user or pg_has_role(session_user, oid, 'member'))
    );
    for fed in
        -- 1574 is nextval(regclass), which also stands in a default where its sequence is named by a text.
        with expression as (
            select oid, adrelid, adnum, pg_get_expr(adbin, adrelid) as written
            from pg_attrdef
            where strpos(adbin::text, ':funcid 1574 ') > 0
        ),
        drawing as (
            select
                expression.adrelid as "table",
                expression.adnum as "column",
                case
                    when written ~ $r$^\(*nextval\(\(*'([^']|'')+'(::text\))?::regclass\)+(::(smallint|integer|bigint)\)*)?$$r$
                    then coalesce(linked.sequence, late.sequence)
                end as sequence
            from expression
            left join lateral (
                select depend.refobjid as sequence
                from pg_depend as depend
                join pg_sequence as definition on definition.seqrelid = depend.refobjid
                where depend.classid = 'pg_attrdef'::regclass
                    and depend.objid = expression.oid
                    and depend.refclassid = 'pg_class'::regclass
                limit 1
            ) as linked on true
            -- A name without a schema means the sequence beside the table, if there is one: each tenant may have a schema.
            left join lateral (
                select sequence.oid as sequence
                from pg_class as relation
                cross join lateral (select substring(written from $$'((?:[^']|'')+)'::text$$) as name) as named
                join pg_class as sequence on sequence.relkind = 'S'
                join pg_namespace as namespace on namespace.oid = sequence.relnamespace
                where relation.oid = expression.adrelid
                    and case replace(named.name, $$''$$, $$'$$)
                        when quote_ident(sequence.relname)
                        then namespace.oid = relation.relnamespace or namespace.nspname = any (found_in)
                        else replace(named.name, $$''$$, $$'$$) = format('%I.%I', namespace.nspname, sequence.relname)
                    end
                order by namespace.oid <> relation.relnamespace, array_position(found_in, namespace.nspname)
                limit 1
            ) as late on true
        ),
        owning as (
            select
                depend.refobjid as "table",
                depend.refobjsubid as "column",
                depend.objid as sequence,
                depend.deptype = 'i' as draws
            from pg_depend as depend
            join pg_sequence as definition on definition.seqrelid = depend.objid
            join pg_attribute as attribute
                on attribute.attrelid = depend.refobjid and attribute.attnum = depend.refobjsubid
            where depend.classid = 'pg_class'::regclass
                and depend.refclassid = 'pg_class'::regclass
                and (depend.deptype = 'i' or attribute.attidentity = '' and not attribute.atthasdef)
        ),
        link as (
            select "table", "column", sequence, true as draws from drawing
            union all
            select "table", "column", sequence, draws from owning
        ),
        -- Where another column draws from a sequence, the one that owns it counts no more; nor does the table of a role
        -- that has no right to the sequence.
        counting as (
            select
                link.*,
                format('%s.%I', link."table"::regclass, attribute.attname) as shown,
                attribute.attname as name
            from link
            join pg_attribute as attribute on attribute.attrelid = link."table" and attribute.attnum = link."column"
            join pg_class as relation on relation.oid = link."table"
            where has_sequence_privilege(relation.relowner, link.sequence, 'usage,update') is not false
                and (
                    draws
                    or not exists (select from link as other where other.draws and other.sequence = link.sequence)
                )
        ),
        chosen as (
            select counting.*
            from counting
            join pg_class as relation on relation.oid = counting."table" and relation.relkind in ('r', 'p')
            join pg_namespace as namespace on namespace.oid = relation.relnamespace
            where case
                when asked is not null
                then counting."table" = any (asked)
                    and (asked_column is null or counting.name::text in (asked_column, lower(asked_column)))
                else namespace.nspname not in ('pg_catalog', 'information_schema')
                    and (asked_schemas is null or namespace.nspname::text = any (asked_schemas))
                    and not pg_is_other_temp_schema(namespace.oid)
                    and not exists (
                        select
                        from pg_depend as depend
                        where depend.classid = 'pg_class'::regclass
                            and depend.objid in (counting."table", counting.sequence)
                            and depend.deptype = 'e'
                    )
            end
        )
        select
            chosen.sequence,
            min(counting.shown) as shown,
            array_agg(counting."table") as tables,
            array_agg(counting."column"::int2) as columns
        from (select distinct sequence from chosen where sequence is not null) as chosen
        join counting on counting.sequence = chosen.sequence
        group by chosen.sequence
        union all
        select null, shown, '{{}}', '{{}}' from chosen where sequence is null
        union all
        select null, each::regclass::text, null, null
        from unnest(asked) as each
        where not exists (select from chosen where chosen."table" = each)
        order by 1
    loop
        if fed.tables is null and asked_column is not null and not exists (
            select
            from pg_attribute as attribute
            where attribute.attrelid = fed.shown::regclass
                and attribute.attname::text in (asked_column, lower(asked_column))
                and attribute.attnum > 0
                and not attribute.attisdropped
        ) then
            raise exception using
                errcode = 'undefined_column',
                message = format('table "%s" has no column "%s"', fed.shown, asked_column);
        end if;
        if fed.tables is null and asked_column is not null then
            fed.shown := format('%s.%I', fed.shown, asked_column);
        end if;

        problem := case
            when fed.tables is null then 'no sequence feeds it'
            when fed.sequence is null then 'its default is more than nextval'
            when not has_sequence_privilege(fed.sequence, 'usage,update') then 'this role may not use its sequence'
        end;

        -- The ids that the sequence can give are within its bounds, its columns' types and the range that was named.
        select
            definition.seqincrement as increment,
            sign(definition.seqincrement)::int8 as way,
            definition.seqcycle and definition.seqcache = 1 as goes_round,
            greatest(100000, 1000 * definition.seqcache) as race,
            greatest(definition.seqmin, own_lowest) as lowest,
            least(definition.seqmax, own_highest, bounds.highest) as highest,
            bounds.sound
        into state
        from pg_sequence as definition
        cross join (
            select
                min(case scalar.oid when 21 then 32767 when 23 then 2147483647 end) as highest,
                bool_and(scalar.oid is not null) as sound
            from unnest(fed.tables, fed.columns) as each ("table", "column")
            join pg_attribute as attribute on attribute.attrelid = each."table" and attribute.attnum = each."column"
            cross join lateral (
                with recursive below as (
                    select attribute.atttypid as oid
                    union all
                    select type.typbasetype from below join pg_type as type using (oid) where type.typtype = 'd'
                )
                select min(oid) filter (where oid in (20, 21, 23, 1700)) as oid from below
            ) as scalar
        ) as bounds
        where definition.seqrelid = fed.sequence;
        if not state.sound then
            problem := coalesce(problem, 'it holds no whole numbers');
        end if;
        if fed.tables && spread then
            problem := coalesce(problem, 'each node of Citus has one, which seedkit fix-sequence alone looks at');
        end if;

        taken := null;
        for place in
            select
                relation.oid::regclass::text as "table",
                attribute.attname as "column",
                has_column_privilege(relation.oid, attribute.attnum, 'select') as readable,
                row_security_active(relation.oid) as hidden,
                owner.rolname as owner,
                array(
                    with recursive below as (
                        select relation.oid, relation.relowner
                        union
                        select leaf.oid, leaf.relowner
                        from below
                        join pg_inherits as inherits on inherits.inhparent = below.oid
                        join pg_class as leaf on leaf.oid = inherits.inhrelid
                    )
                    select distinct role.rolname
                    from below
                    join pg_roles as role on role.oid = below.relowner
                    where mighty and not role.rolsuper
                ) as others
            from unnest(fed.tables, fed.columns) as each ("table", "column")
            join pg_class as relation on relation.oid = each."table"
            join pg_attribute as attribute on attribute.attrelid = each."table" and attribute.attnum = each."column"
            join pg_roles as owner on owner.oid = relation.relowner
            where problem is null
        loop
            problem := case
                when not place.readable then 'this role may not read it'
                when place.hidden then 'row-level security may hide rows from this role'
                when place.others <> '{{}}' and place.others <> array[place.owner]
                then 'parts of its table belong to other roles'
            end;
            exit when problem is not null;
            if {wait} then
                execute format('lock table %s in share row exclusive mode', place."table");
            end if;
            statement := format(
                'select %s(%I)::text from %s where %I between %L::int8 and %L::int8',
                case when state.way > 0 then 'max' else 'min' end,
                place."column", place."table", place."column", state.lowest, state.highest
            );
            if place.others = '{{}}' then
                execute statement into answer;
            else
                -- Functions of another role's indexes run while it is planned: with that role's rights, not a superuser's,
                -- and the error takes back whatever else they do.
                begin
                    execute format(
                        'create function pg_temp.seedkit_as_owner() returns text language sql stable security definer '
                        'set search_path = pg_catalog, pg_temp as %L', statement
                    );
                    execute format('alter function pg_temp.seedkit_as_owner() owner to %I', place.owner);
                    execute 'select pg_temp.seedkit_as_owner()' into answer;
                    raise exception using errcode = 'SDKIT', message = coalesce(answer, '');
                exception when sqlstate 'SDKIT' then
                    get stacked diagnostics answer = message_text;
                end;
            end if;
            if state.way > 0 then
                taken := greatest(taken, floor(nullif(answer, '')::numeric));
            else
                taken := least(taken, ceil(nullif(answer, '')::numeric));
            end if;
        end loop;

        if problem is null and (taken is not null or own_lowest is not null) then
            base := pg_sequence_last_value(fed.sequence);
            if base is null then
                execute format(
                    'select case when is_called then last_value else last_value::numeric - %L::int8 end from %s',
                    state.increment, fed.sequence::regclass
                ) into base;
            end if;
            -- One that has not come to its own range yet is behind it, whatever the ids.
            if own_lowest is not null and state.way > 0 then
                taken := greatest(taken, state.lowest::numeric - 1);
            elsif own_lowest is not null then
                taken := least(taken, state.highest::numeric + 1);
            end if;
            steps := div(taken - base, state.increment) + margin;
            if (taken - base) * state.way < 0 and mod(taken - base, state.increment) <> 0 then
                steps := steps - 1;
            end if;
            target := base + steps * state.increment;
            if steps >= 1 and target + state.increment not between state.lowest and state.highest then
                problem := format('after %s nothing is left up to %s', taken, case
                    when state.way > 0 then state.highest else state.lowest
                end);
            elsif steps >= 1 then
                -- Only nextval is sure never to go back while others draw, too. What is so far behind that others can't come
                -- there meanwhile is set; the first nextval keeps ALTER SEQUENCE out before that.
                given := nextval(fed.sequence);
                while (given - target) * state.way < 0 and not (state.goes_round and (given - base) * state.way < 0) loop
                    base := greatest(base * state.way, pg_sequence_last_value(fed.sequence) * state.way) * state.way;
                    steps := div(target - base + state.increment - state.way, state.increment);
                    if steps > state.race then
                        given := setval(fed.sequence, (base + steps * state.increment)::int8);
                    else
                        given := nextval(fed.sequence);
                    end if;
                end loop;
                raise notice 'sequence % is past % now', fed.sequence::regclass, taken;
            end if;
        end if;

        if problem is not null and asked is null then
            raise warning 'the sequence of % was left as it is: %', fed.shown, problem;
        elsif problem is not null then
            raise exception using
                errcode = 'object_not_in_prerequisite_state',
                message = format('the sequence of %s can not be moved: %s', fed.shown, problem),
                hint = 'Look at it with `seedkit check`. Where the sequence is known, name it: '
                    'fix_sequence("users", "id", "users_id_seq").';
        end if;
    end loop;
    perform set_config('lock_timeout', timeout, true), set_config('row_security', security, true),
        set_config('search_path', path, true);
end
