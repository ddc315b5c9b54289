-- One row for each table of %(tables)s, with its columns, unique keys and foreign keys as JSON arrays.
-- A column's structure is the OID of its type where that is more than a scalar; one draws whose default tells which
-- row came first. Of the foreign keys that stand on partitions below the table alone, `stands_on` says on which; `tree`
-- holds each partition with the table above it.
with recursive walked as (
    select oid, typbasetype as base, typnotnull as not_null
    from pg_type
    where typtype = 'd'
    union all
    select walked.oid, lower_domain.typbasetype, walked.not_null or lower_domain.typnotnull
    from walked
    join pg_type as lower_domain on lower_domain.oid = walked.base and lower_domain.typtype = 'd'
),
-- What is below all domains; of the domains alone, as this is looked through for each table.
based as materialized (
    select walked.oid, walked.base, walked.not_null
    from walked
    join pg_type as type on type.oid = walked.base and type.typtype <> 'd'
),
-- How values of a type that is not PostgreSQL's own are told apart: by its default btree class (403), else hash (405).
equality as (
    select distinct on (class.opcintype)
        class.opcintype as type,
        format('%%I.%%s', operator_schema.nspname, operator.oprname) as operator
    from pg_opclass as class
    join pg_amop as member
        on member.amopfamily = class.opcfamily
        and member.amoplefttype = class.opcintype
        and member.amoprighttype = class.opcintype
        and member.amopstrategy = case class.opcmethod when 403 then 3 else 1 end
    join pg_operator as operator on operator.oid = member.amopopr
    join pg_namespace as operator_schema on operator_schema.oid = operator.oprnamespace
    where class.opcdefault and class.opcmethod in (403, 405) and class.opcintype >= 16384
    order by
        class.opcintype,
        class.opcmethod
),
-- The same of the classes of unique indexes, by their OIDs; of each index pg_opclass would be read as a whole.
index_equality as materialized (
    select
        jsonb_object_agg(class.oid, format('%%I.%%s', operator_schema.nspname, operator.oprname)) as operators
    from pg_opclass as class
    join pg_amop as member
        on member.amopfamily = class.opcfamily
        and member.amoplefttype = class.opcintype
        and member.amoprighttype = class.opcintype
        and member.amopstrategy = 3
    join pg_operator as operator on operator.oid = member.amopopr
    join pg_namespace as operator_schema on operator_schema.oid = operator.oprnamespace
    where class.oid in (
        select unnest(index.indclass::oid[]) from pg_index as index where index.indrelid = any (%(tables)s::oid[])
    )
),
-- The roles whose code must not run with our rights, where these are a superuser's or SET ROLE makes them so.
weaker as materialized (
    select oid, rolname as name
    from pg_roles
    where not rolsuper and exists (
        select
        from pg_roles as mighty
        where mighty.rolsuper and (mighty.rolname = current_user or pg_has_role(session_user, mighty.oid, 'member'))
    )
),
-- Of each schema the owner whose code must not run with our rights, who could put another relation in any one's place;
-- for pg_database_owner (6171) that is the database's.
schema_owner as materialized (
    select
        namespace.oid,
        weaker.name
    from pg_namespace as namespace
    cross join (select datdba from pg_database where datname = current_database()) as here
    join weaker on weaker.oid = case when namespace.nspowner = 6171 then here.datdba else namespace.nspowner end
),
-- Columns that foreign keys with ON UPDATE RESTRICT refer to; of each table pg_constraint would be read as a whole.
restricted as (
    select
        restricting.confrelid,
        referenced.attnum
    from pg_constraint as restricting
    cross join lateral unnest(restricting.confkey) as referenced (attnum)
    where restricting.contype = 'f' and restricting.confupdtype = 'r'
),
-- Defaults that tell which row came first, by their functions: nextval, clock_timestamp, timeofday, uuidv7, any of users.
drawing as materialized (
    select
        adrelid,
        adnum
    from pg_attrdef
    where adrelid = any (%(tables)s::oid[])
        and (
            adbin::text like '%%funcid 1574 %%'
            or adbin::text ~ 'funcid (?:2649|274|6429|6430|[0-9]{5})'
        )
),
-- What publications of updates hold, each relation, or some rows or columns of it, or schema, or everything.
published as materialized (
    select
        publication.puballtables as everything,
        single.prrelid as relation,
        single.prqual is not null or single.prattrs is not null as in_part,
        whole.pnnspid as schema
    from pg_publication as publication
    left join pg_publication_rel as single on single.prpubid = publication.oid
    left join pg_publication_namespace as whole on whole.pnpubid = publication.oid
    where publication.pubupdate
)
select
    relation.oid::int8 as oid,
    namespace.nspname as schema,
    relation.relname as name,
    relation.relkind::text as kind,
    row_security_active(relation.oid) as row_security,
    exists (
        select
        from pg_index as index
        where index.indrelid = any (relation.oid || below.partitions)
            and index.indimmediate
            and (index.indisunique or index.indisexclusion)
            and (
                index.indexprs is not null
                or index.indpred is not null
                or index.indisexclusion
                or index.indrelid <> relation.oid and not exists (
                    select from pg_class as own where own.oid = index.indexrelid and own.relispartition
                )
            )
    ) as further_indexes,
    exists (
        select
        from pg_rewrite as rule
        where rule.ev_class = relation.oid
            and rule.ev_type in ('2', '3') -- of updates, of inserts
            and rule.ev_enabled <> 'D'
    ) as rules,
    exists (
        select
        from pg_trigger as trigger
        where trigger.tgrelid = relation.oid
            and not trigger.tgisinternal
            and trigger.tgenabled <> 'D'
            and trigger.tgtype & 1 = 0 -- for each statement
            and trigger.tgtype & (4 | 16) <> 0 -- of inserts or updates
    ) as statement_triggers,
    -- A statement with an UPDATE is refused for it, also where no row is updated; what is published in part may be so.
    exists (
        select
        from published
        where (
                published.everything
                or published.schema = relation.relnamespace
                or published.relation = any (
                    relation.oid || below.partitions || array(select relid::oid from pg_partition_ancestors(relation.oid))
                )
            )
            and (
                published.in_part
                or exists (
                    select
                    from pg_class as part
                    where part.oid = any (relation.oid || below.partitions)
                        and part.relkind = 'r'
                        and part.relpersistence = 'p'
                        and part.relreplident <> 'f'
                        and not exists (
                            select
                            from pg_index as index
                            where index.indrelid = part.oid
                                and index.indimmediate
                                and case part.relreplident when 'd' then index.indisprimary else index.indisreplident end
                        )
                )
            )
    ) as without_identity,
    below.insert_triggers or exists (
        select
        from pg_trigger as trigger
        where trigger.tgrelid = relation.oid
            and not trigger.tgisinternal
            and trigger.tgenabled <> 'D'
            and trigger.tgtype & (1 | 2 | 4) = 1 | 2 | 4 -- for each row, before, of inserts
    ) as insert_triggers,
    below.row_triggers or exists (
        select
        from pg_trigger as trigger
        where trigger.tgrelid = relation.oid
            and not trigger.tgisinternal
            and trigger.tgenabled <> 'D'
            and trigger.tgtype & (1 | 4) = 1 | 4 -- for each row, of inserts
    ) as row_triggers,
    below.foreign_leaves,
    below.strange_leaves,
    case when parties.names <@ array[owner.name] then owner.name end as read_as,
    parties.names <> '{}' and not parties.names <@ array[owner.name] as read_apart,
    case
        when relation.relispartition
        then (
            select json_agg(ancestor.relid::oid::int8 order by ancestor.place)
            from pg_partition_ancestors(relation.oid) with ordinality as ancestor (relid, place)
            where ancestor.place > 1 -- the table itself
        )
    end as partition_of,
    below.tree,
    (
        select coalesce(json_agg(json_build_object(
            'number', attribute.attnum,
            'name', attribute.attname,
            'type_sql', full_name.type_sql,
            'found_in', case
                when type_schema.nspname = 'pg_catalog' then 'pg_catalog.'
                when type_schema.nspname = any (current_setting('seedkit.schemas')::name[])
                    and not exists (
                        select from pg_type as own
                        where own.typname = type.typname and own.typnamespace = 'pg_catalog'::regnamespace
                    )
                then quote_ident(type_schema.nspname) || '.'
                else ''
            end,
            'base_type', format_type(base_type.oid, null),
            'base_found_in', case
                when base_schema.nspname <> 'pg_catalog'
                    and base_schema.nspname = any (current_setting('seedkit.schemas')::name[])
                    and not exists (
                        select from pg_type as own
                        where own.typname = base_type.typname and own.typnamespace = 'pg_catalog'::regnamespace
                    )
                then quote_ident(base_schema.nspname) || '.'
                else ''
            end,
            'equality', case
                when base_schema.nspname <> 'pg_catalog' and base_type.typtype = 'b' and base_type.typcategory <> 'A'
                then (select operator from equality where equality.type = base_type.oid)
            end,
            'category', base_type.typcategory,
            'structure', case
                when base_type.typtype <> 'b' or base_type.typcategory = 'A' or base_type.typname = 'hstore'
                then attribute.atttypid::int8
            end,
            'not_null', attribute.attnotnull,
            'required', (attribute.attnotnull or coalesce(based.not_null, false))
                and not attribute.atthasdef
                and attribute.attidentity = ''
                and type.typdefault is null,
            'has_default', attribute.atthasdef,
            -- Without the table it belongs to, pg_get_expr locks none; a default has no columns in it.
            'constant', case
                when attribute.atthasdef
                    and attribute.attgenerated = ''
                    and (attribute.attrelid, attribute.attnum) not in (select adrelid, adnum from drawing)
                then (
                    select pg_get_expr(preset.adbin, 0)
                    from pg_attrdef as preset
                    where preset.adrelid = relation.oid and preset.adnum = attribute.attnum
                )
            end,
            'identity', attribute.attidentity,
            -- PostgreSQL's own collations take no different texts for equal.
            'collation', case when attribute.attcollation >= 16384 then attribute.attcollation::regcollation::text end,
            'spelled_variously', spelled.variously,
            'spelling_stays', spelled.variously and (
                not has_column_privilege(relation.oid, attribute.attnum, 'update')
                or (attribute.attrelid, attribute.attnum) in (select confrelid, attnum from restricted)
            ),
            'draws', attribute.attidentity <> ''
                or attribute.attgenerated = ''
                    and (attribute.attrelid, attribute.attnum) in (select adrelid, adnum from drawing)
                or type.typtype = 'd'
                    and not attribute.atthasdef
                    and coalesce(type.typdefaultbin::text ~ 'funcid (?:1574|2649|274|6429|6430|[0-9]{5})', false),
            'generated', attribute.attgenerated <> '',
            'computed_from', case when attribute.attgenerated <> '' then (
                select coalesce(jsonb_agg(distinct used.number[1]::int4), '[]')
                from pg_attrdef as computed
                cross join lateral regexp_matches(computed.adbin::text, ':varattno ([0-9]+)', 'g') as used (number)
                where computed.adrelid = relation.oid and computed.adnum = attribute.attnum
            ) else '[]' end
        ) order by attribute.attnum), '[]')
        from pg_attribute as attribute
        left join based on based.oid = attribute.atttypid
        join pg_type as type on type.oid = attribute.atttypid
        join pg_namespace as type_schema on type_schema.oid = type.typnamespace
        join pg_type as base_type on base_type.oid = coalesce(based.base, attribute.atttypid)
        join pg_namespace as base_schema on base_schema.oid = base_type.typnamespace
        -- PostgreSQL's own types come without their schema; those that SQL spells with words of its own need none.
        cross join lateral (select format_type(attribute.atttypid, attribute.atttypmod) as name) as shown
        cross join lateral (
            select case
                when type_schema.nspname = 'pg_catalog'
                    and shown.name !~ '^(bigint|bit( varying|[(])|boolean|character|double|integer|interval|numeric|real|smallint|time)'
                then 'pg_catalog.' || shown.name
                else shown.name
            end as type_sql
        ) as full_name
        -- Values can be equal and yet not the same: for types of others that is not to be known.
        cross join lateral (
            select
                base_type.oid >= 16384
                or attribute.attcollation >= 16384
                or base_type.typtype in ('c', 'r', 'm')
                or ltrim(base_type.typname, '_') in ('numeric', 'float4', 'float8', 'interval', 'jsonb')
                or base_type.typname = 'bpchar' and attribute.atttypmod = -1 as variously
        ) as spelled
        where attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    ) as columns,
    (
        select coalesce(json_agg(json_build_object(
            'name', index_relation.relname,
            'primary', index.indisprimary,
            'deferrable', not index.indimmediate,
            'columns', (
                select json_agg(attribute.attname order by key.position)
                from unnest(index.indkey::int2[]) with ordinality as key (attnum, position)
                join pg_attribute as attribute
                    on attribute.attrelid = relation.oid and attribute.attnum = key.attnum
                where key.position <= index.indnkeyatts
            ),
            'equalities', (
                select json_agg((select operators from index_equality) ->> key.class::text order by key.position)
                from unnest(index.indclass::oid[]) with ordinality as key (class, position)
            )
        ) order by index.indisprimary desc, index_relation.relname), '[]')
        from pg_index as index
        join pg_class as index_relation on index_relation.oid = index.indexrelid
        where index.indrelid = relation.oid
            and index.indisunique
            and index.indisvalid
            and index.indpred is null
            and index.indexprs is null
    ) as keys,
    (
        select coalesce(json_agg(json_build_object(
            'name', foreign_key.conname,
            'references', foreign_key.confrelid::int8,
            'above', (
                select json_agg(ancestor.relid::oid::int8 order by ancestor.place)
                from pg_partition_ancestors(foreign_key.confrelid) with ordinality as ancestor (relid, place)
                where ancestor.place > 1
            ),
            'stands_on', nullif(foreign_key.conrelid, relation.oid)::int8,
            'columns', (
                select json_agg(attribute.attname order by key.position)
                from unnest(foreign_key.conkey) with ordinality as key (attnum, position)
                join pg_attribute as attribute
                    on attribute.attrelid = foreign_key.conrelid and attribute.attnum = key.attnum
            ),
            'referenced_columns', (
                select json_agg(attribute.attname order by key.position)
                from unnest(foreign_key.confkey) with ordinality as key (attnum, position)
                join pg_attribute as attribute
                    on attribute.attrelid = foreign_key.confrelid and attribute.attnum = key.attnum
            ),
            'equalities', (
                select json_agg(format('%%I.%%s', operator_schema.nspname, operator.oprname) order by key.position)
                from unnest(foreign_key.conpfeqop) with ordinality as key (operator, position)
                join pg_operator as operator on operator.oid = key.operator
                join pg_namespace as operator_schema on operator_schema.oid = operator.oprnamespace
            )
        ) order by foreign_key.conrelid <> relation.oid, foreign_key.conname, foreign_key.oid), '[]')
        from pg_constraint as foreign_key
        where foreign_key.conrelid = any (relation.oid || below.partitions)
            and foreign_key.contype = 'f'
            and (
                foreign_key.conparentid = 0
                or (
                    relation.relispartition
                    and foreign_key.conrelid = relation.oid
                    and not exists ( -- one of the pieces, by which a key refers to partitions
                        select
                        from pg_constraint as whole
                        where whole.oid = foreign_key.conparentid and whole.conrelid = foreign_key.conrelid
                    )
                )
            )
    ) as foreign_keys
from pg_class as relation
join pg_namespace as namespace on namespace.oid = relation.relnamespace
left join weaker as owner on owner.oid = relation.relowner
left join schema_owner as namespace_owner on namespace_owner.oid = relation.relnamespace
cross join lateral (
    with recursive below as (
        select
            inhrelid as oid,
            inhparent as parent
        from pg_inherits
        where inhparent = relation.oid
        union
        select
            inherits.inhrelid,
            inherits.inhparent
        from pg_inherits as inherits
        join below on inherits.inhparent = below.oid
    )
    select
        coalesce(array_agg(below.oid) filter (where leaf.relispartition), '{}') as partitions,
        json_agg(json_build_array(below.oid::int8, below.parent::int8)) filter (where leaf.relispartition) as tree,
        coalesce(bool_or(exists (
            select
            from pg_trigger as trigger
            where trigger.tgrelid = leaf.oid
                and not trigger.tgisinternal
                and trigger.tgenabled <> 'D'
                and trigger.tgtype & (1 | 2 | 4) = 1 | 2 | 4
        )), false) as insert_triggers,
        coalesce(bool_or(leaf.relkind = 'f'), false) as foreign_leaves,
        coalesce(bool_or(leaf.relkind = 'f' and weaker.oid is not null), false) as strange_leaves,
        coalesce(array_agg(weaker.name) || array_agg(schema_owner.name), '{}') as parties,
        coalesce(
            bool_or(relation.relkind = 'p' and exists (
                select
                from pg_trigger as trigger
                where trigger.tgrelid = leaf.oid
                    and not trigger.tgisinternal
                    and trigger.tgenabled <> 'D'
                    and trigger.tgtype & (1 | 4) = 1 | 4
            )),
            false
        ) as row_triggers
    from below
    join pg_class as leaf on leaf.oid = below.oid
    left join weaker on weaker.oid = leaf.relowner
    left join schema_owner on schema_owner.oid = leaf.relnamespace
    where relation.relhassubclass
) as below
cross join lateral (
    select array_remove(array[owner.name, namespace_owner.name] || below.parties, null) as names
) as parties
where relation.oid = any (%(tables)s::oid[])
