-- One row for each sequence and each column it feeds, of the sequences that feed a table of %(tables)s (null: of all).
-- Where %(sequence)s is given: of that sequence alone, which counts as feeding %(column)s of %(table)s, linked or not.
-- The arrays link_... tell what unusual defaults, and functions, draw from: sequence (null: not known), table, column,
-- whether the column's values are computed from the sequence's, whether that comes instead of its default, and whether
-- the role that wrote it down has a right to the sequence: one without decides nothing where another link is.
-- Takes no lock on a user's table: the default's text is read as stored, never through pg_get_expr.
with recursive owning as (
    select
        depend.objid as sequence,
        depend.refobjid as "table",
        depend.refobjsubid as "column",
        depend.deptype = 'i' as identity
    from pg_depend as depend
    join pg_class as sequence on sequence.oid = depend.objid and sequence.relkind = 'S'
    where depend.classid = 'pg_class'::regclass
        and depend.refclassid = 'pg_class'::regclass
        and depend.refobjsubid > 0
        and depend.deptype in ('a', 'i')
),
-- 1574 is nextval(regclass); a default with currval depends on its sequence too, but draws nothing from it. What is
-- known of an unusual default comes instead of its dependencies.
link as (
    select sequence::oid, "table"::oid, "column", computed, outranks, entitled
    from unnest(
        %(link_sequences)s::int8[],
        %(link_tables)s::int8[],
        %(link_columns)s::int4[],
        %(link_computed)s::bool[],
        %(link_outranks)s::bool[],
        %(link_entitled)s::bool[]
    ) as link (sequence, "table", "column", computed, outranks, entitled)
),
drawing as (
    select
        depend.refobjid as sequence,
        expression.adrelid as "table",
        expression.adnum as "column",
        false as computed,
        true as entitled
    from pg_depend as depend
    join pg_attrdef as expression on expression.oid = depend.objid
    join pg_class as sequence on sequence.oid = depend.refobjid and sequence.relkind = 'S'
    where depend.classid = 'pg_attrdef'::regclass
        and depend.refclassid = 'pg_class'::regclass
        and strpos(expression.adbin::text, ':funcid 1574 ') > 0
        and not exists (
            select
            from link
            where link."table" = expression.adrelid and link."column" = expression.adnum and link.outranks
        )
    union all
    select sequence, "table", "column", computed, entitled
    from link
),
-- PostgreSQL 18: leaves of a partitioned table draw from the root's identity sequence, without a dependency.
inherited as (
    select
        owning.sequence,
        leaf.oid as "table",
        leaf_column.attnum as "column"
    from pg_class as leaf
    cross join lateral pg_partition_ancestors(leaf.oid) as ancestor
    join owning on owning."table" = ancestor.relid and owning.identity
    join pg_attribute as root_column
        on root_column.attrelid = owning."table" and root_column.attnum = owning."column"
    join pg_attribute as leaf_column
        on leaf_column.attrelid = leaf.oid
        and leaf_column.attname = root_column.attname
        and leaf_column.attidentity <> ''
    where leaf.relispartition and ancestor.relid <> leaf.oid
),
-- A default or an identity outranks ownership: a switched default leaves a dead sequence behind.
linked as (
    select sequence, "table", "column", computed, entitled, 'draws' as link from drawing
    union all
    select sequence, "table", "column", false, true, 'draws' from inherited
    union all
    select sequence, "table", "column", false, true, case when identity then 'draws' else 'owns' end
    from owning
    where identity or not exists (
        select from drawing where drawing."table" = owning."table" and drawing."column" = owning."column"
    ) and not exists (
        select
        from pg_attribute as attribute
        where attribute.attrelid = owning."table"
            and attribute.attnum = owning."column"
            and attribute.attidentity <> ''
    )
    union all
    select %(sequence)s::int8::oid, %(table)s::int8::oid, %(column)s::int4, false, true, 'named'
    where %(sequence)s::int8 is not null
),
feeding as (
    select
        sequence,
        "table",
        "column",
        coalesce(bool_or(computed) filter (where entitled), bool_or(computed)) as computed,
        bool_or(entitled) as rightful,
        min(link) as link -- draws, named, owns
    from linked
    group by sequence, "table", "column"
),
-- Each domain with the types below it, as a domain may be based on a domain; the last of them is its base.
below_domain as (
    select oid as domain, typbasetype as base, typtypmod as typmod
    from pg_type
    where typtype = 'd'
    union all
    select below_domain.domain, type.typbasetype, type.typtypmod
    from below_domain
    join pg_type as type on type.oid = below_domain.base
    where type.typtype = 'd'
),
domain_base as materialized (
    select below_domain.domain, below_domain.base, below_domain.typmod
    from below_domain
    join pg_type as type on type.oid = below_domain.base
    where type.typtype <> 'd'
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
-- What belongs to an extension; what pg_extension_config_dump made its users' data is not its own.
member as materialized (
    select
        depend.objid as relation,
        'extension "' || extension.extname || '"' as extension,
        coalesce(depend.objid = any (extension.extconfig), false) as is_data
    from pg_depend as depend
    join pg_extension as extension on extension.oid = depend.refobjid
    where depend.classid = 'pg_class'::regclass
        and depend.refclassid = 'pg_extension'::regclass
        and depend.deptype = 'e'
)
select
    sequence.oid::int8 as sequence_oid,
    sequence_schema.nspname as sequence_schema,
    sequence.relname as sequence_name,
    definition.seqincrement as increment,
    current_user as role,
    pg_get_userbyid(sequence.relowner) as owner_role,
    owner_schema.nspname as owner_schema,
    owner_table.relname as owner_table,
    owner_column.attname as owner_column,
    case
        when sequence_schema.nspname in ('pg_catalog', 'information_schema') then 'PostgreSQL'
        when not sequence_member.is_data then sequence_member.extension
    end as sequence_keeper,
    case
        when fed_schema.nspname in ('pg_catalog', 'information_schema') then 'PostgreSQL'
        when sequence_member.relation is null and not table_member.is_data then table_member.extension
    end as table_keeper,
    to_regclass('pg_catalog.pg_dist_groupid_seq') is not null as on_citus,
    coalesce(ownership.deptype = 'i', false) as identity,
    pg_has_role(sequence.relowner, 'usage') as owned,
    has_sequence_privilege(sequence.oid, 'select') as readable,
    has_sequence_privilege(sequence.oid, 'usage,update') as usable,
    has_sequence_privilege(sequence.oid, 'update') as settable,
    fed.oid::int8 as table_oid,
    fed_schema.nspname as table_schema,
    fed.relname as table_name,
    fed_column.attname as column_name,
    fed_column.attnum::int4 as column_number,
    shown.type_name,
    case
        when fed_type_schema.nspname <> 'pg_catalog'
            and fed_type_schema.nspname = any (current_setting('seedkit.schemas')::name[])
        then quote_ident(fed_type_schema.nspname) || '.'
        else ''
    end as type_found_in,
    feeding.computed,
    feeding.rightful,
    feeding.link,
    coalesce(without.filled, true) as filled,
    coalesce(without.not_null, false) as not_null,
    case when fed.relispartition then array(select relid::int8 from pg_partition_ancestors(fed.oid)) end as line,
    below.foreign_leaves,
    below.strange_leaves,
    case when parties.fed <@ array[fed_owner.name] then fed_owner.name end as read_as,
    parties.fed <> '{}' and not parties.fed <@ array[fed_owner.name] as read_apart,
    case when parties.sequence <@ array[sequence_owner.name] then sequence_owner.name end as sequence_read_as,
    parties.sequence <> '{}' and not parties.sequence <@ array[sequence_owner.name] as sequence_read_apart,
    -- A column draws by the hand of who inserts; whoever made it so could have done it himself, or it counts for nothing.
    %(sequence)s::int8 is not null or has_sequence_privilege(fed.relowner, sequence.oid, 'usage,update') as entitled,
    has_column_privilege(fed.oid, fed_column.attnum, 'select') as column_readable,
    row_security_active(fed.oid) as row_security,
    -- More than 8 MB, as far as is known without a lock on the table, or an unknown number of leaves.
    fed.relkind = 'p' or fed.relhassubclass or fed.relpages > 1024 as large,
    fed.relkind = 'r' and fed.relhassubclass as inherited,
    'u' in (fed.relpersistence, sequence.relpersistence) and pg_is_in_recovery() as without_contents,
    -- 403 is btree, the one kind of index that is sorted.
    exists (
        select from pg_index as key
        join pg_class as sorted on sorted.oid = key.indexrelid and sorted.relam = 403
        where key.indrelid = fed.oid
            and key.indkey[0] = fed_column.attnum
            and key.indisvalid
            and key.indpred is null
    ) as indexed
from feeding
join pg_class as sequence on sequence.oid = feeding.sequence
join pg_namespace as sequence_schema on sequence_schema.oid = sequence.relnamespace
join pg_sequence as definition on definition.seqrelid = feeding.sequence
join pg_class as fed on fed.oid = feeding."table" and fed.relkind in ('r', 'p')
join pg_namespace as fed_schema on fed_schema.oid = fed.relnamespace
join pg_attribute as fed_column on fed_column.attrelid = fed.oid and fed_column.attnum = feeding."column"
left join weaker as sequence_owner on sequence_owner.oid = sequence.relowner
left join schema_owner as sequence_schema_owner on sequence_schema_owner.oid = sequence.relnamespace
left join weaker as fed_owner on fed_owner.oid = fed.relowner
left join schema_owner as fed_schema_owner on fed_schema_owner.oid = fed.relnamespace
cross join lateral (
    with recursive below as (
        select inhrelid as oid
        from pg_inherits
        where inhparent = fed.oid
        union
        select inherits.inhrelid
        from pg_inherits as inherits
        join below on inherits.inhparent = below.oid
    )
    select
        coalesce(bool_or(leaf.relkind = 'f'), false) as foreign_leaves,
        coalesce(bool_or(leaf.relkind = 'f' and weaker.oid is not null), false) as strange_leaves,
        coalesce(array_agg(weaker.name) || array_agg(schema_owner.name), '{}') as parties
    from below
    join pg_class as leaf on leaf.oid = below.oid
    left join weaker on weaker.oid = leaf.relowner
    left join schema_owner on schema_owner.oid = leaf.relnamespace
    where fed.relhassubclass
) as below
cross join lateral (
    select
        array_remove(array[fed_owner.name, fed_schema_owner.name] || below.parties, null) as fed,
        array_remove(array[sequence_owner.name, sequence_schema_owner.name], null) as sequence
) as parties
-- What a column gets that draws from nothing: a default, its domain's, or what a trigger (1 for each row, 2 before, 4 of
-- inserts) or a rule (3) may make of it.
left join lateral (
    select
        fed_column.attnotnull or type.typnotnull as not_null,
        fed_column.atthasdef
            or fed_column.attidentity <> ''
            or type.typdefaultbin is not null
            or exists (
                select from pg_trigger as trigger
                where trigger.tgrelid = fed.oid and trigger.tgtype & 7 = 7 and trigger.tgenabled <> 'D'
            )
            or exists (
                select from pg_rewrite as rule
                where rule.ev_class = fed.oid and rule.ev_type = '3' and rule.ev_enabled <> 'D'
            ) as filled
    from pg_type as type
    where type.oid = fed_column.atttypid and feeding.link <> 'draws'
) as without on true
left join domain_base on domain_base.domain = fed_column.atttypid
join pg_type as fed_type on fed_type.oid = coalesce(domain_base.base, fed_column.atttypid)
join pg_namespace as fed_type_schema on fed_type_schema.oid = fed_type.typnamespace
cross join lateral (
    select format_type(fed_type.oid, coalesce(domain_base.typmod, fed_column.atttypmod)) as type_name
) as shown
-- By index and not from `owning`: the planner knows nothing of a CTE's rows and would loop over 10,000 x 10,000.
left join pg_depend as ownership
    on ownership.classid = 'pg_class'::regclass
    and ownership.objid = feeding.sequence
    and ownership.refclassid = 'pg_class'::regclass
    and ownership.refobjsubid > 0
    and ownership.deptype in ('a', 'i')
left join pg_class as owner_table on owner_table.oid = ownership.refobjid
left join pg_namespace as owner_schema on owner_schema.oid = owner_table.relnamespace
left join pg_attribute as owner_column
    on owner_column.attrelid = ownership.refobjid and owner_column.attnum = ownership.refobjsubid
left join member as sequence_member on sequence_member.relation = sequence.oid
left join member as table_member on table_member.relation = fed.oid
where not pg_is_other_temp_schema(fed.relnamespace)
    and (%(sequence)s::int8 is null or feeding.sequence::int8 = %(sequence)s::int8)
    and (
        %(tables)s::int8[] is null
        or feeding.sequence in (select sequence from feeding where "table"::int8 = any (%(tables)s::int8[]))
    )
order by
    sequence.oid,
    fed_schema.nspname,
    fed.relname,
    fed_column.attnum
